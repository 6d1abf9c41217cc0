"""When a notice is told that is not urgent: at the next time for gathering, and outside quiet times (decision 42).

Decides the instant from the pack, the town's days and the instant at which the notice is made, and from nothing else:
two workers, a replay and a process after a kill come to the same. Must not know whom it is for, nor stores.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from itertools import chain
from zoneinfo import ZoneInfo

from shared.rules.case.times import holds_at
from shared.rules.case.timing import AmendedDays, calendar_of
from shared.rules.pack.model import Gathering, NoticeTimes, Pack, Quiet
from shared.rules.worktime.calendar import Calendar
from shared.rules.worktime.days import CalendarMissing
from shared.rules.worktime.wall import day_of, instant_of

_FARTHEST = 400  # days looked through for the end of a quiet time: then better told in it than never
_MIDNIGHT = 0


class HeldBy(StrEnum):
    """What makes a notice wait."""

    QUIET = "quiet"
    GATHER = "gather"


@dataclass(frozen=True, slots=True)
class Held:
    """Until when a notice waits, and by what: by quiet hours where these move it last."""

    until: datetime
    by: HeldBy


def held_until(pack: Pack, at: datetime, days: AmendedDays | None = None) -> Held | None:
    """Return until when a notice waits that is made at `at`; None: it is told at once.

    Args:
        at: aware.
        days: the town's published days, as `calendar_of` takes them.
    """
    telling = pack.telling
    if telling is None:
        return None
    gathered = _next_gathering(telling.gather, at, ZoneInfo(pack.zone)) if telling.gather else at
    until = _loud_from(pack, telling, gathered, calendar_of(pack, days))
    if until > gathered:
        return Held(until, HeldBy.QUIET)
    return Held(until, HeldBy.GATHER) if until > at else None


def _next_gathering(gather: Gathering, at: datetime, zone: ZoneInfo) -> datetime:
    """The first of the times after `at`: what is made at one of them begins the next span."""
    return next(instant for instant in _instants(gather.minutes, at, zone) if instant > at)


def _instants(minutes: Iterable[int], at: datetime, zone: ZoneInfo) -> Iterator[datetime]:
    """These minutes of the local day of `at` and of the days after it, in order."""
    today = day_of(at, zone)
    for day in range(today, today + _FARTHEST):
        yield from sorted(instant_of(day, minute, zone) for minute in minutes)


def _loud_from(pack: Pack, telling: NoticeTimes, at: datetime, calendar: Calendar) -> datetime:
    """The first instant from `at` on that is not quiet: `at` itself, or one at which some quiet time may end."""
    if not _is_quiet(pack, telling, at, calendar):
        return at
    ends = _instants(_borders(telling.quiet, calendar), at, calendar.tz)
    return next((end for end in ends if end > at and not _is_quiet(pack, telling, end, calendar)), at)


def _is_quiet(pack: Pack, telling: NoticeTimes, at: datetime, calendar: Calendar) -> bool:
    return any(_holds(pack, quiet, at, calendar) for quiet in telling.quiet)


def _holds(pack: Pack, quiet: Quiet, at: datetime, calendar: Calendar) -> bool:
    try:
        return holds_at(pack, quiet, at, calendar)
    except CalendarMissing:
        return False  # of a day that nobody can judge: better told than kept


def _borders(quiet: Iterable[Quiet], calendar: Calendar) -> frozenset[int]:
    """Minutes of a day at which a quiet time can end: of its spans, of office hours, of the day itself."""
    written = {_minute(end) for times in quiet for _, end in times.between}
    windows = chain(calendar.office_hours, *calendar.office_hours_on.values())
    return frozenset({_MIDNIGHT, *written, *(minute for window in windows for minute in window)})


def _minute(clock: str) -> int:
    return int(clock[:2]) * 60 + int(clock[3:])
