"""How messages pass in a house under simulated time: from every outbox to everybody who listens, in one thread.

Decides when a service takes what is said to it: as soon as something is among it that it acts on, everything that
waits for it in one transaction. Must not know what messages mean.
"""

from collections.abc import Mapping
from datetime import datetime

import sqlalchemy as sa

from shared.contracts.envelope import Envelope, decode
from shared.db.driver import fetch
from shared.flow.outbox import mark_sent, pick
from shared.flow.receive import Receiver
from shared.flow.service import Service

PICK = 500


class PostOffice:
    """Hands on what the services of a house say.

    Args:
        services: by name.
    """

    def __init__(self, services: Mapping[str, Service]) -> None:
        self._out = {name: _Outbox(service) for name, service in services.items()}
        self._in = {name: _Letterbox(service) for name, service in services.items()}
        self._listeners = {
            name: [self._in[other] for other, service in services.items() if name in service.listens]
            for name in services
        }

    @property
    def has_emitted(self) -> bool:
        """Whether something was said since everything was last handed on."""
        return any(out.is_full for out in self._out.values())

    def pass_on(self, at: datetime) -> bool:
        """Let every service in turn take what waits for it, and hand on what it says; return whether anything moved.

        Args:
            at: the present simulated instant.
        """
        has_moved = False
        for name, out in self._out.items():
            has_moved |= self._in[name].take()
            while out.is_full:
                has_moved |= self._hand_on(name, out, at)
        return has_moved

    def take_all(self) -> None:
        """Let every service take what was only to be passed over: how far streams were taken outlives their cases."""
        for box in self._in.values():
            box.take_all()

    def begin_anew(self) -> None:
        """Go by the outboxes as they are now that the stores were emptied of their cases."""
        for out in self._out.values():
            out.begin_anew()

    def _hand_on(self, name: str, out: "_Outbox", at: datetime) -> bool:
        said = out.take_out(at)
        for box in self._listeners[name]:
            box.waiting += said
        return bool(said)


class _Outbox:
    """What a service has said and nobody was handed yet."""

    def __init__(self, service: Service) -> None:
        self._store = service.store
        # Nobody else reads an outbox in memory, and whether a row is marked as sent is read by nobody at all.
        self._is_shared = service.store.versions is None
        self._last = 0

    @property
    def is_full(self) -> bool:
        return self._store.committed.is_set()

    def take_out(self, at: datetime) -> list[Envelope]:
        # Before the outbox is read: whatever is emitted from here on is found in another round.
        self._store.committed.clear()
        said = self._unsent(at) if self._is_shared else self._unread()
        if len(said) == PICK:
            self._store.committed.set()  # there may be more
        return said

    def begin_anew(self) -> None:
        """Begin at the end of what an emptied table still holds: its numbers begin anew."""
        with self._store.read() as conn:
            last = conn.scalar(sa.select(sa.func.max(self._store.flow.outbox.c.id)))
        self._last = min(self._last, last or 0)

    def _unsent(self, at: datetime) -> list[Envelope]:
        outgoing = pick(self._store, PICK)
        # Marked before it is taken: with the process a house under simulated time ends as a whole.
        mark_sent(self._store, [message.id for message in outgoing], at)
        return [decode(message.frame) for message in outgoing]

    def _unread(self) -> list[Envelope]:
        with self._store.read() as conn:
            rows = fetch(conn, _NEXT, (self._last, PICK))
        self._last = rows[-1][0] if rows else self._last
        return [decode(frame) for _, frame in rows]


_NEXT = "select id, frame from outbox where id > ? order by id limit ?"


class _Letterbox:
    """What waits to be taken by a service."""

    def __init__(self, service: Service) -> None:
        self._receiver = Receiver(service)
        self._handlers = service.handlers
        self._is_shared = service.store.versions is None
        self.waiting: list[Envelope] = []

    def take(self) -> bool:
        """Take what waits, if anything is to be done about it; return whether it was taken."""
        return self._is_wanted() and self.take_all()

    def take_all(self) -> bool:
        """Take what waits, whatever it is; return whether anything did."""
        messages, self.waiting = self.waiting, []
        if messages:
            self._receiver.take(messages)
        return bool(messages)

    def _is_wanted(self) -> bool:
        # What is only passed over waits for what is acted on; not where others look how far a stream was taken.
        if self._is_shared or len(self.waiting) >= PICK:
            return bool(self.waiting)
        return any(message.type in self._handlers for message in self.waiting)
