"""Watching an engine's own clock against the database's.

Decides whether the engine may fire: one whose clock differs by more than the bound stops, raises an alarm once, says so
in its log, and goes on by itself when both agree again. A simulated store has no real time, and SQLite no clock of its
own.
"""

import threading
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import structlog

from services.sla.domain.announcements import clock_skew
from services.sla.store.firing import SqlDeadlines
from shared.db.store import Store
from shared.kernel.clock import TimeSource
from shared.obs.metrics import Metrics

log = structlog.get_logger("sla")
BOUND = timedelta(seconds=2)
EVERY_TOWN = "*"
STREAM = "engine/sla"


@dataclass(slots=True)
class SkewGuard:
    """Holds the engine back while the clocks differ.

    Args:
        clock: the engine's own.
    """

    store: Store
    deadlines: SqlDeadlines
    clock: TimeSource
    metrics: Metrics
    _is_alarmed: bool = False
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def is_healthy(self) -> bool:
        """Tell whether this engine may fire; the alarm is raised when it first may not."""
        skew = self._skew()
        self.metrics.clock_skew.set(skew.total_seconds())
        is_well = abs(skew) <= BOUND
        # The duty and the health check come here from threads of their own: only one of them may raise the alarm.
        with self._lock:
            is_news, self._is_alarmed = self._is_alarmed is is_well, not is_well
        # Outside the lock: whoever asks meanwhile need not wait until the store has the alarm.
        if is_news:
            self._tell(skew, is_well=is_well)
        return is_well

    def _tell(self, skew: timedelta, *, is_well: bool) -> None:
        """Into the log first: it is there also where the store can't take the alarm."""
        if is_well:
            log.warning("engine-goes-on", skew_seconds=round(skew.total_seconds(), 3))
            return
        log.error("engine-stopped", cause="clock-skew", skew_seconds=round(skew.total_seconds(), 3))
        self._alarm(skew)

    def _skew(self) -> timedelta:
        """Return by how much the own clock is surely ahead (or behind, negative): a slow answer is no skew."""
        with self.store.read() as conn:
            if self.store.is_simulated(conn):
                return timedelta(0)
            asked_at = self.clock.now()
            database_at = self.deadlines.database_now(conn)
            answered_at = self.clock.now()
        return _outside(database_at, asked_at, answered_at) if database_at is not None else timedelta(0)

    def _alarm(self, skew: timedelta) -> None:
        with self.store.begin() as work:
            alarm = clock_skew(skew.total_seconds(), work.at)
            work.emit("alarm.raised", alarm, stream=STREAM, town=EVERY_TOWN)


def _outside(database_at: datetime, asked_at: datetime, answered_at: datetime) -> timedelta:
    if database_at < asked_at:
        return asked_at - database_at
    return answered_at - database_at if database_at > answered_at else timedelta(0)
