"""What others hear of an occurrence and of its records, on its own stream."""

from datetime import datetime

from services.duties.domain.occurrence import KeptOccurrence
from services.duties.domain.record import KeptRecord
from shared.contracts.messages import DutyChanged, DutyOwed, OccurrenceEvent, Reason, RecordKept
from shared.db.work import Work
from shared.rules.logic.facts import Kind
from shared.rules.pack.model import Duty, Pack


def say_owed(
    work: Work, occurrence: KeptOccurrence, duty: Duty, opens_at: datetime, *, is_judged: bool
) -> None:
    """Say that an occurrence is owed from now on; one that is only listed is told of without an end."""
    assert occurrence.on is not None
    owed = DutyOwed(
        occurrence=occurrence.id,
        number=occurrence.number,
        duty=occurrence.duty,
        reason=Reason(rule=duty.origin.rule, because=duty.origin.because),
        unit=occurrence.post,
        label=occurrence.label,
        on=occurrence.on,
        opens_at=opens_at,
        due_at=occurrence.due_at if is_judged else None,
        provisional=occurrence.provisional,
        tell=(occurrence.post,) if occurrence.ordered else (),
        at=work.at,
    )
    work.emit("duty.owed", owed, stream=occurrence.id, town=occurrence.town, edition=occurrence.edition)


def say_changed(
    work: Work, occurrence: KeptOccurrence, event: OccurrenceEvent, at: datetime, person: str | None = None
) -> None:
    """Say what became of an occurrence.

    Args:
        at: when it did.
        person: a reference to who decided it; None: the platform itself.
    """
    is_moved = event is OccurrenceEvent.MOVED
    changed = DutyChanged(
        occurrence=occurrence.id,
        duty=occurrence.duty,
        unit=occurrence.post,
        at=at,
        due_at=occurrence.due_at if is_moved else None,
        on=occurrence.on if is_moved else None,
        person=person,
        tell=_told(occurrence, event),
    )
    work.emit(
        f"duty.{event.value}", changed, stream=occurrence.id, town=occurrence.town, edition=occurrence.edition
    )


def say_kept(work: Work, pack: Pack, record: KeptRecord) -> None:
    """Say that a record was kept. Words stay here: only what is counted goes out.

    Args:
        pack: of the record's edition.
    """
    form = pack.records[record.form]
    counted = {
        name: value
        for name, value in record.facts.items()
        if not isinstance(value, list) and form.facts[name].type.kind is not Kind.TEXT
    }
    said = RecordKept(
        record=record.id,
        form=record.form,
        about=record.about,
        subject=record.subject,
        unit=record.post,
        person=record.person,
        day=record.day,
        at=record.at,
        late=record.is_late,
        occurrence=record.occurrence,
        corrects=record.corrects,
        facts=counted,
    )
    stream = (record.occurrence if record.is_finished else None) or f"town/{record.town}"
    work.emit("record.kept", said, stream=stream, town=record.town, edition=record.edition)


def _told(occurrence: KeptOccurrence, event: OccurrenceEvent) -> tuple[str, ...]:
    """Of what was ordered whoever gave the order hears that it is done, and the post of all else."""
    if occurrence.ordered is None:
        return ()
    if event is OccurrenceEvent.MET:
        return (occurrence.ordered_by,) if occurrence.ordered_by else ()
    return (occurrence.post,)
