"""What people are shown of clocks: rows of lists, a case's clocks with every form that each had, what days moved."""

from dataclasses import dataclass
from datetime import datetime

from shared.rules.case.snapshot import CaseSnapshot
from shared.rules.clocks.changes import ClockBefore, ClockEvent
from shared.rules.clocks.clock import Clock, ClockState, ClockVerdict
from shared.rules.worktime.certificate import Certificate


@dataclass(frozen=True, slots=True)
class ListedClock:
    """One clock of one subject.

    Args:
        number: the subject's; assisting: who assists in it now.
        category, place: what it is about and where, as the clock last heard; None: of no place that has a name.
    """

    clock: Clock
    subject_id: str
    number: str
    assisting: tuple[str, ...]
    category: str
    place: str | None


@dataclass(frozen=True, slots=True)
class ClockVersion:
    """One form that a clock had.

    Args:
        at: the instant at which it became true; recorded_at: when it was put on record.
        certificate: None where the due instant was not counted anew.
    """

    version: int
    at: datetime
    recorded_at: datetime
    event: ClockEvent | None
    mark: str | None
    state: ClockState
    verdict: ClockVerdict | None
    unit: str | None
    due_at: datetime | None
    label: str | None
    is_provisional: bool
    was: ClockBefore | None
    certificate: Certificate | None


@dataclass(frozen=True, slots=True)
class FoundCase:
    """A subject that somebody asked for.

    Args:
        as_of: when its last step was taken in here.
        accepted_at: its first acceptance; clock_ids: in order of their start.
    """

    subject_id: str
    number: str
    as_of: datetime
    accepted_at: datetime | None
    snapshot: CaseSnapshot
    clock_ids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class MovedClock:
    """A clock that a revision of the days has moved: from one due instant to another."""

    clock_id: str
    subject_id: str
    number: str
    stage: str
    revision: int
    was_due_at: datetime | None
    due_at: datetime | None
    was_state: str
    state: str
    recorded_at: datetime
