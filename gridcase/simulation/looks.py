"""Which duties of a service may have something to do: those for which a table that they read, or the time, has changed
since they last found nothing.

A house under simulated time asks after every request, and most of what it could ask would find nothing.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta

from shared.db.store import Store
from shared.db.table_versions import TablesRead
from shared.flow.service import Duty, Service, is_told_when

AWAKE_SECONDS = 1.0  # a duty that looks so often in a real process does its work as good as at once


@dataclass(frozen=True, slots=True)
class _Rest:
    """When a duty found nothing to do, and what it had asked for."""

    at: datetime
    asked: TablesRead | None


@dataclass(frozen=True, slots=True)
class _Told:
    """When a duty says that it next has something to do."""

    at: datetime | None
    asked: TablesRead | None


class Looks:
    """One service's duties, each with what stood when it last found nothing to do.

    Args:
        service: on a store in memory, or on any other: then every duty is always asked.
    """

    def __init__(self, service: Service) -> None:
        self._service = service
        self._rested: dict[str, _Rest] = {}
        self._next: dict[str, _Told] = {}

    def run(self, limit: int, now: datetime) -> int:
        """Run the duties that may have something to do; return how many pieces of work were done.

        Args:
            limit: pieces of work a duty.
            now: the present simulated instant.
        """
        return sum(self._run(duty, limit, now) for duty in self._service.duties if self._may_have(duty, now))

    def next_at(self) -> datetime | None:
        """Return when the next piece of work falls due as the store now stands."""
        told = (self._told(duty) for duty in self._service.duties if is_told_when(duty))
        return min((at for at in told if at is not None), default=None)

    def forget(self) -> None:
        """Ask every duty again: time begins anew."""
        self._rested.clear()

    def _may_have(self, duty: Duty, now: datetime) -> bool:
        if is_told_when(duty):
            due_at = self._told(duty)
            return due_at is not None and due_at <= now
        rest = self._rested.get(duty.name)
        if rest is None or rest.asked is None:
            return True
        has_changed = not rest.asked.holds()
        # As in a real process, upkeep is not woken by every change.
        is_its_time = now >= rest.at + timedelta(seconds=duty.every_seconds)
        is_awake = has_changed and duty.every_seconds <= AWAKE_SECONDS
        return is_awake or (is_its_time and (has_changed or duty.by_time))

    def _run(self, duty: Duty, limit: int, now: datetime) -> int:
        with _asking(self._service.store) as asked:
            done = duty.run(limit)
        if not done:
            self._rested[duty.name] = _Rest(now, asked)
        return done

    def _told(self, duty: Duty) -> datetime | None:
        told = self._next.get(duty.name)
        if told is None or told.asked is None or not told.asked.holds():
            told = self._next[duty.name] = self._ask(duty)
        return told.at

    def _ask(self, duty: Duty) -> _Told:
        store = self._service.store
        with _asking(store) as asked, store.read() as conn:
            return _Told(duty.next_at(conn), asked)


@contextmanager
def _asking(store: Store) -> Iterator[TablesRead | None]:
    if store.versions is None:
        yield None
        return
    with store.versions.asking() as asked:
        yield asked
