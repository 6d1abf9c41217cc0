"""A town with duties for these tests, and the same duties walked day by day as an oracle that shares no code."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from itertools import groupby

import chinese_calendar
from hypothesis import strategies as st

from shared.kernel.texts import Text
from shared.rules.case.timing import calendar_of
from shared.rules.pack.model import DayOff, Duty, DutyKind, Origin, Owed, Pack, Period, Recurrence, Spot
from tests.decide.towns import real

TOWN = real("t-com")
CALENDAR = calendar_of(TOWN)
DAY = timedelta(days=1)
FIRST, LAST = date(2024, 1, 1), date(2026, 6, 30)


def a_duty(every: Recurrence, key: str = "log", **more: object) -> Duty:
    """Return a duty of the grid leaders, with whatever a test adds."""
    origin = Origin(key, Text(en=key), ("P001-04.5",), None, None, Spot("pack.yaml", 1))
    plain = {"kind": DutyKind.RECORD, "who": ("grid-leader",), "owes": Owed("log")}
    return Duty(key=key, origin=origin, name=Text(en=key), every=every, **plain | more)  # type: ignore[arg-type]


def a_town(*duties: Duty, **readings: str) -> Pack:
    """Return the town with these duties and readings ('RC_14')."""
    read = {name.replace("_", "-"): value for name, value in readings.items()}
    return replace(TOWN, duties={duty.key: duty for duty in duties}, readings={**TOWN.readings, **read})


def recurrences() -> st.SearchStrategy[Recurrence]:
    """Return every kind of recurrence that names single days."""
    weekdays = st.lists(st.integers(0, 6), min_size=1, max_size=3, unique=True).map(tuple)
    days = st.lists(st.integers(1, 31), min_size=1, max_size=3, unique=True).map(tuple)
    months = st.lists(st.integers(1, 12), max_size=4, unique=True).map(tuple)
    window = st.tuples(st.integers(1, 15), st.integers(16, 31))
    every = st.builds
    return st.one_of(
        every(Recurrence, st.just(Period.DAY), window=st.none() | window, months=months),
        every(Recurrence, st.just(Period.WORKING_DAY), months=months),
        every(Recurrence, st.just(Period.WEEK), weekdays=weekdays),
        every(Recurrence, st.just(Period.MONTH), days=days, months=months),
        every(Recurrence, st.just(Period.MONTH), last_weekday=st.integers(0, 6), months=months),
        every(
            Recurrence, st.just(Period.MONTH), weekdays=weekdays, nth_week=st.integers(1, 4), months=months
        ),
        every(
            Recurrence,
            st.just(Period.YEAR),
            dates=st.tuples(st.tuples(st.integers(1, 12), st.integers(1, 31))),
        ),
    )


def walked(every: Recurrence, off: DayOff | None, first: date, last: date) -> dict[date, date]:
    """Return label → day by looking at each day in turn; of labels that meet on one day the one that counts."""
    labels = (label for label in _each(first - 60 * DAY, last + 60 * DAY) if is_named(every, label))
    found = [(on, label) for label in labels if (on := _held(every, off, label))]
    once = {}
    for on, same in groupby(sorted(found), key=lambda pair: pair[0]):
        labels = [label for _, label in same]
        once[on if on in labels else labels[0]] = on
    return {label: on for label, on in once.items() if first <= label <= last}


def is_named(every: Recurrence, day: date) -> bool:
    """Tell whether a policy that says so means this very day."""
    if every.months and day.month not in every.months:
        return False
    if every.period is Period.DAY:
        return every.window is None or every.window[0] <= day.day <= every.window[1]
    if every.period is Period.WORKING_DAY:
        return True
    if every.period is Period.WEEK:
        return day.weekday() in every.weekdays
    is_last = (day + DAY).month != day.month
    if every.period is Period.YEAR:
        return any(day.month == month and _is_day(day, number, is_last) for month, number in every.dates)
    if every.last_weekday is not None:
        return day.weekday() == every.last_weekday and (day + 7 * DAY).month != day.month
    if every.weekdays:
        return day.weekday() in every.weekdays and (day.day + 6) // 7 == every.nth_week
    return any(_is_day(day, number, is_last) for number in every.days)


def _is_day(day: date, number: int, is_last: bool) -> bool:
    return day.day == number or (is_last and number > day.day)


def _held(every: Recurrence, off: DayOff | None, label: date) -> date | None:
    if every.period is Period.WORKING_DAY:
        off = DayOff.SKIP
    if chinese_calendar.is_workday(label) or off is DayOff.STAY:
        return label
    usual = {Period.DAY: DayOff.SKIP, Period.WEEK: DayOff.NEXT_IN_WEEK}
    off = off or usual.get(every.period, DayOff.PREVIOUS)
    step = -DAY if off is DayOff.PREVIOUS else DAY
    day = label
    while off is not DayOff.SKIP and not chinese_calendar.is_workday(day):
        if off is DayOff.NEXT_IN_WEEK and day.weekday() == 6:
            return None
        day += step
    return None if off is DayOff.SKIP else day


def _each(first: date, last: date) -> Iterator[date]:
    while first <= last:
        yield first
        first += DAY
