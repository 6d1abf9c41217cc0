"""One client's connection: how long it may be silent or slow, and what it may not go on with.

Decides by deadlines from a beginning, never by 'something came lately': a client that sends a byte now and then would
renew those for ever.
"""

import asyncio
from collections.abc import Callable
from typing import Any

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from shared.flow.serving.limits import ServingLimits
from shared.flow.serving.refusals import refusal_bytes


class WaitingRoom:
    """Connections between two requests, or within the head of one, that of the longest first."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._waiting: dict[Connection, None] = {}

    def add(self, connection: "Connection") -> None:
        """Have it wait, as the newest."""
        self.remove(connection)
        self._waiting[connection] = None

    def remove(self, connection: "Connection") -> None:
        """It waits no longer, or is gone."""
        self._waiting.pop(connection, None)

    def make_room(self, connections: int) -> bool:
        """Where there are too many, end the one that has waited longest; tell whether there is room then."""
        if connections <= self._most:
            return True
        longest = next(iter(self._waiting), None)
        if longest is not None:
            longest.end()
        return longest is not None


class Connection(HttpToolsProtocol):
    """A connection with deadlines: uvicorn knows one for idle connections alone.

    Args:
        waiting: all connections of the server that wait for a request.
    """

    def __init__(self, limits: ServingLimits, waiting: WaitingRoom, **of_uvicorn: Any) -> None:
        super().__init__(**of_uvicorn)
        self._limits = limits
        self._waiting = waiting
        self._head_timer: asyncio.TimerHandle | None = None
        self._unread_timer: asyncio.TimerHandle | None = None
        self._head_bytes = 0
        self._is_in_head = True

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Begin to wait for the first request."""
        super().connection_made(transport)
        if not self._waiting.make_room(len(self.connections)):
            self.end()
            return
        self._await_head(self._limits.head_seconds)

    def connection_lost(self, exc: Exception | None) -> None:
        """Wait for nothing any more."""
        self._waiting.remove(self)
        self._stop(self._head_timer)
        self._stop(self._unread_timer)
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Take what came; of a head no more than it may have."""
        self._head_bytes += len(data) if self._is_in_head else 0
        super().data_received(data)
        if self._is_in_head and self._head_bytes > self._limits.head_bytes:
            self._refuse("head-too-large")

    def on_headers_complete(self) -> None:
        """The head is there: from here on the application says how long it waits for the body."""
        self._is_in_head, self._head_bytes = False, 0
        self._waiting.remove(self)
        self._stop(self._head_timer)
        super().on_headers_complete()

    def on_message_complete(self) -> None:
        """What comes next is another head."""
        self._is_in_head = True
        super().on_message_complete()

    def on_response_complete(self) -> None:
        """Wait for the next request, if its head has not come already, and for the answer to be read."""
        if not self.pipeline:
            self._await_head(self._limits.idle_seconds + self._limits.head_seconds)
        self._abort_later()
        super().on_response_complete()

    def pause_writing(self) -> None:
        """The client does not read as fast as it is written to: it has a while to catch up."""
        super().pause_writing()
        self._abort_later()

    def resume_writing(self) -> None:
        """It has caught up."""
        self._stop(self._unread_timer)
        super().resume_writing()

    def send_400_response(self, msg: str) -> None:  # noqa: ARG002 - uvicorn's own words
        """Refuse what is no HTTP."""
        self._refuse("bad-request")

    def end(self) -> None:
        """End it at once, whatever is still unsent."""
        self._waiting.remove(self)
        self.transport.abort()

    def _await_head(self, seconds: float) -> None:
        self._stop(self._head_timer)
        self._waiting.add(self)
        self._head_timer = self.loop.call_later(seconds, self._refuse, "too-slow")

    def _refuse(self, code: str) -> None:
        """Say why and end, whether anybody reads it or not; a client in the middle of an answer learns nothing."""
        if self.transport.is_closing():
            return
        is_answering = bool(self.cycle) and not self.cycle.response_complete
        if not is_answering:
            self.transport.write(refusal_bytes(code, self._limits.head_bytes))
        self.transport.close()
        self._abort_later()

    def _abort_later(self) -> None:
        self._stop(self._unread_timer)
        self._unread_timer = self.loop.call_later(self._limits.unread_seconds, self._abort_if_unread)

    def _abort_if_unread(self) -> None:
        if self.transport.is_closing() or self.flow.write_paused or self.transport.get_write_buffer_size():
            self.transport.abort()

    @staticmethod
    def _stop(timer: asyncio.TimerHandle | None) -> None:
        if timer is not None:
            timer.cancel()


def connections_with(limits: ServingLimits) -> Callable[..., Connection]:
    """Return what makes the connections of one server, as uvicorn asks for it."""
    waiting = WaitingRoom(limits.connections)

    def make(**of_uvicorn: Any) -> Connection:
        return Connection(limits, waiting, **of_uvicorn)

    return make
