"""What can be altered about when a duty comes round: another day, another window, another period."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import timedelta

from shared.kernel.texts import Text
from shared.rules.language.vocabulary import PERIODS, WEEKDAYS
from shared.rules.pack.model import Period, Recurrence

_LONGEST_MONTH = 31
_WEEK = 7
_DAYS = list(WEEKDAYS.chinese)
# Of the longer periods the next one, so that what was owed in each is owed less often.
_LONGER: Mapping[Period, Period] = {
    Period.DAY: Period.WEEK,
    Period.WORKING_DAY: Period.WEEK,
    Period.WEEK: Period.HALF_MONTH,
    Period.HALF_MONTH: Period.MONTH,
    Period.MONTH: Period.QUARTER,
    Period.QUARTER: Period.HALF_YEAR,
    Period.HALF_YEAR: Period.YEAR,
    Period.YEAR: Period.HALF_YEAR,
}


def other_times(every: Recurrence) -> Iterator[Recurrence]:
    """Yield what a duty's recurrence could have been by a slip."""
    yield from _days_otherwise(every)
    if every.on:
        yield replace(every, on=every.on + timedelta(days=1))
    if every.months:
        yield replace(every, months=())
    if every.period in _LONGER:
        yield Recurrence(_LONGER[every.period])


def _days_otherwise(every: Recurrence) -> Iterator[Recurrence]:
    if every.weekdays:
        yield replace(every, weekdays=((every.weekdays[0] + 1) % _WEEK, *every.weekdays[1:]))
    if len(every.weekdays) > 1:
        yield replace(every, weekdays=every.weekdays[1:])
    if every.days:
        yield replace(every, days=(_beside(every.days[0]), *every.days[1:]))
    if len(every.days) > 1:
        yield replace(every, days=every.days[:-1])
    yield from _weeks_otherwise(every)
    if every.dates:
        month, day = every.dates[0]
        yield replace(every, dates=((month, _beside(day)), *every.dates[1:]))


def _weeks_otherwise(every: Recurrence) -> Iterator[Recurrence]:
    if every.window:
        first, last = every.window
        yield replace(every, window=(first + 1, last))
        yield replace(every, window=(first, last - 1))
    if every.last_weekday is not None:
        yield replace(every, last_weekday=(every.last_weekday + 1) % _WEEK)
    if every.nth_week:
        yield replace(every, nth_week=every.nth_week % 4 + 1)


def _beside(day: int) -> int:
    return day - 1 if day > 1 else _LONGEST_MONTH


def in_words(every: Recurrence) -> Text:
    """Return a recurrence as people read it, in few words."""
    parts = [*_numbers(every)]
    weekdays = [_DAYS[day] for day in every.weekdays]
    if every.last_weekday is not None:
        weekdays.append(f"-1 {_DAYS[every.last_weekday]}")
    chinese = [WEEKDAYS.chinese.get(day, day) for day in weekdays]
    period = Text(PERIODS.chinese[every.period], str(every.period))
    return Text(" ".join([period.zh, *chinese, *parts]), " ".join([period.en, *weekdays, *parts]))


def _numbers(every: Recurrence) -> Iterator[str]:
    if every.nth_week:
        yield f"#{every.nth_week}"
    yield from map(str, every.days)
    if every.window:
        yield "{}..{}".format(*every.window)
    yield from (f"{month:02d}-{day:02d}" for month, day in every.dates)
    if every.on:
        yield every.on.isoformat()
    if every.months:
        yield "({})".format(", ".join(map(str, every.months)))
