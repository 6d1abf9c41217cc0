"""From a pack's limits to what `worktime` counts with: readings, calendar, the milestone to start from.

Decides nothing about a case. Must not count days.
"""

from collections.abc import Mapping
from datetime import date, datetime
from functools import lru_cache
from typing import Literal
from zoneinfo import ZoneInfo

from msgspec import Struct, field

from shared.kernel.texts import Text
from shared.rules.pack.model import CalendarSource, Limit, Pack
from shared.rules.worktime.calendar import Calendar
from shared.rules.worktime.days import DayKind, OwnDay
from shared.rules.worktime.readings import TimeReadings

_SUBMIT = "submit"  # the clock whose start RC-10 settles
_FOUND = "found"  # the milestone of a recorded finding


class AmendedDays(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A town's days as published over its pack's own: ISO date → name.

    Args:
        revision: 1, 2, 3 …; a newer one replaces the older whole.
        years: those that the official calendar lacked and that are complete now (RC-22).
    """

    revision: int
    holidays: dict[str, str] = field(default_factory=dict)
    make_up: dict[str, str] = field(default_factory=dict)
    years: tuple[int, ...] = ()


_NONE = AmendedDays(revision=0)


def time_readings(pack: Pack, limit: Limit) -> TimeReadings:
    """Return how the words of this limit are read: its own readings over the pack's.

    Raises:
        ReadingError: a value that the reading does not have.
    """
    return TimeReadings.of({**pack.readings, **limit.readings})


def start_of(pack: Pack, limit: Limit) -> str:
    """Return the milestone from which the limit runs; 'first …' means the earliest of the whole case (A-7).

    What the rule does not say, RC-1 does, and RC-10 for a submission.
    """
    if limit.start is not None:
        return limit.start
    if limit.clock == _SUBMIT:
        reading = pack.reading("RC-10", limit.readings)
        return _FOUND if reading == "finding" else reading
    return pack.reading("RC-1", limit.readings)


def local_day(pack: Pack, at: datetime) -> date:
    """Return the town's local day of an instant: dates of effect are compared with it.

    Args:
        at: aware.
    """
    return at.astimezone(ZoneInfo(pack.zone)).date()


def calendar_of(pack: Pack, amendments: AmendedDays | None = None) -> Calendar:
    """Return the town's working calendar, its published amendments over the pack's own days.

    Equal contents give the same object, so that what it has worked out is kept, and shared by all threads.

    Args:
        amendments: None where the town has published none.

    Raises:
        CalendarError: an unknown zone or weekday, a week without working days, wrong hours.
    """
    source, late = pack.calendar, amendments or _NONE
    # What stands further down wins: amendments over the pack's own days, and of either a make-up day over a holiday.
    days = {
        **_own(source.holidays, DayKind.HOLIDAY),
        **_own(source.make_up, DayKind.MAKE_UP),
        **_own(_dated(late.holidays), DayKind.HOLIDAY),
        **_own(_dated(late.make_up), DayKind.MAKE_UP),
    }
    years = tuple(sorted({*source.years, *late.years}))
    in_order = tuple(sorted(days.items(), key=_date))
    return _calendar(pack.zone, source.official, source.weekend, _hours(source), in_order, years)


def _own(days: Mapping[date, Text], kind: DayKind) -> dict[date, OwnDay]:
    return {on: OwnDay(kind, name) for on, name in days.items()}


def _dated(days: Mapping[str, str]) -> dict[date, Text]:
    return {date.fromisoformat(on): Text(name, name) for on, name in days.items()}


def _date(day: tuple[date, OwnDay]) -> date:
    return day[0]


# Office hours as something that can be looked up by: dictionaries can't.
_Hours = tuple[tuple[tuple[str, str], ...], tuple[tuple[str, tuple[tuple[str, str], ...]], ...]]


def _hours(source: CalendarSource) -> _Hours:
    return source.office_hours, tuple(sorted(source.office_hours_on.items()))


@lru_cache(maxsize=512)
def _calendar(
    zone: str,
    official: Literal["china"] | None,
    weekend: tuple[str, ...],
    hours: _Hours,
    days: tuple[tuple[date, OwnDay], ...],
    years: tuple[int, ...],
) -> Calendar:
    return Calendar.build(
        zone=zone,
        office_hours=hours[0],
        office_hours_on=dict(hours[1]),
        weekend=weekend,
        official=official,
        days=dict(days),
        known_years=years,
    )
