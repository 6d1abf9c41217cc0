"""When a clock's escalations are told: some time after the due instant, and reminders again after the last one.

Decides that a day after a due instant counts from the day that ended with it, and that what was told stays told
whatever moves. Must not know how a due instant comes about.
"""

from datetime import datetime, timedelta

from msgspec.structs import replace

from shared.rules.case.limits import LimitTerms
from shared.rules.clocks.clock import Clock
from shared.rules.clocks.escalation import NEVER, EscalationStep, Telling
from shared.rules.pack.model import Escalation
from shared.rules.worktime.amount import Amount, TimeUnit
from shared.rules.worktime.calendar import Calendar
from shared.rules.worktime.days import CalendarMissing, InstantOutOfRange
from shared.rules.worktime.due import due

IN_DAYS = (TimeUnit.WORKING_DAYS, TimeUnit.DAYS)
_TICK = timedelta(microseconds=1)  # the least that an instant can lie before another


def untold_step(rule_step: Escalation, to: tuple[str, ...]) -> EscalationStep:
    """Return a step of an escalation before anything of it has been counted.

    Args:
        to: addresses of the units that the rule's words mean.
    """
    return EscalationStep(
        at=None,
        is_later=rule_step.after is not None and rule_step.after.unit is not TimeUnit.AT_ONCE,
        to=to,
        mark=rule_step.mark,
        repeats=rule_step.every is not None and rule_step.every.unit is not TimeUnit.AT_ONCE,
        most=rule_step.times,
    )


def escalations_after(
    clock: Clock, due_at: datetime | None, terms: LimitTerms, calendar: Calendar
) -> tuple[EscalationStep, ...]:
    """Return a clock's escalations as they follow a due instant.

    Args:
        due_at: None: there is none yet.
        terms: of the clock's limit.
    """
    # A clock goes on under another edition only with that one's steps (`rebinding`), so the numbers are the same.
    steps = zip(clock.escalations, terms.escalations, strict=True)
    return tuple(_after(step, rule_step, due_at, terms, calendar) for step, rule_step in steps)


def without_instants(steps: tuple[EscalationStep, ...]) -> tuple[EscalationStep, ...]:
    """Return escalation steps of a clock that has no due instant to follow."""
    return tuple(
        replace(step, at=None, first_at=None, missing_year=None)
        if step.first_at or step.at or step.missing_year
        else step
        for step in steps
    )


def with_escalations_ahead(clock: Clock, terms: LimitTerms, calendar: Calendar) -> Clock:
    """Return a clock that has passed its due instant with the escalations that are still ahead counted anew.

    Args:
        clock: with escalation steps of the terms' number; those that were reached stay as they are.
        terms: of its limit, in the edition under which it goes on.
    """
    fresh = escalations_after(clock, clock.due_at, terms, calendar)
    return replace(
        clock,
        escalations=tuple(
            # When a reminder was told first is history: `rewinding` takes back by that instant.
            (replace(new, first_at=old.first_at) if old.repeats else old) if nth in clock.reached else new
            for nth, (old, new) in enumerate(zip(clock.escalations, fresh, strict=True), start=1)
        ),
    )


def repeated_at(terms: LimitTerms, calendar: Calendar, nth: int, last_at: datetime) -> Telling:
    """Return when a limit's n-th escalation step, told at `last_at`, is told again.

    Args:
        nth: from 1.
    """
    following = _told_at(last_at, terms.escalations[nth - 1].every, terms, calendar)
    # One that does not lie later would fall due at once again, and firing would never come to an end.
    return NEVER if following.at is not None and following.at <= last_at else following


def _after(
    step: EscalationStep,
    rule_step: Escalation,
    due_at: datetime | None,
    terms: LimitTerms,
    calendar: Calendar,
) -> EscalationStep:
    """The next time counts from the last one, whatever has moved since: what was told stays told."""
    first = _told_at(due_at, rule_step.after, terms, calendar)
    if step.last_at is None:
        return replace(step, at=first.at, first_at=first.at, missing_year=first.missing_year)
    again = NEVER if step.is_exhausted else _told_at(step.last_at, rule_step.every, terms, calendar)
    return replace(step, at=again.at, first_at=first.at, missing_year=again.missing_year)


def _told_at(
    begin_at: datetime | None, after: Amount | None, terms: LimitTerms, calendar: Calendar
) -> Telling:
    """The due instant is the end of a day and not the begin of the next: days after it count from that day."""
    if begin_at is None or after is None or after.unit is TimeUnit.AT_ONCE:
        return NEVER
    start_at = begin_at - _TICK if after.unit in IN_DAYS else begin_at
    try:
        told = due(start_at=start_at, amount=after, calendar=calendar, readings=terms.readings)
    # The due instant is known all the same: only the telling waits until the year is loaded and all is counted again.
    except CalendarMissing as missing:
        return Telling(None, missing.year)
    except InstantOutOfRange:
        return NEVER
    return Telling(told.due_at, next(iter(told.provisional_years), None))
