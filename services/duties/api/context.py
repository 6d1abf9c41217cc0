"""What the routes of this service have in common: whose rules they go by, who asks, what may be seen."""

from dataclasses import dataclass, field

import sqlalchemy as sa

from services.duties.api.views import OccurrenceShown, RecordShown, occurrence_view, record_view
from services.duties.domain.occurrence import KeptOccurrence
from services.duties.domain.people import ActingPerson
from services.duties.domain.record import KeptRecord
from services.duties.domain.refusals import refusal
from services.duties.domain.rights import concerns, may_make
from services.duties.handlers.acting import Acting
from services.duties.handlers.judging import OccurrenceJudge
from services.duties.handlers.town_rules import DatedRules, TownRules
from services.duties.store.occurrences import find_occurrence
from services.duties.store.pictures import SqlPictures
from shared.db.store import Store
from shared.db.work import Work
from shared.rules.pack.model import Pack
from shared.web.access import caller, unknown
from shared.web.answers import language


@dataclass(frozen=True, slots=True)
class DutiesContext:
    """What a request needs."""

    store: Store
    rules: TownRules
    acting: Acting
    judge: OccurrenceJudge
    pictures: SqlPictures = field(default_factory=SqlPictures)

    def in_force(self, conn: sa.Connection, town: str) -> DatedRules:
        """Return the rules that are in force in a town.

        Raises:
            Problem: `no-rules`.
        """
        found = self.rules.in_force(conn, town, self.store.now(conn))
        if found is None:
            raise refusal("no-rules", town=town)
        return found

    def doer(self, conn: sa.Connection, town: str) -> ActingPerson:
        """Return who asks, with the posts that this one may act for."""
        return self.acting.doer(conn, caller().viewing(town), self.store.now(conn))

    def rules_of(self, conn: sa.Connection, kept: KeptOccurrence) -> DatedRules:
        """Return the rules by which an occurrence was reckoned.

        Raises:
            Problem: `no-rules`: they are not here yet.
        """
        found = self.rules.of_edition(conn, kept.town, kept.edition, self.store.now(conn))
        if found is None:
            raise refusal("no-rules", town=kept.town)
        return found

    def shown(self, conn: sa.Connection, kept: KeptOccurrence) -> OccurrenceShown:
        """Return an occurrence with what became of it by now."""
        rules = self.rules.of_edition(conn, kept.town, kept.edition, self.store.now(conn))
        if rules is None:
            return occurrence_view(kept, None, None, language())
        found = self.judge.standing(conn, rules.pack, kept, rules.at)
        return occurrence_view(kept, rules.pack.duties.get(kept.duty), found, language())

    def record_shown(self, conn: sa.Connection, pack: Pack, record: KeptRecord) -> RecordShown:
        """Return a record with its pictures and what stands in its place by now."""
        corrected_by = self.judge.records.corrected_by(conn, record.id)
        found = self.pictures.of(conn, record.pictures) if record.pictures else ()
        by_id = {picture.id: picture for picture in found}
        named = [by_id[id_] for id_ in record.pictures if id_ in by_id]
        return record_view(record, pack.records.get(record.form), corrected_by, language(), named)

    def find(self, conn: sa.Connection, town: str, id_: str) -> KeptOccurrence:
        """Return an occurrence that concerns who asks.

        Raises:
            Problem: `not-found`, also for one that does not concern them.
        """
        kept = find_occurrence(conn, town, id_)
        if kept is None or not self.may_see(conn, kept, self.doer(conn, town)):
            raise unknown("occurrence", id_)
        return kept

    def held(self, work: Work, town: str, id_: str) -> KeptOccurrence:
        """Return the same, held for a change.

        Raises:
            Problem: `not-found`.
        """
        self.find(work.conn, town, id_)
        held = self.judge.occurrences.get(work, id_)
        if held is None:
            raise unknown("occurrence", id_)
        return held

    def may_fill(self, conn: sa.Connection, kept: KeptOccurrence, who: ActingPerson) -> bool:
        """Tell whether somebody may make the record that an occurrence asks for."""
        rules = self.rules.of_edition(conn, kept.town, kept.edition, self.store.now(conn))
        duty = rules.pack.duties.get(kept.duty) if rules else None
        if rules is None or duty is None or duty.owes is None:
            return False
        form = rules.pack.records.get(duty.owes.record)
        return form is not None and may_make(rules.pack, form, kept.post, who)

    def may_see(self, conn: sa.Connection, kept: KeptOccurrence, who: ActingPerson) -> bool:
        """Tell whether an occurrence concerns somebody."""
        if who.oversees or kept.post in who.posts:
            return True
        rules = self.rules.of_edition(conn, kept.town, kept.edition, self.store.now(conn))
        return rules is not None and concerns(rules.pack, rules.pack.duties.get(kept.duty), kept.post, who)
