"""What duties say: an occurrence that is owed from now on, what became of it, and a record that was made."""

from datetime import date
from enum import StrEnum
from typing import ClassVar

from msgspec import field

from shared.contracts.messages.body import Body, Reason
from shared.kernel.instants import Instant
from shared.kernel.subject import Subject, SubjectKind
from shared.rules.logic.facts import Value


class OccurrenceEvent(StrEnum):
    """What may become of an occurrence after it was owed; messages are called `duty.<event>`."""

    MET = "met"  # all that it asks for is there
    REOPENED = "reopened"  # a correction took back what had met it
    MOVED = "moved"  # the calendar was amended: another day
    EXCUSED = "excused"  # a named person accepted a reason
    WITHDRAWN = "withdrawn"  # it is not owed any more: replaced, edition, a day off that was announced


class DutyOwed(Body, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """From now on a post owes an occurrence of a duty. Its stream is the occurrence's id.

    Args:
        number: by which people call it: the duty's key and its label.
        duty: key of the duty within the edition; reason: its rule and clauses.
        unit: who owes it, 'jurisdiction/unit'.
        label: the day by which it is called, whatever day it was moved to (A-39).
        on: the day on which it is held or closes.
        opens_at: from when what is recorded counts; due_at: exclusive; None: it is listed and never missing.
        provisional: a day of its reckoning lies in a year whose calendar is not published yet (RC-22).
        tell: units that hear of it at once: it was ordered and is expected by nobody.
    """

    MINOR: ClassVar[int] = 1  # tell

    occurrence: str
    number: str
    duty: str
    reason: Reason
    unit: str
    label: date
    on: date
    opens_at: Instant
    due_at: Instant | None = None
    provisional: bool = False
    tell: tuple[str, ...] = ()
    at: Instant

    @property
    def subject(self) -> Subject:
        """What its clock is of."""
        return Subject(SubjectKind.DUTY, self.occurrence)


class DutyChanged(Body, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """What became of an occurrence.

    Args:
        at: when it happened; for 'met' the instant of the record that met it.
        due_at: of 'moved': the new one, None where its year has no calendar.
        on: of 'moved': the new day.
        person: a reference to who excused or withdrew it; None: the platform itself.
        tell: units that hear of it at once, of what was ordered.
    """

    MINOR: ClassVar[int] = 1  # tell

    occurrence: str
    duty: str
    unit: str
    at: Instant
    due_at: Instant | None = None
    on: date | None = None
    person: str | None = None
    tell: tuple[str, ...] = ()


class RecordKept(Body, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """A record was made. What is sealed or long of it stays with who keeps it.

    Args:
        form: key of its form within the edition.
        about: kind and reference of what it is about, such as 'grid' and 'elm.east-1'.
        unit: by whose post it was made; person: a reference.
        day: the day that it is of; late: it came after that day, and its form asks for the same one.
        occurrence: that it counts for; None: none.
        corrects: id of the record in whose place it stands; None: none.
        facts: those that are numbers, choices, or yes and no.
    """

    record: str
    form: str
    about: str
    subject: str
    unit: str
    person: str | None = None
    day: date
    at: Instant
    late: bool = False
    occurrence: str | None = None
    corrects: str | None = None
    facts: dict[str, Value] = field(default_factory=dict)
