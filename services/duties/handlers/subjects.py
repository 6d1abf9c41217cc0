"""Who is there to be visited, as the ledger says it; and who of them a post owes something.

Must not know what becomes of an occurrence by it.
"""

from dataclasses import dataclass, field
from datetime import datetime

import sqlalchemy as sa

from services.duties.domain.membership import changed_groups, groups_asked
from services.duties.domain.occurrence import KeptOccurrence
from services.duties.store.subjects import SqlSubjects
from shared.contracts.messages import LedgerChanged
from shared.db.work import Work
from shared.rules.case.areas import area_of
from shared.rules.duties import Members
from shared.rules.pack.model import Duty, Pack


@dataclass(frozen=True, slots=True)
class SubjectKeeper:
    """Keeps who is there."""

    subjects: SqlSubjects = field(default_factory=SqlSubjects)

    def note(self, work: Work, town: str, changed: LedgerChanged) -> frozenset[str]:
        """Keep what became of entries; return the grids in which somebody was in a group before, or left it."""
        known = self.subjects.standing(work, {change.entry for change in changed.changes})
        touched: set[str] = set()
        for change in changed.changes:
            before = known.get(change.entry, [])
            rows = list(changed_groups(before, change, town, changed.at))
            self.subjects.put(work, rows)
            touched |= {each.place for each in before} if rows else set()
            now = {each.fact: each for each in before} | {each.fact: each for each in rows}
            known[change.entry] = [each for each in now.values() if each.until_at is None]
        self.subjects.write(work)
        return frozenset(touched)

    def members(
        self, conn: sa.Connection, pack: Pack, duty: Duty, occurrence: KeptOccurrence, at: datetime
    ) -> Members | None:
        """Return for whom a post owes an occurrence, with their group.

        Those who are there at its end, or now where that lies ahead. None: it is owed for nobody in particular, the
        town keeps no ledger, or nobody of these groups is known where the post sits: then it is listed.
        """
        asked = groups_asked(duty)
        if asked is None or pack.ledger is None:
            return None
        places = area_of(pack, occurrence.post).places
        end = min(occurrence.due_at or at, at)
        found = self.subjects.members(conn, pack.town, asked.kind, asked.values, places, end)
        return found or None
