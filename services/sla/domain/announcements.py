"""What is said of clocks: the data of 'clock.…' and of alarms.

Two ways lead to a `ClockChanged`: from a change of a clock that was loaded whole, and from a deadline that was read
with thousands of others. Both say the same of the same clock (`tests/sla/test_store_firing.py`).
"""

from datetime import datetime
from typing import NamedTuple

from services.sla.domain.deadlines import DueDeadline
from services.sla.domain.subjects import Clocked
from shared.contracts.messages import AlarmRaised, ClockChanged, Reason
from shared.kernel.subject import Subject, SubjectKind
from shared.rules.clocks.changes import ClockChange
from shared.rules.clocks.escalation import EscalationStep
from shared.rules.clocks.firing import FiringOutcome
from shared.rules.decide.answers import Answers

CALENDAR_MISSING = "calendar-missing"
CALENDAR_ENDS = "calendar-ends"
DISAGREEMENT = "disagreement"
CLOCK_SKEW = "clock-skew"


class YearNeeded(NamedTuple):
    """The first clock that needs a year without a calendar; `is_provisional`: it goes on by weekends."""

    subject: Subject
    clock: str
    stage: str
    is_provisional: bool


def clock_changed(change: ClockChange, case: Clocked) -> ClockChanged:
    """Return what is said of a change; the certificate comes with every new count."""
    clock = change.clock
    return ClockChanged(
        case=case.subject.id,
        kind=case.subject.kind,
        number=case.number,
        clock=clock.id,
        stage=clock.stage,
        state=clock.state,
        verdict=clock.verdict,
        reason=Reason(rule=clock.rule, because=clock.because, facts=dict(clock.facts)),
        level=clock.level,
        unit=clock.unit,
        round=clock.round,
        started_at=clock.started_at,
        due_at=clock.due_at,
        label=clock.label,
        provisional=clock.is_provisional,
        at=change.at,
        escalation=change.escalation,
        to=change.to,
        mark=change.mark,
        was=change.was,
        certificate=dict(clock.certificate),
        missing_year=clock.missing_year,
        silent=change.is_silent,
    )


def deadline_fired(
    due: DueDeadline, outcome: FiringOutcome, nth: int | None = None, step: EscalationStep | None = None
) -> ClockChanged:
    """Return what is said of a deadline that was fired; the certificate came with the start.

    Args:
        outcome: with the verdict that stands after it.
        nth, step: number and words of the escalation step that was reached with it; None: the deadline itself is said.
    """
    return ClockChanged(
        case=due.subject.id,
        kind=due.subject.kind,
        number=due.number,
        clock=due.clock_id,
        stage=due.stage,
        state=outcome.state,
        verdict=outcome.verdict,
        reason=Reason(rule=due.rule, because=due.because, facts=due.facts),
        level=due.level,
        unit=due.unit,
        round=due.round,
        started_at=due.started_at,
        due_at=due.clock_due_at,
        label=due.label,
        provisional=due.is_provisional,
        at=due.due_at,
        escalation=nth,
        to=step.to if step else (),
        mark=step.mark if step else None,
        silent=due.is_silent,
    )


def calendar_missing(need: YearNeeded, year: int, at: datetime) -> AlarmRaised:
    """Return the alarm that a year's days are missing (RC-22)."""
    detail = {
        "year": year,
        "stage": need.stage,
        "clock": need.clock,
        "is_provisional": need.is_provisional,
    }
    case = need.subject.id if need.subject.kind is SubjectKind.CASE else None
    return AlarmRaised(code=CALENDAR_MISSING, case=case, detail=detail, at=at)


def calendar_ends(year: int, at: datetime) -> AlarmRaised:
    """Return the alarm that the days known end with the year before this one."""
    return AlarmRaised(code=CALENDAR_ENDS, detail={"year": year}, at=at)


def disagreement(subject: Subject, answers: Answers, at: datetime) -> AlarmRaised:
    """Return the alarm that the evaluators differ about a subject's limits."""
    detail = {"about": "limits", "answers": dict(answers)}
    return AlarmRaised(code=DISAGREEMENT, case=subject.id, detail=detail, at=at)


def clock_skew(seconds: float, at: datetime) -> AlarmRaised:
    """Return the alarm that an engine's clock is not the database's."""
    return AlarmRaised(code=CLOCK_SKEW, detail={"seconds": round(seconds, 3)}, at=at)
