"""Whether occurrences are met by what is recorded: asked whenever something was, and said where the answer changed."""

from dataclasses import dataclass, field
from datetime import date, datetime

import sqlalchemy as sa
from msgspec.structs import replace

from services.duties.domain.occurrence import BEFORE, KeptOccurrence, KeptState
from services.duties.handlers.opening import OccurrenceOpener
from services.duties.handlers.saying import say_changed
from services.duties.handlers.town_rules import DatedRules
from services.duties.store.attending import SqlAttendance
from services.duties.store.occurrences import SqlOccurrences
from services.duties.store.records import SqlRecords
from shared.contracts.messages import OccurrenceEvent
from shared.db.work import Work
from shared.rules.case.timing import local_day
from shared.rules.duties import Compliance, Kept, Members, State, standing
from shared.rules.pack.model import Duty, Pack

_DONE = frozenset({State.MET, State.LATE})


@dataclass(frozen=True, slots=True)
class OccurrenceJudge:
    """Judges occurrences."""

    opener: OccurrenceOpener
    records: SqlRecords = field(default_factory=SqlRecords)
    attendance: SqlAttendance = field(default_factory=SqlAttendance)

    @property
    def occurrences(self) -> SqlOccurrences:
        """Where they are kept."""
        return self.opener.occurrences

    def standing(
        self, conn: sa.Connection, pack: Pack, occurrence: KeptOccurrence, at: datetime
    ) -> Compliance | None:
        """Return what became of an occurrence; None: the rules know no such duty.

        Args:
            pack: of the occurrence's edition.
        """
        duty = pack.duties.get(occurrence.duty)
        if duty is None:
            return None
        members = self.opener.subjects.members(conn, pack, duty, occurrence, at)
        kept = [*self._kept(conn, pack, duty, occurrence), *self._base(conn, duty, occurrence, members or {})]
        is_excused = occurrence.state is KeptState.EXCUSED
        return standing(pack, duty, occurrence.reckoned, kept, at, excused=is_excused, members=members)

    def judge_of_day(self, work: Work, rules: DatedRules, town: str, post: str, form: str, day: date) -> None:
        """Judge every occurrence of a post for which a record of a day on a form may count."""
        duties = [key for key, duty in rules.pack.duties.items() if _asks_for(duty, form)]
        for occurrence in self.occurrences.of_post_on(work, town, post, duties, day):
            self.judge(work, occurrence)

    def judge(self, work: Work, occurrence: KeptOccurrence) -> KeptOccurrence:
        """Judge an occurrence for which something was recorded just now; say what changed by it."""
        if occurrence.state is KeptState.AHEAD and _has_begun(occurrence, work.at):
            occurrence = self.opener.open(work, occurrence)
        rules = self.opener.rules.of_edition(work.conn, occurrence.town, occurrence.edition, work.at)
        if rules is None or occurrence.state in BEFORE:
            return occurrence
        found = self.standing(work.conn, rules.pack, occurrence, work.at)
        changed = replace(occurrence, has_records=True)
        if found is not None:
            changed = self._said(work, changed, found)
        self.occurrences.put(work, changed)
        return changed

    def look_again(self, work: Work, occurrence: KeptOccurrence) -> None:
        """Judge an open occurrence for which nothing was recorded, but it is owed to others now."""
        rules = self.opener.rules.of_edition(work.conn, occurrence.town, occurrence.edition, work.at)
        found = self.standing(work.conn, rules.pack, occurrence, work.at) if rules else None
        if found is not None:
            self.occurrences.put(work, self._said(work, occurrence, found))

    def _said(self, work: Work, occurrence: KeptOccurrence, found: Compliance) -> KeptOccurrence:
        is_done = found.state in _DONE
        if is_done and occurrence.state is KeptState.OPEN:
            met_at = found.met_at or work.at
            say_changed(work, occurrence, OccurrenceEvent.MET, met_at)
            return replace(occurrence, state=KeptState.MET, met_at=met_at, changed_at=work.at)
        if not is_done and occurrence.state is KeptState.MET:
            say_changed(work, occurrence, OccurrenceEvent.REOPENED, work.at)
            return replace(occurrence, state=KeptState.OPEN, met_at=None, changed_at=work.at)
        return occurrence

    def _kept(self, conn: sa.Connection, pack: Pack, duty: Duty, occurrence: KeptOccurrence) -> list[Kept]:
        """What counts: records, and where a duty asks for none that somebody came."""
        owes = duty.owes
        if owes is not None:
            return [record.kept for record in self.records.counting_for(conn, occurrence, [owes.record])]
        came = self.attendance.of(conn, occurrence.id)
        return [
            Kept(id=each.person, form="", day=local_day(pack, each.at), at=each.at)
            for each in came
            if not each.is_make_up
        ]

    def _base(
        self, conn: sa.Connection, duty: Duty, occurrence: KeptOccurrence, members: Members
    ) -> list[Kept]:
        """Of what a share is taken: what others have recorded of those for whom it is owed."""
        form = duty.owes.of if duty.owes else None
        if form is None:
            return []
        return [record.kept for record in self.records.about(conn, occurrence, form, members)]


def _asks_for(duty: Duty, form: str) -> bool:
    return duty.owes is not None and form in (duty.owes.record, duty.owes.of)


def _has_begun(occurrence: KeptOccurrence, at: datetime) -> bool:
    return occurrence.opens_at is not None and occurrence.opens_at <= at
