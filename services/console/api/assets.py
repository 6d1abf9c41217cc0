"""Style and script of the pages: each by a name that holds its hash, so that a browser may keep it for good.

Decides the names. Nothing is loaded from anywhere else.
"""

import hashlib
from functools import cache
from importlib.resources import files

from flask import Blueprint, Response, abort

KINDS = {"css": "text/css; charset=utf-8", "js": "text/javascript; charset=utf-8", "svg": "image/svg+xml"}
FILES = ("console.css", "console.js", "sign.svg", "field.js")
# Before whatever else a file holds: what it shares with others.
BEGINS = {"field.js": "kept.js"}
FOR_GOOD = "public, max-age=31536000, immutable"


@cache
def hashed_names() -> dict[str, str]:
    """Return the name under which each file is given, by its own."""
    return {name: _hashed(name) for name in FILES}


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
    headers = {"Cache-Control": FOR_GOOD, "Vary": "Accept-Encoding"}
    return Response(_bytes(found), content_type=KINDS[found.rpartition(".")[2]], headers=headers)


@cache
def _bytes(name: str) -> bytes:
    shared = BEGINS.get(name)
    return (source_of(shared) if shared else b"") + source_of(name)


def source_of(name: str) -> bytes:
    """Return a file as it is written."""
    return files(__package__).joinpath("assets", name).read_bytes()


def _hashed(name: str) -> str:
    stem, _, ending = name.partition(".")
    return f"{stem}.{hashlib.sha256(_bytes(name)).hexdigest()[:12]}.{ending}"
