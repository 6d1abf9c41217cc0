"""What other days would move: every clock that they may touch is counted with them, and nothing is kept.

Decides how much is looked at: a town may have more clocks than one answer should hold.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from services.sla.domain.listed import MovedClock
from services.sla.store.cases import SqlCases
from services.sla.store.listing import unsettled_clocks
from services.sla.store.stale import StaleClock
from shared.db.store import Store
from shared.db.work import Work
from shared.flow.limit_books import LimitBooks
from shared.kernel.roles import Viewer
from shared.rules.case.timing import AmendedDays
from shared.rules.clocks.changes import ClockJournal
from shared.rules.clocks.recounting import recount

BATCH, MOST = 200, 10_000  # clocks: at once, and in all


@dataclass(frozen=True, slots=True)
class PreviewedDays:
    """What days would move.

    Args:
        looked_at: how many clocks were counted.
        is_cut: there are more than were looked at.
    """

    moved: Sequence[MovedClock]
    looked_at: int
    is_cut: bool


@dataclass(frozen=True, slots=True)
class DaysPreviewer:
    """Counts a town's clocks with days that are not published."""

    store: Store
    cases: SqlCases
    limit_books: LimitBooks

    def preview(self, viewer: Viewer, days: AmendedDays) -> PreviewedDays:
        """Return what days would move of cases that the viewer may see, by clock.

        Args:
            days: all of the town's, as they would be published.
        """
        moved: list[MovedClock] = []
        after, looked_at = "", 0
        while looked_at < MOST:
            # Batch by batch: while they are counted, their cases are locked.
            with self.store.begin() as work:
                found = unsettled_clocks(work.conn, viewer, after, BATCH)
                self.cases.prefetch(work, {stale.subject_id for stale in found})
                moved += [change for stale in found if (change := self._counted(work, stale, days))]
            looked_at += len(found)
            if len(found) < BATCH:
                return PreviewedDays(moved, looked_at, is_cut=False)
            after = found[-1].clock_id
        return PreviewedDays(moved, looked_at, is_cut=True)

    def _counted(self, work: Work, stale: StaleClock, days: AmendedDays) -> MovedClock | None:
        case = self.cases.load(work, stale.subject_id)
        clocks = case.state.clocks if case else ()
        clock = next((clock for clock in clocks if clock.id == stale.clock_id), None)
        if case is None or clock is None:
            return None
        book = self.limit_books.book_with(work, clock.edition, days)
        journal = ClockJournal(clocks)
        recount(journal, clock, book.count(clock, case.state.timeline), work.at)
        change = journal.changes[-1]
        if change.event is None:
            return None
        return MovedClock(
            clock.id, case.subject.id, case.number, clock.stage, days.revision, clock.due_at, change.clock.due_at,
            clock.state.value, change.clock.state.value, work.at,
        )  # fmt: skip
