"""The words that ASGI and WSGI have for what goes over the wire, read in one place."""

from collections.abc import Awaitable, Callable
from typing import Any, Final

from msgspec import Struct, convert

Receive = Callable[[], Awaitable[Any]]
Send = Callable[[Any], Awaitable[None]]
Header = tuple[bytes, bytes]

METHOD: Final = "REQUEST_METHOD"
INPUT: Final = "wsgi.input"
LENGTH: Final = "CONTENT_LENGTH"
ENCODING: Final = "HTTP_TRANSFER_ENCODING"
LANGUAGE: Final = "HTTP_ACCEPT_LANGUAGE"

_TYPE = "type"
_BYTES = (bytes,)  # taken as they are, and not for text of base 64


class Head(Struct, frozen=True):
    """What comes before a request's body: what an ASGI scope says of it."""

    method: str
    raw_path: bytes
    query_string: bytes
    http_version: str
    scheme: str
    server: tuple[str, int | None] | None
    client: tuple[str, int] | None
    headers: list[Header]


class BodyPart(Struct, frozen=True, tag_field=_TYPE, tag="http.request"):
    """A piece of a request's body, and whether another follows."""

    body: bytes
    more_body: bool


class _Gone(Struct, frozen=True, tag_field=_TYPE, tag="http.disconnect"):
    """Its sender has gone, or the answer is complete."""


def head_of(scope: Any) -> Head:
    """Return the head of a request."""
    return convert(scope, Head, builtin_types=_BYTES)


async def next_part(receive: Receive) -> BodyPart | None:
    """Return what comes next of a body; None: its sender has gone, or the answer is complete."""
    found: BodyPart | _Gone = convert(await receive(), BodyPart | _Gone, builtin_types=_BYTES)
    return found if isinstance(found, BodyPart) else None


async def send_start(send: Send, status: int, headers: list[Header]) -> None:
    """Send an answer's status and headers."""
    await send({_TYPE: "http.response.start", "status": status, "headers": headers})


async def send_part(send: Send, content: bytes, *, has_more: bool) -> None:
    """Send a piece of an answer; the last one ends it."""
    await send({_TYPE: "http.response.body", "body": content, "more_body": has_more})
