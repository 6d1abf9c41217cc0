"""Facts from time: at which hour and on what kind of day a milestone was reached (decision 30).

Decides what such a fact is of an instant, by the town's clock and calendar. It is worked out once, when the milestone
is reached, and stays: days that are published later change no case. Must not know stores.
"""

from collections.abc import Mapping
from datetime import datetime
from zoneinfo import ZoneInfo

from shared.rules.case.timing import AmendedDays, calendar_of
from shared.rules.pack.model import Pack, Quiet, Times
from shared.rules.worktime.calendar import Calendar
from shared.rules.worktime.days import CalendarMissing, DayKind
from shared.rules.worktime.office import OfficeTime
from shared.rules.worktime.readings import TimeReadings
from shared.rules.worktime.windows import WEEKDAYS

_WORKED = "working_day"


def has_times(pack: Pack) -> bool:
    """Tell whether the pack has any fact from time: without one nobody need look up the town's days."""
    return any(fact.times for fact in pack.facts.values())


def facts_of_time(
    pack: Pack, reached: Mapping[str, datetime], days: AmendedDays | None = None
) -> dict[str, bool]:
    """Return the facts from time that the milestones settle.

    Args:
        reached: milestone → instant at which it was reached; aware.
        days: the town's published days, as `calendar_of` takes them.

    Returns:
        Fact → whether it holds. Left out: facts of other milestones, and where a year without a calendar would have to
        be judged (RC-22).
    """
    asked = {name: fact.times for name, fact in pack.facts.items() if fact.times and fact.times.at in reached}
    found: dict[str, bool] = {}
    for name, times in asked.items():
        try:
            found[name] = holds_at(pack, times, reached[times.at], calendar_of(pack, days))
        except CalendarMissing:
            continue
    return found


def holds_at(pack: Pack, times: Times | Quiet, at: datetime, calendar: Calendar) -> bool:
    """Tell whether an instant lies between these hours, on these days, within office hours or outside.

    Args:
        calendar: as `calendar_of` makes it of the same pack.

    Raises:
        CalendarMissing: a day of a year without a calendar would have to be judged (RC-22).
    """
    local = at.astimezone(ZoneInfo(pack.zone))
    clock = f"{local:%H:%M}"
    return (
        (not times.between or any(_is_between(clock, *span) for span in times.between))
        and (not times.days or _is_on(pack, times.days, local, calendar))
        and (times.office_hours is None or _is_office_time(pack, at, calendar) is times.office_hours)
    )


def _is_between(clock: str, begin: str, end: str) -> bool:
    """Hours and minutes are compared as texts: two digits each. The end is exclusive, as every due instant."""
    if begin < end:
        return begin <= clock < end
    return clock >= begin or clock < end


def _is_on(pack: Pack, days: tuple[str, ...], local: datetime, calendar: Calendar) -> bool:
    # The weekday first: it needs no calendar.
    return WEEKDAYS[local.weekday()] in days or (
        not set(days) <= set(WEEKDAYS) and _kind(pack, local, calendar) in days
    )


def _kind(pack: Pack, local: datetime, calendar: Calendar) -> str:
    """What the day is as limits count it: under RC-4 by Mondays to Fridays alone, under RC-22 provisionally."""
    readings = TimeReadings.of(pack.readings)
    if calendar.working_days(readings).is_working(local.toordinal()):
        return _WORKED
    if readings.rc4 == "mon_fri":
        return DayKind.WEEKEND.value
    return calendar.provisional_kind(local.date()).kind.value


def _is_office_time(pack: Pack, at: datetime, calendar: Calendar) -> bool:
    office = OfficeTime(calendar, calendar.working_days(TimeReadings.of(pack.readings)))
    return office.opening(at) == at
