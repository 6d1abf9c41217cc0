"""Warning the operator while there is time: the days that a town knows run out in sixty days.

Decides when a town is warned: once for each year's end. The State Council announces a year around November of the one
before; who waits for the first limit that can't be counted hears of it too late.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta, tzinfo

import sqlalchemy as sa

from services.sla.domain.announcements import CALENDAR_ENDS, calendar_ends
from services.sla.store.alarms import SqlAlarms
from shared.db.store import Store
from shared.db.work import Work
from shared.flow.editions import current_edition, days_of
from shared.flow.limit_books import LimitBooks
from shared.rules.worktime.calendar import Calendar

AHEAD = timedelta(days=60)
EVERY = timedelta(minutes=50)  # less than the duty's own hour, which is never quite one


TOWNS = 50  # looked at in one transaction: of each an edition may have to be built


@dataclass(frozen=True, slots=True)
class _Known:
    """How far a town's days are known, as they stood under an edition and a revision of its calendar."""

    edition: str
    revision: int
    tz: tzinfo
    unknown_from: int  # the first year

    def holds_for(self, edition: str, revision: int, at: datetime) -> bool:
        is_same = (self.edition, self.revision) == (edition, revision)
        return is_same and at.astimezone(self.tz).year <= self.unknown_from


@dataclass(slots=True)
class CalendarEnds:
    """The duty 'warn of the calendar's end'."""

    store: Store
    alarms: SqlAlarms
    limit_books: LimitBooks
    _looked_at: datetime | None = field(default=None, init=False)
    # An edition is built to learn which years it knows; a town's answer stays until its rules or its days change.
    _known: dict[str, _Known] = field(default_factory=dict, init=False)

    def run(self, limit: int) -> int:  # noqa: ARG002 - all towns are looked at, once an hour
        """Warn the towns whose days run out; return how many were warned."""
        # Simulated time stands still while hundreds of duties run: without a transaction for each of them.
        with self.store.read() as conn:
            now = self.store.now(conn)
        if self._looked_at is not None and abs(now - self._looked_at) < EVERY:
            return 0
        warned, after = 0, ""
        while towns := self._towns(after):
            with self.store.begin() as work:
                warned += sum(self._warn(work, town) for town in towns)
            after = towns[-1]
        # A house that has just begun knows no town yet.
        self._looked_at = now if after else None
        return warned

    def _towns(self, after: str) -> Sequence[str]:
        town = self.store.flow.editions.c.town
        with self.store.read() as conn:
            found = sa.select(town).where(town > after).distinct().order_by(town).limit(TOWNS)
            return conn.scalars(found).all()

    def _warn(self, work: Work, town: str) -> bool:
        edition = current_edition(work.conn, work.flow.editions, town, work.at)
        if edition is None:
            return False
        known = self._known_days(work, edition, town)
        year, today = known.unknown_from, work.at.astimezone(known.tz).date()
        if date(year, 1, 1) - today > AHEAD or not self.alarms.is_first(work, town, CALENDAR_ENDS, str(year)):
            return False
        # On the town's stream: it is about no case.
        work.emit("alarm.raised", calendar_ends(year, work.at), stream=f"town/{town}", town=town)
        return True

    def _known_days(self, work: Work, edition: str, town: str) -> _Known:
        days = days_of(work.conn, work.flow.calendars, town)
        revision = days.revision if days else 0
        known = self._known.get(town)
        if known is None or not known.holds_for(edition, revision, work.at):
            calendar = self.limit_books.book(work, edition, town).calendar
            today = work.at.astimezone(calendar.tz).date()
            known = self._known[town] = _Known(edition, revision, calendar.tz, _unknown_from(calendar, today))
        return known


def _unknown_from(calendar: Calendar, today: date) -> int:
    """The first year from today's on whose days are not known."""
    year = today.year
    while calendar.covers(year):
        year += 1
    return year
