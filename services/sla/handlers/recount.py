"""Counting pending clocks again when a town's days change: in batches, resumable, by any number of engines.

Nothing is queued: a clock knows the revision that it was counted with, and this duty finds those that are
behind. So it goes on where a killed process left off, and also finds a clock that started while the days were
arriving.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from services.sla.domain.changes import Change, Ledger
from services.sla.domain.clock import Clock
from services.sla.domain.recounting import recount
from services.sla.handlers.rulebooks import RuleBooks
from services.sla.handlers.saying import CALENDAR_MISSING, Speaker
from services.sla.ports.cases import Alarms, Case, Cases, Stale, StaleClocks
from shared.contracts.envelope import Envelope
from shared.db.store import Store
from shared.db.work import Work
from shared.flow.editions import on_calendar_published

BATCH = 500


@dataclass(frozen=True, slots=True)
class Recount:
    """The duty 'count again'."""

    store: Store
    cases: Cases
    stale: StaleClocks
    alarms: Alarms
    rulebooks: RuleBooks
    speaker: Speaker

    def on_calendar_published(self, work: Work, message: Envelope) -> None:
        """Keep the town's days; from now on the duty finds what was counted without them."""
        on_calendar_published(work, message)
        self.alarms.forget(
            work, message.town, CALENDAR_MISSING, [str(year) for year in message.data["years"]]
        )

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
            found = self.stale.some(work, size)
            self.cases.prefetch(work, {one.case_id for one in found})
            for one in found:
                self._again(work, one)
        return len(found)

    def _again(self, work: Work, stale: Stale) -> None:
        case = self.cases.load(work, stale.case_id)
        clock = next((clock for clock in case.clocks if clock.id == stale.clock_id), None) if case else None
        if case is None or clock is None:
            return
        book = self.rulebooks.book(work, clock.edition, case.town)
        if clock.revision >= book.revision:
            return  # another engine was quicker
        ledger = Ledger(case.clocks)
        recount(ledger, clock, book.count(clock, case.life), work.at)
        self.cases.save_clocks(work, case, ledger.changes)
        self.speaker.say(work, case, ledger.changes)
        self.stale.note_moved(work, case.town, book.revision, _moves(case, clock, ledger.changes))


def _moves(case: Case, before: Clock, changes: Sequence[Change]) -> list[Mapping[str, Any]]:
    after = changes[-1].clock
    if changes[-1].event is None:
        return []
    return [
        {
            "clock_id": before.id,
            "case_id": case.id,
            "number": case.number,
            "stage": before.stage,
            "was_due_at": before.due_at,
            "due_at": after.due_at,
            "was_state": before.state.value,
            "state": after.state.value,
        }
    ]
