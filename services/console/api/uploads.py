"""Photographs of a form, handed on to the case or the record that they belong to; and files shown within a page."""

import hashlib
from collections.abc import Iterable, Mapping
from contextlib import closing

import msgspec
from flask import Response
from msgspec import Struct
from werkzeug.datastructures import FileStorage
from werkzeug.test import stream_encode_multipart

from services.console.handlers.client import ApiClient, ApiRefused, at
from services.console.ports.calls import ApiAnswer

IDEMPOTENCY_KEY = "Idempotency-Key"
CONTENT_TYPE, DISPOSITION = "content-type", "content-disposition"
MOST = 6  # files a form
LARGEST_FORM = 62 * 2**20  # bytes: six files of the size that a case takes, and the rest


def attach(
    client: ApiClient, town: str, case: str, files: Iterable[FileStorage], key: str = ""
) -> list[tuple[str, ApiRefused]]:
    """Attach files to a case; return those that were refused, with the reason.

    Args:
        key: of the form, by which each of its files is attached once, however often the form is sent; empty: none.
    """
    refused = []
    for number, file in enumerate(list(filter(lambda each: each.filename, files))[:MOST]):
        headers = {IDEMPOTENCY_KEY: f"{key}.{number}"} if key else {}
        try:
            _send(client, at("towns", town, "cases", case, "attachments"), file, headers)
        except ApiRefused as no:
            refused.append((file.filename or "", no))
    return refused


class HandedIn(Struct, frozen=True):
    """A picture that was taken in."""

    id: str


def hand_in(client: ApiClient, town: str, file: FileStorage, key: str = "") -> str:
    """Hand in a picture for a record that is to name it; return its id.

    Args:
        key: of the form: sent again with it, the same picture is the same one; empty: none.

    Raises:
        ApiRefused: it is not taken.
    """
    content = hashlib.sha256(file.stream.read()).hexdigest()
    file.stream.seek(0)
    # By its content: another picture, chosen after a refusal, is another one under the same form's key.
    headers = {IDEMPOTENCY_KEY: f"{key}.{content[:32]}"} if key else {}
    answer = _send(client, at("towns", town, "pictures"), file, headers)
    return msgspec.json.decode(answer.body, type=HandedIn).id


def put_file(client: ApiClient, path: str, file: FileStorage) -> None:
    """Put a file in the place of the one before.

    Raises:
        ApiRefused: it is not taken.
    """
    _send(client, path, file, {}, "PUT")


def handed_on(answer: ApiAnswer) -> Response:
    """Return a file as the service gives it: a picture is shown within a page, and runs nothing."""
    headers = {
        "Content-Security-Policy": "sandbox; default-src 'none'",
        "Content-Disposition": answer.headers.get(DISPOSITION, "attachment"),
        "Cross-Origin-Resource-Policy": "same-origin",
    }
    return Response(answer.body, content_type=answer.headers[CONTENT_TYPE], headers=headers)


def _send(
    client: ApiClient, path: str, file: FileStorage, headers: Mapping[str, str], method: str = "POST"
) -> ApiAnswer:
    stream, length, boundary = stream_encode_multipart({"file": file})
    kind = f'multipart/form-data; boundary="{boundary}"'
    with closing(stream):  # of a large file it is one itself
        return client.send(method, path, stream.read(length), kind, headers)
