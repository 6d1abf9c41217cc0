"""How much time remains, as a person takes it in at a glance.

Decides what counts as today and as soon. Counts no working time: when something is due, its certificate says.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

SOON = timedelta(days=3)


class DueBand(StrEnum):
    """How near a due instant is."""

    LATE = "late"
    TODAY = "today"
    SOON = "soon"
    LATER = "later"
    NONE = "none"  # nothing is due, or nobody knows yet when
    OVER = "over"  # the clock has stopped


@dataclass(frozen=True, slots=True)
class TimeLeft:
    """What remains until a due instant, or what has passed since.

    Args:
        days, hours, minutes: whole ones, the larger first; of late ones, how long ago.
    """

    band: DueBand
    days: int = 0
    hours: int = 0
    minutes: int = 0


def time_left(due_at: datetime | None, now: datetime, zone: str, *, is_over: bool = False) -> TimeLeft:
    """Return what remains at an instant.

    Args:
        zone: IANA name, whose midnight ends today.
        is_over: nothing runs any more.
    """
    if is_over:
        return TimeLeft(DueBand.OVER)
    if due_at is None:
        return TimeLeft(DueBand.NONE)
    seconds = int(abs((due_at - now).total_seconds()))
    parts = (seconds // 86400, seconds % 86400 // 3600, seconds % 3600 // 60)
    return TimeLeft(band_of(due_at, now, zone), *parts)


def band_of(due_at: datetime, now: datetime, zone: str) -> DueBand:
    """Return how near a due instant is; one at midnight belongs to the day that ends then."""
    if due_at <= now:
        return DueBand.LATE
    # Due instants are exclusive: '24:00' of a day is the next one's first instant.
    last = (due_at - timedelta(microseconds=1)).astimezone(ZoneInfo(zone)).date()
    if last == now.astimezone(ZoneInfo(zone)).date():
        return DueBand.TODAY
    return DueBand.SOON if due_at - now <= SOON else DueBand.LATER
