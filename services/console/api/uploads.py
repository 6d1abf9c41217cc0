"""Photographs of a form, handed on to the case that they belong to."""

from collections.abc import Iterable, Mapping

from werkzeug.datastructures import FileStorage
from werkzeug.test import stream_encode_multipart

from services.console.handlers.client import ApiClient, ApiRefused, at

IDEMPOTENCY_KEY = "Idempotency-Key"
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


def _send(client: ApiClient, path: str, file: FileStorage, headers: Mapping[str, str]) -> None:
    stream, length, boundary = stream_encode_multipart({"file": file})
    client.send("POST", path, stream.read(length), f'multipart/form-data; boundary="{boundary}"', headers)
