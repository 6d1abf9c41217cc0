"""Style and script of the pages: each by a name that holds its hash, so that a browser may keep it for good.

Decides the names. Nothing is loaded from anywhere else: what others have written `make assets` lays beside our own.
"""

import gzip
import hashlib
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable

from flask import Blueprint, Response, abort, request

KINDS = {"css": "text/css; charset=utf-8", "js": "text/javascript; charset=utf-8", "svg": "image/svg+xml"}
FILES = ("console.css", "console.js", "sign.svg", "field.js", "api.js", "api.css")
# The viewer of API descriptions, there where it was fetched.
VIEWER, VIEWER_FILES = "viewer", ("swagger-ui.js", "swagger-ui.css")
# Of the pages of API descriptions alone, which are large: no phone keeps them for its day.
OF_DESCRIPTIONS = frozenset({"api.js", "api.css", *VIEWER_FILES})
# Before whatever else a file holds: what it shares with others.
BEGINS = {"field.js": "kept.js"}
KEPT = {"Cache-Control": "public, max-age=31536000, immutable", "Vary": "Accept-Encoding"}


@cache
def hashed_names() -> dict[str, str]:
    """Return the name under which each file is given, by its own."""
    return {name: _hashed(name) for name in (*FILES, *(VIEWER_FILES if has_viewer() else ()))}


@cache
def has_viewer() -> bool:
    """Tell whether the viewer of API descriptions was fetched."""
    return all(_folder_of(name).joinpath(name).is_file() for name in VIEWER_FILES)


def mount_assets(pages: Blueprint) -> None:
    """Add the route of the files."""
    pages.add_url_rule("/assets/<name>", "asset", _asset)


def asset_path(name: str) -> str:
    """Return where a file is found."""
    return f"/assets/{hashed_names()[name]}"


def _asset(name: str) -> Response:
    found = next((own for own, hashed in hashed_names().items() if hashed == name), None)
    if found is None:
        abort(404)
    kind = KINDS[found.rpartition(".")[2]]
    if request.accept_encodings.quality("gzip"):
        return Response(_packed(found), content_type=kind, headers={**KEPT, "Content-Encoding": "gzip"})
    return Response(_bytes(found), content_type=kind, headers=KEPT)


@cache
def _bytes(name: str) -> bytes:
    shared = BEGINS.get(name)
    return (source_of(shared) if shared else b"") + source_of(name)


@cache
def _packed(name: str) -> bytes:
    return gzip.compress(_bytes(name), mtime=0)


def source_of(name: str) -> bytes:
    """Return a file as it is written."""
    return _folder_of(name).joinpath(name).read_bytes()


def _folder_of(name: str) -> Traversable:
    folder = files(__package__).joinpath("assets")
    return folder.joinpath(VIEWER) if name in VIEWER_FILES else folder


def _hashed(name: str) -> str:
    stem, _, ending = name.partition(".")
    return f"{stem}.{hashlib.sha256(_bytes(name)).hexdigest()[:12]}.{ending}"
