"""What is kept of a message that can be counted, and how it becomes a row that figures understand.

Decides which instant puts a thing into a period, and what becomes of an occurrence that nobody has met. Texts of people
are never kept: only keys, numbers, verdicts and references.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time
from decimal import Decimal
from enum import StrEnum

from shared.contracts.messages import (
    CaseAdmitted,
    CaseStep,
    ClockChanged,
    DutyChanged,
    DutyOwed,
    LedgerEntryChanged,
    NotificationChanged,
    OccurrenceEvent,
    RecordKept,
    SessionOpened,
)
from shared.kernel.subject import SubjectKind
from shared.rules.assess import Tallied
from shared.rules.clocks.clock import ClockState
from shared.rules.logic.facts import Value
from shared.rules.pack.model import About, TallyKind

_NOON = time(12)
_MINUTE = 60
_COMPLETE = "complete"


@dataclass(frozen=True, slots=True)
class CountedCase:
    """What all that happens to a case is counted under."""

    id: str
    town: str
    place: str | None
    category: str | None
    finder: str | None
    is_imported: bool
    ended_at: datetime | None = None


class Pending(StrEnum):
    """Results that no figure asks for: of what is not over, or was taken back."""

    OPEN = "open"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True)
class KeptEvent:
    """One thing that happened.

    Args:
        ref: by which it is opened; subject: the case that it is of, whose place and category are those of now.
        until: when it ended; of an occurrence that is open, when it is missing.
        corrects: the record in whose place this one stands.
    """

    id: str
    town: str
    kind: TallyKind
    name: str
    ref: str
    at: datetime
    until: datetime | None = None
    subject: str | None = None
    place: str | None = None
    unit: str | None = None
    person: str | None = None
    category: str | None = None
    result: str = ""
    facts: Mapping[str, str] = field(default_factory=dict)
    amount: str | None = None
    is_imported: bool = False
    corrects: str | None = None

    def counted(self, now: datetime) -> Tallied | None:
        """Return it as figures know it at an instant; None: it counts for nothing then."""
        result, until = self.result, self.until
        if self.kind is TallyKind.DUTY and result == Pending.OPEN:
            if until is None or until > now:
                return None
            result = "missing"
        if result == Pending.WITHDRAWN:
            return None
        amount = Decimal(self.amount) if self.amount is not None else None
        return Tallied(
            self.ref, self.kind, self.name, self.at, until, self.place, self.unit, self.person, self.category,
            result, self.facts, amount, self.is_imported,
        )  # fmt: skip


def of_admitted(town: str, said: CaseAdmitted) -> KeptEvent:
    """Return the report that a case began with; whoever found it is whose work it is."""
    finder = said.by.person if said.by.role != "reporter" else None
    return KeptEvent(
        id=f"case/{said.case}/reported",
        town=town,
        kind=TallyKind.CASE,
        name="reported",
        ref=said.case,
        at=said.reported_at,
        subject=said.case,
        place=said.place.key,
        person=finder,
        category=said.category,
        facts=plain(said.facts),
        is_imported=said.silent,
    )


def of_step(town: str, said: CaseStep, finder: str | None) -> Iterator[KeptEvent]:
    """Yield what a step made true: each milestone of each round, and the step itself."""
    for name in dict.fromkeys((*said.marks, said.step)):
        yield KeptEvent(
            id=f"case/{said.case}/{said.round}/{name}",
            town=town,
            kind=TallyKind.CASE,
            name=name,
            ref=said.case,
            at=said.at,
            subject=said.case,
            place=said.place.key,
            unit=said.assignment.lead if said.assignment else None,
            person=finder,
            category=said.category,
            facts=plain(said.facts),
            is_imported=said.silent,
        )


def of_clock(town: str, said: ClockChanged) -> KeptEvent | None:
    """Return a clock of a case that is over or breached; None: it still runs, or is of something else."""
    if said.kind is not SubjectKind.CASE:
        return None
    withheld = "withheld" if said.state is ClockState.WITHHELD else ""
    breached = "late" if said.state is ClockState.BREACHED else ""
    result = said.verdict.value if said.verdict else breached or withheld
    if not result:
        return None
    minutes = int((said.at - said.started_at).total_seconds()) // _MINUTE
    return KeptEvent(
        id=f"clock/{said.clock}",
        town=town,
        kind=TallyKind.CLOCK,
        name=said.stage,
        ref=said.clock,
        at=said.at,
        subject=said.case,
        unit=said.unit,
        result=result,
        amount=str(minutes),
        is_imported=said.silent,
    )


def of_owed(town: str, said: DutyOwed) -> KeptEvent:
    """Return an occurrence: of the day by which it is called, whatever day it was moved to (A-39)."""
    return KeptEvent(
        id=f"duty/{said.occurrence}",
        town=town,
        kind=TallyKind.DUTY,
        name=said.duty,
        ref=said.occurrence,
        at=noon(said.label),
        until=said.due_at,
        place=place_of(town, said.unit),
        unit=said.unit,
        result=Pending.OPEN if said.due_at else "listed",
    )


def of_changed(before: KeptEvent, event: OccurrenceEvent, said: DutyChanged) -> KeptEvent:
    """Return an occurrence after what became of it."""
    if event is OccurrenceEvent.MOVED:
        return replace(before, until=said.due_at)
    results = {
        OccurrenceEvent.MET: "late" if before.until and said.at >= before.until else "met",
        OccurrenceEvent.REOPENED: str(Pending.OPEN),
        OccurrenceEvent.EXCUSED: "excused",
        OccurrenceEvent.WITHDRAWN: str(Pending.WITHDRAWN),
    }
    return replace(before, result=results[event])


def of_record(town: str, said: RecordKept) -> KeptEvent:
    """Return a record; one that is about a person is that person's, any other its maker's."""
    return KeptEvent(
        id=f"record/{said.record}",
        town=town,
        kind=TallyKind.RECORD,
        name=said.form,
        ref=said.record,
        at=noon(said.day),
        place=_place_of_record(town, said),
        unit=said.unit,
        person=said.subject if said.about == About.PERSON else said.person,
        facts=plain(said.facts),
        corrects=said.corrects,
    )


def of_notification(town: str, said: NotificationChanged, *, is_sent: bool) -> KeptEvent:
    """Return what became of telling somebody."""
    return KeptEvent(
        id=f"delivery/{said.notification}",
        town=town,
        kind=TallyKind.DELIVERY,
        name=said.channel,
        ref=said.notification,
        at=said.at,
        subject=said.case if said.kind is SubjectKind.CASE else None,
        unit=said.unit,
        person=said.person,
        result="delivered" if is_sent else "failed",
    )


def of_entry(town: str, said: LedgerEntryChanged, at: datetime) -> KeptEvent:
    """Return an entry of the ledger that was entered."""
    return KeptEvent(
        id=f"entry/{said.entry}",
        town=town,
        kind=TallyKind.ENTRY,
        name=said.type,
        ref=said.entry,
        at=at,
        place=said.place,
        facts=_of_entry(said.groups, said.complete),
    )


def of_stated(before: KeptEvent, said: LedgerEntryChanged) -> KeptEvent:
    """Return an entry after more was stated of it, or after it moved: its groups and its grid are those of now."""
    return replace(before, place=said.place, facts={**before.facts, **_of_entry(said.groups, said.complete)})


def of_session(town: str, said: SessionOpened) -> KeptEvent:
    """Return that somebody was there on a day (UTC): in several sessions of it once."""
    ref = f"{said.person}/{said.unit}/{said.at.date().isoformat()}"
    return KeptEvent(
        id=f"session/{ref}",
        town=town,
        kind=TallyKind.SESSION,
        name=said.role,
        ref=ref,
        at=noon(said.at.date()),
        place=place_of(town, said.unit),
        unit=said.unit,
        person=said.person,
    )


def _of_entry(groups: Mapping[str, str], is_complete: bool | None) -> dict[str, str]:
    """A pack asks whether an entry is complete as it asks for a fact of it."""
    return {**groups, **({} if is_complete is None else plain({_COMPLETE: is_complete}))}


def plain(facts: Mapping[str, Value]) -> dict[str, str]:
    """Return facts as figures compare them: yes and no in words."""
    return {
        name: ("yes" if value else "no") if isinstance(value, bool) else str(value)
        for name, value in facts.items()
    }


def noon(on: date) -> datetime:
    """Return an instant that lies on a day in every zone that is less than twelve hours away from UTC."""
    return datetime.combine(on, _NOON, UTC)


def _place_of_record(town: str, said: RecordKept) -> str | None:
    """A record that is about a grid is of that grid, wherever whoever made it sits."""
    return place_of(town, f"{said.subject}/" if said.about == About.GRID else said.unit)


def place_of(town: str, unit: str) -> str | None:
    """Return the place in which a post sits; None: in none of the town's."""
    jurisdiction = unit.rpartition("/")[0]
    return jurisdiction.removeprefix(f"{town}.") if jurisdiction.startswith(f"{town}.") else None
