"""When who owes an occurrence is reminded, and when others hear of what is missing: as a clock of a case counts it."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from shared.rules.duties.occurrence import Occurrence
from shared.rules.pack.model import Duty, Pack
from shared.rules.worktime.amount import Amount, TimeUnit
from shared.rules.worktime.calendar import Calendar
from shared.rules.worktime.days import CalendarMissing
from shared.rules.worktime.due import before, due
from shared.rules.worktime.readings import TimeReadings

_IN_DAYS = (TimeUnit.WORKING_DAYS, TimeUnit.DAYS)
_TICK = timedelta(microseconds=1)  # the least that an instant can lie before another


def reminded_at(pack: Pack, calendar: Calendar, duty: Duty, occurrence: Occurrence) -> datetime | None:
    """Return when who owes it is reminded; None: not at all, or its year has no calendar."""
    if duty.warn_before is None or occurrence.due_at is None:
        return None
    try:
        return before(occurrence.due_at, duty.warn_before, calendar, _readings(pack, duty))
    except CalendarMissing:
        return None


def missing_told(
    pack: Pack, calendar: Calendar, duty: Duty, occurrence: Occurrence
) -> Iterator[tuple[str, datetime]]:
    """Yield who hears first of an occurrence that is missing, and when; reminders after that are the clock's."""
    for step in duty.missing if occurrence.due_at else ():
        at = (
            _after(occurrence.due_at, step.after, calendar, _readings(pack, duty))
            if occurrence.due_at
            else None
        )
        if at is not None:
            yield from ((pack.noun(who), at) for who in step.to)


def _after(
    due_at: datetime, after: Amount | None, calendar: Calendar, readings: TimeReadings
) -> datetime | None:
    if after is None:
        return due_at
    # Midnight is the end of the day that was due: a day after it ends with the next one, not with the one after that.
    start_at = due_at - _TICK if after.unit in _IN_DAYS else due_at
    try:
        return due(start_at=start_at, amount=after, calendar=calendar, readings=readings).due_at
    except CalendarMissing:
        return None


def _readings(pack: Pack, duty: Duty) -> TimeReadings:
    return TimeReadings.of({**pack.readings, **duty.readings})
