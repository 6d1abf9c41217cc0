"""What a WSGI application answers, on its way out.

Decides that no thread waits for a client: an answer of known length is held and sent, one of unknown length is made
piece by piece, each piece when the last one has gone.
"""

import asyncio
import contextvars
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Executor
from dataclasses import dataclass, field
from itertools import chain
from typing import Any
from wsgiref.types import WSGIApplication, WSGIEnvironment

from werkzeug.wsgi import ClosingIterator

from shared.flow.serving.wire import METHOD, Header, Send, send_part, send_start

_PIECE = 256 * 2**10  # bytes that are made before they must have been taken by the client


@dataclass(slots=True)
class Answer:
    """One answer.

    Args:
        body: the whole of it, where its length was declared.
        rest: what makes it, otherwise.
        context: in which the application ran; what makes the rest runs in it as well.
    """

    status: int
    headers: list[Header]
    body: bytes = b""
    rest: Iterable[bytes] | None = None
    context: contextvars.Context = field(default_factory=contextvars.Context)

    async def begin(self, send: Send) -> None:
        """Send its status and headers."""
        await send_start(send, self.status, self.headers)

    def closing(self) -> "Answer":
        """Return the same answer as the last one of its connection."""
        return Answer(
            self.status, [*self.headers, (b"connection", b"close")], self.body, self.rest, self.context
        )


def ask(app: WSGIApplication, environ: WSGIEnvironment, *, whole: bool = False) -> Answer:
    """Ask an application, in this thread, and return what it answers.

    Args:
        whole: whether also an answer of unknown length is made to its end here.
    """
    # Its own: what one request binds to its thread must not be found there by the next.
    context = contextvars.Context()
    return context.run(_ask, app, environ, context, whole)


def _ask(app: WSGIApplication, environ: WSGIEnvironment, context: contextvars.Context, whole: bool) -> Answer:
    began: list[Any] = []

    def start_response(status: str, headers: list[tuple[str, str]], _failure: Any = None) -> Any:
        began[:] = [int(status[:3]), [(n.encode("latin-1"), v.encode("latin-1")) for n, v in headers]]
        return _write

    parts = app(environ, start_response)
    if not began:
        parts = _begun(parts)
    has_length = _has_length(began[1], environ[METHOD])
    if not has_length and not whole:
        return Answer(began[0], began[1], rest=parts, context=context)
    try:
        body = b"".join(parts)
    finally:
        _close(parts)
    if not has_length:
        began[1].append((b"content-length", str(len(body)).encode()))
    return Answer(began[0], began[1], body)


def _begun(parts: Iterable[bytes]) -> Iterable[bytes]:
    """Have an application begin that says its status with its first part only, as a generator does."""
    rest = iter(parts)
    first = next(rest, b"")
    return ClosingIterator(chain([first], rest), getattr(parts, "close", None))


def _write(_data: bytes) -> None:
    raise NotImplementedError("no application here writes in this way (PEP 3333, 'The write() Callable')")


def _has_length(headers: list[Header], method: str) -> bool:
    return method == "HEAD" or any(name.lower() == b"content-length" for name, _ in headers)


def _close(parts: Iterable[bytes]) -> None:
    close = getattr(parts, "close", None)
    if close is not None:
        close()


class Pieces:
    """An answer of unknown length: made in threads of the application, sent by the server's own.

    Args:
        answer: with a `rest`; closed at the end, however it ends.
    """

    def __init__(self, answer: Answer, threads: Executor) -> None:
        assert answer.rest is not None
        self._rest = answer.rest
        self._context = answer.context
        self._parts: Iterator[bytes] = iter(answer.rest)
        self._threads = threads
        self._loop = asyncio.get_running_loop()
        self._made: asyncio.Queue[bytes] = asyncio.Queue()

    async def send(self, send: Send, is_gone: Callable[[], bool]) -> None:
        """Send it to its end.

        Args:
            is_gone: tells whether anybody still reads; where nobody does, no more is made.
        """
        try:
            has_more = True
            while has_more and not is_gone():
                has_more = await self._send_piece(send)
        finally:
            await self._loop.run_in_executor(self._threads, self._context.run, _close, self._rest)
        await send_part(send, b"", has_more=False)

    async def _send_piece(self, send: Send) -> bool:
        making = self._loop.run_in_executor(self._threads, self._context.run, self._make)
        # The maker's last word is an empty part: it comes after all that it made.
        making.add_done_callback(lambda _made: self._made.put_nowait(b""))
        while part := await self._made.get():
            await send_part(send, part, has_more=True)
        return await making

    def _make(self) -> bool:
        """Make a piece; tell whether more follows. In a thread of the application: it may wait for a store."""
        size = 0
        for part in self._parts:
            if part:
                size += len(part)
                self._loop.call_soon_threadsafe(self._made.put_nowait, part)
            if size >= _PIECE:
                return True
        return False
