"""How far back a pack's amount of time reaches from an instant, and how far ahead."""

from datetime import datetime, timedelta

from shared.rules.case.timing import calendar_of
from shared.rules.pack.model import Pack
from shared.rules.worktime.amount import Amount, TimeUnit
from shared.rules.worktime.due import CalendarMissing, before, due
from shared.rules.worktime.readings import TimeReadings

_ELAPSING = {
    TimeUnit.MINUTES: timedelta(minutes=1),
    TimeUnit.HOURS: timedelta(hours=1),
    TimeUnit.DAYS: timedelta(days=1),
    TimeUnit.AT_ONCE: timedelta(0),
}


def earlier(pack: Pack, at: datetime, amount: Amount) -> datetime:
    """Return the instant that lies `amount` before `at`; a working day of an unknown year is a day."""
    if amount.unit in _ELAPSING:
        return at - amount.number * _ELAPSING[amount.unit]
    try:
        return before(at, amount, calendar_of(pack), TimeReadings.of(pack.readings))
    except CalendarMissing:
        return at - timedelta(days=amount.number)


def later(pack: Pack, at: datetime, amount: Amount) -> datetime:
    """Return the instant that lies `amount` after `at`; a working day of an unknown year is a day."""
    if amount.unit in _ELAPSING:
        return at + amount.number * _ELAPSING[amount.unit]
    try:
        return due(
            start_at=at, amount=amount, calendar=calendar_of(pack), readings=TimeReadings.of(pack.readings)
        ).due_at
    except CalendarMissing:
        return at + timedelta(days=amount.number)
