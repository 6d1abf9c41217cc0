"""Between instants and the wall clock of a zone, summer time included. Knows no calendars.

Days are proleptic ordinals (`date.toordinal`). A wall time that a zone skips is the instant at which its
clocks jump over it; one that it shows twice is the first of the two (RFC 5545, section 3.3.5).
"""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from shared.rules.worktime.windows import DAY

TICK = datetime.resolution
_WHOLE_DAY = timedelta(days=1)


def instant_of(day: int, minute: int, zone: ZoneInfo) -> datetime:
    """Return the UTC instant at which clocks of `zone` reach `minute` (0 … 1440) of `day`.

    Raises:
        ValueError, OverflowError: the day lies where dates end.
    """
    # `datetime` knows no 24:00: the end of a day is the midnight of the next.
    if minute == DAY:
        day, minute = day + 1, 0
    on = date.fromordinal(day)
    wall = datetime(on.year, on.month, on.day, minute // 60, minute % 60, tzinfo=zone)
    return wall.astimezone(UTC)


def day_of(at: datetime, zone: ZoneInfo) -> int:
    """Return the local day of an instant; midnight belongs to the day that begins."""
    return at.astimezone(zone).toordinal()


def last_day_before(at: datetime, zone: ZoneInfo) -> int:
    """Return the last local day of which something lies before `at`: midnight is 24:00 of the day before."""
    return (at - TICK).astimezone(zone).toordinal()


def same_time(at: datetime, days: int, zone: ZoneInfo) -> datetime:
    """Return the instant `days` later (or earlier) at which clocks of `zone` show the same time.

    Args:
        days: negative for earlier; 0 gives the very instant, also where the clocks show it twice.
    """
    if not days:
        return at
    # Reckoned on the wall, not in elapsed time: a day that has 23 or 25 hours is one day. Of a time that the target day
    # shows twice the first is meant, whichever of the two the start was.
    wall = at.astimezone(zone).replace(fold=0) + days * _WHOLE_DAY
    return wall.astimezone(UTC)


def label_of(at: datetime, zone: ZoneInfo) -> str:
    """Return a due instant as people of `zone` write it, never later than it is.

    Midnight is '24:00' of the day that ends; seconds are left off.
    """
    local = at.astimezone(zone)
    if local.hour == local.minute == local.second == local.microsecond == 0:
        return f"{date.fromordinal(local.toordinal() - 1)} 24:00"
    return local.replace(tzinfo=None).isoformat(" ", "minutes")
