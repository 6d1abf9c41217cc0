"""Giving messages on: from the outbox to the subscribers, until each has it.

Decides what is sent next and when a message counts as delivered. The transport behind `Publisher` may lose
anything at any time: what is not confirmed stays in the outbox and is sent again.
"""

import time
from collections.abc import Sequence
from typing import Protocol

from shared.db.store import Store
from shared.flow.outbox import Outgoing, mark_sent, pick
from shared.kernel.clock import Clock, SystemClock
from shared.kernel.failpoints import reach

NARROWEST = 32  # the least part of the window that is tried while messages are refused
FIRST_PAUSE_SECONDS, LONGEST_PAUSE_SECONDS = 0.02, 0.5


class Publisher(Protocol):
    """A transport that confirms later."""

    def send(self, messages: Sequence[Outgoing]) -> None:
        """Send without waiting for confirmations."""
        ...

    def outcome(self, wait_seconds: float) -> tuple[list[int], list[int]]:
        """Return ids delivered and ids to send again since the last call; wait at most so long for one."""
        ...


class Relay:
    """Moves one service's outbox. One relay runs per store, or messages of a case overtake each other.

    Args:
        window: how many messages may be under way unconfirmed.
    """

    def __init__(
        self, store: Store, publisher: Publisher, *, window: int = 2000, clock: Clock | None = None
    ) -> None:
        self._store = store
        self._publisher = publisher
        self._window = window
        self._width = window  # of it, what the subscribers have lately kept up with
        self._refusals = 0  # in a row
        self._clock = clock or SystemClock()
        self._in_flight: set[int] = set()

    def step(self, wait_seconds: float = 0.2) -> int:
        """Send what waits and mark what was confirmed; return how many messages moved."""
        sent = self._send()
        delivered, again = self._publisher.outcome(0 if sent else self._pause(wait_seconds))
        if delivered:
            reach("after-publish")
        self._in_flight.difference_update(delivered, again)
        self._keep_pace(len(delivered), len(again))
        mark_sent(self._store, delivered, self._clock.now())
        return sent + len(delivered)

    @property
    def in_flight(self) -> int:
        """How many messages are sent and not yet confirmed."""
        return len(self._in_flight)

    def _send(self) -> int:
        room = self._width - len(self._in_flight)
        if room <= self._width // 4:
            return 0
        messages = pick(self._store, room, self._in_flight)
        self._in_flight.update(message.id for message in messages)
        if messages:
            self._publisher.send(messages)
        return len(messages)

    def _keep_pace(self, delivered: int, refused: int) -> None:
        """Send less at once, and later, while a subscriber's queue is full: the others get every repetition too."""
        if refused:
            self._width = max(self._window // NARROWEST, self._width // 2)
            time.sleep(min(FIRST_PAUSE_SECONDS * 2**self._refusals, LONGEST_PAUSE_SECONDS))
            self._refusals = min(self._refusals + 1, 8)
        elif delivered:
            self._width = min(self._window, self._width + delivered)
            self._refusals = 0

    def _pause(self, seconds: float) -> float:
        """Sleep until something is committed here, unless confirmations are awaited."""
        if self._in_flight:
            return min(seconds, 0.02)
        self._store.committed.wait(seconds)
        self._store.committed.clear()
        return 0
