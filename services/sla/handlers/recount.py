"""Counting pending clocks again when a town's days change: in batches, resumable, by any number of engines.

Nothing is queued: a clock knows the revision that it was counted with, and this duty finds those that are
behind. So it goes on where a killed process left off, and also finds a clock that started while the days were
arriving.
"""

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from services.sla.domain.announcements import CALENDAR_MISSING
from services.sla.handlers.duties import DutyHandlers
from services.sla.handlers.publishing import ClockPublisher
from services.sla.store.alarms import SqlAlarms
from services.sla.store.cases import SqlCases
from services.sla.store.stale import SqlStaleClocks, StaleClock
from shared.contracts.envelope import Envelope
from shared.contracts.messages import CalendarPublished
from shared.db.store import Store
from shared.db.work import Work
from shared.flow.editions import on_calendar_published
from shared.flow.limit_books import LimitBooks
from shared.rules.clocks.changes import ClockJournal
from shared.rules.clocks.recounting import recount

BATCH = 500


@dataclass(frozen=True, slots=True)
class Recount:
    """The duty 'count again'."""

    store: Store
    cases: SqlCases
    duties: DutyHandlers
    stale: SqlStaleClocks
    alarms: SqlAlarms
    limit_books: LimitBooks
    publisher: ClockPublisher

    def on_calendar_published(self, work: Work, message: Envelope, published: CalendarPublished) -> None:
        """Keep the town's days; from now on the duty finds what was counted without them."""
        on_calendar_published(work, message, published)
        self.alarms.forget(work, message.town, CALENDAR_MISSING, [str(year) for year in published.years])

    def run(self, limit: int) -> int:
        """Count up to `limit` clocks again; return how many."""
        done = 0
        while done < limit:
            found = self._batch(min(BATCH, limit - done))
            done += found
            if not found:
                break
        return done

    def next_at(self, conn: sa.Connection) -> datetime | None:
        """Return since when clocks wait to be counted again, or None."""
        return self.stale.since(conn)

    def _batch(self, size: int) -> int:
        with self.store.begin() as work:
            found = self.stale.find(work, size)
            self.cases.prefetch(work, {stale.subject_id for stale in found if not stale.is_duty})
            self.duties.duties.prefetch(work, {stale.subject_id for stale in found if stale.is_duty})
            for stale in found:
                self._again(work, stale)
        return len(found)

    def _again(self, work: Work, stale: StaleClock) -> None:
        if stale.is_duty:
            self.duties.recount(work, stale.subject_id)
        else:
            self._again_of_case(work, stale)

    def _again_of_case(self, work: Work, stale: StaleClock) -> None:
        case = self.cases.load(work, stale.subject_id)
        clocks = case.state.clocks if case else ()
        clock = next((clock for clock in clocks if clock.id == stale.clock_id), None)
        if case is None or clock is None:
            return
        # By the edition under which the clock began, which need not be the one that the case is bound to now.
        book = self.limit_books.book(work, clock.edition, case.town)
        if clock.revision >= book.revision:
            return  # another engine was quicker
        journal = ClockJournal(clocks)
        recount(journal, clock, book.count(clock, case.state.timeline), work.at)
        # The clocks alone: `save` would move the case's 'as of' to now, though no step of it was taken.
        self.cases.save_clocks(work, case, journal.changes)
        self.publisher.publish(work, case, journal.changes)
        if journal.changes[-1].event is not None:  # else nothing that people see has moved
            self.stale.keep_moved(work, book.revision, case, clock, journal.changes[-1].clock)
