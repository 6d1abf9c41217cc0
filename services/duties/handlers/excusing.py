"""Excusing an occurrence: a named person accepts a reason; what was missed stays on record beside it."""

from dataclasses import dataclass

from msgspec.structs import replace

from services.duties.domain.occurrence import KeptOccurrence, KeptState
from services.duties.domain.refusals import refusal
from services.duties.handlers.saying import say_changed
from services.duties.store.occurrences import SqlOccurrences
from shared.contracts.messages import OccurrenceEvent
from shared.db.work import Work


@dataclass(frozen=True, slots=True)
class OccurrenceExcuser:
    """Excuses occurrences."""

    occurrences: SqlOccurrences

    def excuse(
        self, work: Work, occurrence: KeptOccurrence, reason: str, person: str | None
    ) -> KeptOccurrence:
        """Excuse what is open or missing; return it as it is kept.

        Args:
            person: a reference to who accepts the reason.

        Raises:
            Problem: it is met, not begun, or not owed any more.
        """
        if occurrence.state is KeptState.MET:
            raise refusal("already-met")
        if occurrence.state is not KeptState.OPEN:
            raise refusal("not-owed", state=occurrence.state.value)
        excused = replace(
            occurrence, state=KeptState.EXCUSED, closed_by=person, reason=reason, changed_at=work.at
        )
        self.occurrences.put(work, excused)
        say_changed(work, excused, OccurrenceEvent.EXCUSED, work.at, person)
        return excused
