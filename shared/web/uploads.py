"""A file as a form brings it, and as it is given back: nothing of a stranger's runs in the house's name."""

from collections.abc import Iterable
from contextlib import closing
from dataclasses import dataclass
from functools import cache
from urllib.parse import quote

from flask import Response, request

from shared.web.body_length import allow_body
from shared.web.catalogue import Catalogue
from shared.web.file_kinds import LARGEST

FILE = {"type": "string", "format": "binary"}
FIELD = "file"  # of the form
_FRAME = 64 * 2**10  # what multipart adds around the file


@dataclass(frozen=True, slots=True)
class Upload:
    """A file as it came.

    Args:
        media_type: as the sender states it; name: as the sender calls it.
    """

    content: bytes
    media_type: str
    name: str


def described_body(kinds: Iterable[str]) -> object:
    """Return a form with one file, as OpenAPI has it."""
    form = {"type": "object", "required": [FIELD], "properties": {FIELD: FILE}}
    encoding = {FIELD: {"contentType": ", ".join(kinds)}}
    return {"required": True, "content": {"multipart/form-data": {"schema": form, "encoding": encoding}}}


def described_file(kinds: Iterable[str]) -> object:
    """Return the answer that is a file, as OpenAPI has it."""
    return {"description": "The file", "content": {kind: {"schema": FILE} for kind in kinds}}


@cache
def _words() -> Catalogue:
    return Catalogue.of("shared.web")


def read_upload(largest: int = LARGEST) -> Upload:
    """Read the form's file, and no more of it than tells that it is too large.

    Args:
        largest: bytes that the file may have.

    Raises:
        Problem: `file-missing`.
    """
    allow_body(largest + _FRAME)
    file = request.files.get(FIELD)
    if file is None:
        raise _words().problem("file-missing", {"field": FIELD})
    with closing(file):
        return Upload(file.stream.read(largest + 1), file.mimetype, file.filename or "")


def inert_file(content: bytes, media_type: str, name: str) -> Response:
    """Return a file to be saved and not to be shown: a browser that shows it all the same must run nothing of it."""
    headers = {
        "Content-Disposition": f"attachment; filename*=UTF-8''{quote(name)}",
        "Content-Security-Policy": "sandbox; default-src 'none'",
    }
    return Response(content, content_type=media_type, headers=headers)
