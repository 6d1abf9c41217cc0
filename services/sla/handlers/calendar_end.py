"""Warning the operator while there is time: the days that a town knows run out in sixty days.

Decides when a town is warned: once for each year's end. The State Council announces a year around November of the one
before; who waits for the first limit that can't be counted hears of it too late.
"""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

import sqlalchemy as sa

from services.sla.domain.announcements import CALENDAR_ENDS, calendar_ends
from services.sla.store.alarms import SqlAlarms
from shared.db.store import Store
from shared.db.work import Work
from shared.flow.editions import current_edition
from shared.flow.limit_books import LimitBooks
from shared.rules.worktime.calendar import Calendar

AHEAD = timedelta(days=60)
EVERY = timedelta(minutes=50)  # less than the duty's own hour, which is never quite one


@dataclass(slots=True)
class CalendarEnds:
    """The duty 'warn of the calendar's end'."""

    store: Store
    alarms: SqlAlarms
    limit_books: LimitBooks
    _looked_at: datetime | None = field(default=None, init=False)

    def run(self, limit: int) -> int:  # noqa: ARG002 - towns are few: all are looked at, once an hour
        """Warn the towns whose days run out; return how many were warned."""
        # Simulated time stands still while hundreds of duties run: without a transaction for each of them.
        with self.store.read() as conn:
            now = self.store.now(conn)
        if self._looked_at is not None and abs(now - self._looked_at) < EVERY:
            return 0
        with self.store.begin() as work:
            editions = work.flow.editions
            towns = work.conn.scalars(sa.select(editions.c.town).distinct().order_by(editions.c.town)).all()
            # A house that has just begun knows no town yet.
            self._looked_at = now if towns else None
            return sum(self._warn(work, town) for town in towns)

    def _warn(self, work: Work, town: str) -> bool:
        edition = current_edition(work.conn, work.flow.editions, town, work.at)
        if edition is None:
            return False
        calendar = self.limit_books.book(work, edition, town).calendar
        today = work.at.astimezone(calendar.tz).date()
        year = _unknown_from(calendar, today)
        if date(year, 1, 1) - today > AHEAD or not self.alarms.is_first(work, town, CALENDAR_ENDS, str(year)):
            return False
        # On the town's stream: it is about no case.
        work.emit("alarm.raised", calendar_ends(year, work.at), stream=f"town/{town}", town=town)
        return True


def _unknown_from(calendar: Calendar, today: date) -> int:
    """The first year from today's on whose days are not known."""
    year = today.year
    while calendar.covers(year):
        year += 1
    return year
