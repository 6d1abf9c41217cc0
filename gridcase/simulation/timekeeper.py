"""Simulated time for services at work in threads or processes of their own.

Time moves only when the house is quiet: every message was taken by everybody it was for, and nothing is due.
That is read from the stores alone, so that it holds for either broker.
"""

import time
from collections.abc import Mapping
from datetime import datetime

import sqlalchemy as sa

from shared.flow.service import Service

LOOK_AGAIN_SECONDS = 0.05
QUIET_LOOKS = 3  # a message may be between two stores at one look


class NotQuiet(RuntimeError):
    """The house did not come to rest in time; the text says who still had what to do."""


class Timekeeper:
    """Moves the time of all stores of a running house.

    Args:
        services: built on the same simulated stores that the running house uses.
    """

    def __init__(self, services: Mapping[str, Service]) -> None:
        self._services = dict(services)

    def now(self) -> datetime:
        """Return the present simulated instant."""
        store = next(iter(self._services.values())).store
        with store.read() as conn:
            return store.now(conn)

    def wait_quiet(self, seconds: float = 60.0) -> None:
        """Wait until nothing moves.

        Raises:
            NotQuiet: something still moves after so many seconds.
        """
        until, quiet_looks = time.monotonic() + seconds, 0
        while quiet_looks < QUIET_LOOKS:
            restless = self.restless()
            quiet_looks = 0 if restless else quiet_looks + 1
            if restless and time.monotonic() > until:
                raise NotQuiet(", ".join(restless))
            time.sleep(LOOK_AGAIN_SECONDS)

    def advance(self, to: datetime, seconds: float = 60.0) -> None:
        """Move time to `to`, stopping wherever something falls due on the way."""
        self.wait_quiet(seconds)
        while (due_at := self._next_due()) is not None and due_at <= to:
            # What is overdue already must not set time back.
            self._set(max(due_at, self.now()))
            self.wait_quiet(seconds)
        self._set(to)
        self.wait_quiet(seconds)

    def restless(self) -> list[str]:
        """Return who still has something to send, to take or to do."""
        return [*self._unsent(), *self._untaken(), *self._due()]

    def _unsent(self) -> list[str]:
        found = []
        for name, service in self._services.items():
            outbox = service.store.flow.outbox
            with service.store.read() as conn:
                waiting = conn.scalar(sa.select(sa.func.count()).where(outbox.c.sent_at.is_(None)))
            if waiting:
                found.append(f"{name} has {waiting} to send")
        return found

    def _untaken(self) -> list[str]:
        emitted = {name: self._emitted(service) for name, service in self._services.items()}
        found = []
        for name, service in self._services.items():
            for source in service.listens:
                missing = emitted[source] - self._taken(service, source)
                if missing:
                    found.append(f"{name} has {missing} of {source} to take")
        return found

    def _emitted(self, service: Service) -> int:
        table = service.store.flow.stream_out
        with service.store.read() as conn:
            return int(conn.scalar(sa.select(sa.func.coalesce(sa.func.sum(table.c.last), 0))) or 0)

    def _taken(self, service: Service, source: str) -> int:
        table = service.store.flow.stream_in
        with service.store.read() as conn:
            return int(
                conn.scalar(
                    sa.select(sa.func.coalesce(sa.func.sum(table.c.next - 1), 0)).where(
                        table.c.source == source
                    )
                )
                or 0
            )

    def _due(self) -> list[str]:
        now = self.now()
        due_at = self._next_due()
        return (
            [f"something is due since {due_at.isoformat()}"] if due_at is not None and due_at <= now else []
        )

    def _next_due(self) -> datetime | None:
        found = []
        for service in self._services.values():
            with service.store.read() as conn:
                found += [at for duty in service.duties if (at := duty.next_at(conn)) is not None]
        return min(found, default=None)

    def _set(self, at: datetime) -> None:
        for service in self._services.values():
            # One store after another: for a moment they differ, which nobody sees while all is quiet.
            service.store.set_now(at)
