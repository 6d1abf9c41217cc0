"""Giving messages on: from the outbox to the subscribers, until each has it.

Decides what is sent next and when a message counts as delivered. The transport behind `MessagePublisher` may lose
anything at any time: what is not confirmed stays in the outbox and is sent again.
"""

import time
from collections.abc import Sequence
from typing import Protocol

from shared.contracts.signatures import Signer
from shared.db.store import Store
from shared.flow.outbox import Outgoing, mark_sent, pick
from shared.kernel.clock import SystemClock, TimeSource
from shared.kernel.failpoints import reach

NARROWEST = 32  # the least part of the window that is tried while messages are refused
# After the first refusal; doubled with each further one in a row.
FIRST_PAUSE_SECONDS, LONGEST_PAUSE_SECONDS = 0.02, 0.5
# After so many looks at an empty outbox, one who alone writes to the store looks less often: a commit wakes it anyway.
CALM_AFTER_LOOKS, CALM_SECONDS = 50, 1.0


class MessagePublisher(Protocol):
    """A transport that confirms later."""

    def send(self, messages: Sequence[Outgoing]) -> None:
        """Send without waiting for confirmations.

        Args:
            messages: in the order in which those of a stream must arrive. Each is told of once by `outcome`.
        """
        ...

    def outcome(self, wait_seconds: float) -> tuple[list[int], list[int]]:
        """Return ids delivered and ids to send again since the last call.

        Args:
            wait_seconds: how long to wait, at most, for the first; 0: not at all.
        """
        ...


class Relay:
    """Moves one service's outbox. One relay runs per store, or messages of a case overtake each other.

    Used by one thread.

    Args:
        store: whose outbox it is.
        publisher: the transport.
        window: how many messages may be under way unconfirmed.
        clock: real time, for when a message was delivered.
        signer: signs what is sent, also what was said before there were signatures; None: it does not leave the
            process, where nobody else could have said it.
        is_alone: no other process of the service is at work on the store; what the command line writes there may wait
            for `CALM_SECONDS`.
    """

    def __init__(
        self,
        store: Store,
        publisher: MessagePublisher,
        *,
        window: int = 2000,
        clock: TimeSource | None = None,
        signer: Signer | None = None,
        is_alone: bool = False,
    ) -> None:
        self._store = store
        self._is_alone = is_alone
        self._idle_looks = 0  # in a row
        self._signer = signer
        self._publisher = publisher
        self._window = window
        self._width = window  # of it, what the subscribers have lately kept up with
        self._refusals = 0  # in a row
        self._clock = clock or SystemClock()
        self._in_flight: set[int] = set()

    def step(self, wait_seconds: float = 0.2) -> int:
        """Send what waits and mark what was confirmed; return how many messages moved.

        Args:
            wait_seconds: how long to wait, at most, where there is nothing to send.

        Raises:
            sqlalchemy.exc.SQLAlchemyError: the store is away. Messages that were confirmed meanwhile are not marked
                and are sent again by the next relay.
        """
        sent = self._send()
        delivered, again = self._publisher.outcome(0 if sent else self._pause(wait_seconds))
        if delivered:
            reach("after-publish")
        # What came back is chosen anew with everything else that waits; it has no turn of its own.
        # Taken out before they are marked: where marking fails they are picked again. Left in, they would never be.
        self._in_flight.difference_update(delivered, again)
        self._keep_pace(len(delivered), len(again))
        mark_sent(self._store, delivered, self._clock.now())
        moved = sent + len(delivered)
        self._idle_looks = 0 if moved else self._idle_looks + 1
        return moved

    @property
    def in_flight(self) -> int:
        """How many messages are sent and not yet confirmed."""
        return len(self._in_flight)

    def _send(self) -> int:
        """Fill the window again when a quarter of it is free: picking is a query, not worth it for a few messages."""
        room = self._width - len(self._in_flight)
        if room <= self._width // 4:
            return 0
        messages = pick(self._store, room, self._in_flight)
        self._in_flight.update(message.id for message in messages)
        if messages:
            self._publisher.send(messages if self._signer is None else _signed(messages, self._signer))
        return len(messages)

    def _keep_pace(self, delivered: int, refused: int) -> None:
        """Send less at once, and later, while a subscriber's queue is full: the others get every repetition too.

        Half as much with every refusal; with every delivery as much more as was delivered.
        """
        if refused:
            self._width = max(self._window // NARROWEST, self._width // 2)
            time.sleep(min(FIRST_PAUSE_SECONDS * 2**self._refusals, LONGEST_PAUSE_SECONDS))
            # Bounded: the pause is at its longest by then, and a power of two that grows for ever overflows a float.
            self._refusals = min(self._refusals + 1, 8)
        elif delivered:
            self._width = min(self._window, self._width + delivered)
            self._refusals = 0

    def _pause(self, seconds: float) -> float:
        """Sleep until something is committed here, unless confirmations are awaited; return how long to wait for those.

        Cleared before the outbox is looked at again: what is committed from then on is seen or wakes the next sleep.
        Other processes of the service wake nobody here; their messages are found after `seconds` at the latest.
        """
        if self._in_flight:
            # Short: what is committed meanwhile does not wake one who waits for confirmations.
            return min(seconds, 0.02)
        is_calm = self._is_alone and self._idle_looks > CALM_AFTER_LOOKS
        self._store.committed.wait(max(seconds, CALM_SECONDS) if is_calm else seconds)
        self._store.committed.clear()
        return 0


def _signed(messages: Sequence[Outgoing], signer: Signer) -> list[Outgoing]:
    return [
        Outgoing(message.id, message.message_id, message.stream, signer.sign(message.frame))
        for message in messages
    ]
