"""What somebody orders, as an occurrence: it begins when it is ordered and ends within the time that the rules give.

Decides when it ends. The calendar names no day of it, so nothing that is published later moves it.
"""

from datetime import date, datetime, timedelta

from shared.rules.case.timing import local_day
from shared.rules.duties.occurrence import Occurrence
from shared.rules.pack.model import Duty, Pack
from shared.rules.worktime.calendar import Calendar
from shared.rules.worktime.days import CalendarMissing
from shared.rules.worktime.due import due
from shared.rules.worktime.readings import TimeReadings
from shared.rules.worktime.wall import instant_of
from shared.rules.worktime.windows import DAY

_TICK = timedelta(microseconds=1)  # an end is exclusive: what ends at midnight ends on the day before


def ordered(
    pack: Pack, calendar: Calendar, duty: Duty, at: datetime, until: date | None = None
) -> Occurrence | None:
    """Return the occurrence that an order makes; None: nothing says when it ends.

    Args:
        at: when it is ordered.
        until: the last day, as whoever orders it says; None: within the time of the rules.
    """
    due_at = instant_of(until.toordinal(), DAY, calendar.tz) if until else _within(pack, calendar, duty, at)
    if due_at is None:
        return None
    today, on = local_day(pack, at), local_day(pack, due_at - _TICK)
    return Occurrence(duty.key, today, on, opens_at=at, due_at=due_at, since=today)


def _within(pack: Pack, calendar: Calendar, duty: Duty, at: datetime) -> datetime | None:
    amount = duty.ordering.within if duty.ordering else None
    if amount is None:
        return None
    readings = TimeReadings.of({**pack.readings, **duty.readings})
    try:
        return due(start_at=at, amount=amount, calendar=calendar, readings=readings).due_at
    except CalendarMissing:
        return None
