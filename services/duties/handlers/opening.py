"""The duty that opens what is owed: a day costs what is due that day, not what is stored."""

from dataclasses import dataclass, field
from datetime import datetime

import sqlalchemy as sa
from msgspec.structs import replace

from services.duties.domain.membership import groups_asked
from services.duties.domain.occurrence import KeptOccurrence, KeptState
from services.duties.handlers.saying import say_owed
from services.duties.handlers.subjects import SubjectKeeper
from services.duties.handlers.town_rules import DatedRules, TownRules
from services.duties.store.occurrences import SqlOccurrences
from shared.db.store import Store
from shared.db.work import Work
from shared.kernel.failpoints import reach
from shared.rules.pack.model import Duty

BATCH = 500


@dataclass(frozen=True, slots=True)
class OccurrenceOpener:
    """Opens occurrences."""

    store: Store
    rules: TownRules
    occurrences: SqlOccurrences = field(default_factory=SqlOccurrences)
    subjects: SubjectKeeper = field(default_factory=SubjectKeeper)

    def run(self, limit: int) -> int:
        """Open up to so many occurrences; return how many."""
        done = 0
        while done < limit:
            wanted = min(BATCH, limit - done)
            opened = self._batch(wanted)
            done += opened
            if opened < wanted:
                break
        return done

    def next_at(self, conn: sa.Connection) -> datetime | None:
        """Return when the next occurrence opens."""
        return self.occurrences.next_to_open(conn)

    def _batch(self, size: int) -> int:
        with self.store.begin() as work:
            found = self.occurrences.due_to_open(work, size)
            for occurrence in found:
                self.open(work, occurrence)
            reach("in-scan")
        return len(found)

    def open(self, work: Work, occurrence: KeptOccurrence) -> KeptOccurrence:
        """Have an occurrence be owed from now on; return it as it is kept."""
        opened = replace(occurrence, state=KeptState.OPEN, changed_at=work.at)
        self.occurrences.put(work, opened)
        rules = self.rules.of_edition(work.conn, occurrence.town, occurrence.edition, work.at)
        duty = rules.pack.duties.get(occurrence.duty) if rules else None
        if duty is not None and occurrence.opens_at is not None:
            is_judged = rules is not None and self._is_judged(work, rules, duty, opened)
            say_owed(work, opened, duty, occurrence.opens_at, is_judged=is_judged)
        return opened

    def _is_judged(self, work: Work, rules: DatedRules, duty: Duty, occurrence: KeptOccurrence) -> bool:
        """Whether anything can be missing: not where it is owed for each of some, and nobody of them is known."""
        if groups_asked(duty) is None:
            return duty.is_judged
        members = self.subjects.members(work.conn, rules.pack, duty, occurrence, work.at)
        return duty.is_judged and members is not None
