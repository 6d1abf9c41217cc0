"""When a clock's escalations are told: some time after the due instant, and reminders again after the last one.

Decides that a day after a due instant counts from the day that ended with it, and that what was told stays told
whatever moves. Must not know how a due instant comes about.
"""

from dataclasses import replace
from datetime import datetime, timedelta

from services.sla.domain.clock import Clock
from services.sla.domain.rungs import Rung
from services.sla.domain.terms import LimitTerms
from shared.rules.pack.model import Escalation
from shared.rules.worktime.amount import Amount, Unit
from shared.rules.worktime.calendar import Calendar
from shared.rules.worktime.days import CalendarMissing
from shared.rules.worktime.due import due

IN_DAYS = (Unit.WORKING_DAYS, Unit.DAYS)
_TICK = timedelta(microseconds=1)


def rungs_from(
    clock: Clock, due_at: datetime | None, terms: LimitTerms, calendar: Calendar
) -> tuple[Rung, ...]:
    """Return a clock's escalations as they follow a due instant."""
    steps = zip(terms.escalations, clock.rungs, strict=True)
    return tuple(_rung(rung, step, due_at, terms, calendar) for step, rung in steps)


def with_rungs(clock: Clock, terms: LimitTerms, calendar: Calendar) -> Clock:
    """Return a clock that has passed its due instant with the escalations that are still ahead counted anew."""
    fresh = rungs_from(clock, clock.due_at, terms, calendar)
    return replace(
        clock,
        rungs=tuple(
            (replace(new, first_at=old.first_at) if old.repeats else old) if nth in clock.reached else new
            for nth, (old, new) in enumerate(zip(clock.rungs, fresh, strict=True), start=1)
        ),
    )


def repeated_at(terms: LimitTerms, calendar: Calendar, nth: int, last_at: datetime) -> datetime | None:
    """Return when the n-th rung of a limit, told at `last_at`, is told again; None: never, or nobody knows yet."""
    following = _rung_at(last_at, terms.escalations[nth - 1].every, terms, calendar)
    return following if following is not None and following > last_at else None


def _rung(
    rung: Rung, step: Escalation, due_at: datetime | None, terms: LimitTerms, calendar: Calendar
) -> Rung:
    """The next time counts from the last one, whatever has moved since: what was told stays told."""
    first_at = _rung_at(due_at, step.after, terms, calendar)
    if rung.last_at is None:
        return replace(rung, at=first_at, first_at=first_at)
    again = None if rung.is_exhausted else _rung_at(rung.last_at, step.every, terms, calendar)
    return replace(rung, at=again, first_at=first_at)


def _rung_at(
    begin_at: datetime | None, after: Amount | None, terms: LimitTerms, calendar: Calendar
) -> datetime | None:
    """The due instant is the end of a day and not the begin of the next: days after it count from that day."""
    if begin_at is None or after is None or after.unit is Unit.AT_ONCE:
        return None
    start_at = begin_at - _TICK if after.unit in IN_DAYS else begin_at
    try:
        return due(start_at=start_at, amount=after, calendar=calendar, readings=terms.readings).due_at
    except CalendarMissing:
        return None
