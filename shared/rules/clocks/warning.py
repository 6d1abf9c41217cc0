"""When a clock warns: before its due instant, never before that was known, nor once it has passed."""

from datetime import datetime

from shared.rules.case.limits import LimitTerms
from shared.rules.clocks.clock import Clock
from shared.rules.worktime.calendar import Calendar
from shared.rules.worktime.days import CalendarMissing, InstantOutOfRange
from shared.rules.worktime.due import before, unknown_year


def warning_of(
    clock: Clock, due_at: datetime | None, terms: LimitTerms, calendar: Calendar, at: datetime
) -> tuple[datetime | None, int | None]:
    """Return when to warn, None: not at all; and the year without a calendar that it takes to know (RC-22).

    Args:
        due_at: None: there is none yet.
        at: the present.
    """
    amount, readings = terms.warn_before, terms.readings
    if amount is None or due_at is None or due_at <= at:
        return None, None
    try:
        warn_at = before(due_at, amount, calendar, readings)
    except CalendarMissing as missing:
        return None, missing.year
    except InstantOutOfRange:  # a person wrote the year 9999
        return None, None
    year = unknown_year(warn_at, due_at, amount.unit, calendar, readings)
    return warn_at if warn_at > (clock.written_at or clock.started_at) else None, year
