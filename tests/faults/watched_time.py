"""Simulated time that is moved while things break: it bears a store that is away, and measures how late we are."""

import time
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import TypeVar

import sqlalchemy as sa

from gridcase.simulation.timekeeper import Timekeeper
from services.sla.store.tables import deadlines
from shared.db.absence import is_away
from shared.flow.service import Service

PATIENCE_SECONDS = 240.0
LATE_SECONDS = 5.0
Result = TypeVar("Result")


class WatchedTime(Timekeeper):
    """Moves time, and notes in real seconds how long deadlines took and when the house was quiet.

    Attributes:
        firing: for each move of time that made something fall due: seconds until nothing due was unfired, counted
            from the move, or from the last recovery where that was later.
        quiets: when the house was found quiet, on the monotonic clock.
        recovered_at: when something that was away last came back; whoever revives it says so.
    """

    def __init__(self, services: Mapping[str, Service]) -> None:
        super().__init__(services)
        self._sla = services["sla"].store
        self.firing: list[float] = []
        self.quiets: list[float] = []
        self.recovered_at = 0.0
        self._moved_at = 0.0

    def wait_quiet(self, seconds: float = PATIENCE_SECONDS) -> None:
        """Wait until nothing moves; a store that is away has not come to rest."""
        super().wait_quiet(seconds)
        self.quiets.append(time.monotonic())

    def first_quiet_after(self, at: float | None) -> float | None:
        """Return when the house was first found quiet after an instant, or None."""
        return next((quiet for quiet in self.quiets if at is not None and quiet > at), None)

    def take_firing(self) -> list[float]:
        """Return how long deadlines took since the last call."""
        firing, self.firing = self.firing, []
        return firing

    def restless(self) -> list[str]:
        """Return who still has something to do, or is away."""
        try:
            return super().restless()
        except sa.exc.SQLAlchemyError as failure:
            if is_away(failure):
                return ["a store is away"]
            raise

    def let_fall_due(self) -> None:
        """Move time to the last deadline that is now pending, stopping wherever something falls due."""
        self.wait_quiet()
        last = persisting(lambda: self._pending(sa.func.max(deadlines.c.due_at)))
        while last is not None and persisting(self.now) < last:
            self._set(min(last, persisting(self._next_due) or last))
            self.wait_quiet()

    def _pending(self, which: sa.ColumnElement[datetime]) -> datetime | None:
        with self._sla.read() as conn:
            found: datetime | None = conn.scalar(sa.select(which).where(deadlines.c.fired_at.is_(None)))
            return found

    def move_to_next_due(self) -> None:
        """Move time to where the next deadline falls due, and wait for nobody."""
        due_at = persisting(lambda: self._pending(sa.func.min(deadlines.c.due_at)))
        assert due_at is not None, "nothing is pending"
        self._move(due_at)

    def await_fired(self) -> None:
        """Wait until nothing due is unfired, and note how long that took."""
        if not persisting(self._has_unfired):
            return
        while persisting(self._has_unfired) and time.monotonic() < self._moved_at + PATIENCE_SECONDS:
            time.sleep(0.01)
        self.firing.append(time.monotonic() - max(self._moved_at, self.recovered_at))

    def _set(self, at: datetime) -> None:
        self._move(at)
        self.await_fired()

    def _move(self, at: datetime) -> None:
        at = max(at, persisting(self.now))
        persisting(lambda: super(WatchedTime, self)._set(at))
        self._moved_at = time.monotonic()

    def _has_unfired(self) -> bool:
        with self._sla.read() as conn:
            unfired = sa.and_(deadlines.c.fired_at.is_(None), deadlines.c.due_at <= self._sla.now(conn))
            return bool(conn.scalar(sa.select(sa.exists().where(unfired))))


def persisting(act: Callable[[], Result], seconds: float = PATIENCE_SECONDS) -> Result:
    """Do `act` again while a store is away."""
    until = time.monotonic() + seconds
    while True:
        try:
            return act()
        except sa.exc.SQLAlchemyError as failure:
            if not is_away(failure) or time.monotonic() > until:
                raise
            time.sleep(0.05)
