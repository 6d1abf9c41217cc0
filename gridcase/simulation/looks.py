"""Which duties of a service may have something to do: those for which its store or the time has changed since they last
found nothing.

A house under simulated time asks after every request, and most of what it could ask would find nothing.
"""

from datetime import datetime, timedelta

from shared.flow.service import Duty, Service, is_told_when

AWAKE_SECONDS = 1.0  # a duty that looks so often in a real process does its work as good as at once


class Looks:
    """One service's duties, each with what stood when it last found nothing to do.

    Args:
        service: on a store whose changes are counted, or on any other: then every duty is always asked.
    """

    def __init__(self, service: Service) -> None:
        self._service = service
        self._rested: dict[str, tuple[int, datetime]] = {}
        self._next: tuple[int | None, dict[str, datetime]] = (None, {})

    def run(self, limit: int, now: datetime) -> int:
        """Run the duties that may have something to do; return how many pieces of work were done.

        Args:
            limit: pieces of work a duty.
            now: the present simulated instant.
        """
        return sum(self._run(duty, limit, now) for duty in self._service.duties if self._may_have(duty, now))

    def next_at(self) -> datetime | None:
        """Return when the next piece of work falls due as the store now stands."""
        return min(self._told().values(), default=None)

    def forget(self) -> None:
        """Ask every duty again: time begins anew."""
        self._rested.clear()

    def _may_have(self, duty: Duty, now: datetime) -> bool:
        if is_told_when(duty):
            due_at = self._told().get(duty.name)
            return due_at is not None and due_at <= now
        changes, rested = self._service.store.changes(), self._rested.get(duty.name)
        if changes is None or rested is None:
            return True
        # As in a real process, upkeep is not woken by every change.
        is_awake = duty.every_seconds <= AWAKE_SECONDS and rested[0] != changes
        return is_awake or now >= rested[1] + timedelta(seconds=duty.every_seconds)

    def _run(self, duty: Duty, limit: int, now: datetime) -> int:
        done = duty.run(limit)
        if not done:
            self._rested[duty.name] = (self._service.store.changes() or 0, now)
        return done

    def _told(self) -> dict[str, datetime]:
        changes = self._service.store.changes()
        if changes is None or self._next[0] != changes:
            self._next = (changes, self._read_next())
        return self._next[1]

    def _read_next(self) -> dict[str, datetime]:
        with self._service.store.read() as conn:
            found = {duty.name: duty.next_at(conn) for duty in self._service.duties if is_told_when(duty)}
        return {name: at for name, at in found.items() if at is not None}
