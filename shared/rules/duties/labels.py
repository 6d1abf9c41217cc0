"""The days that a policy names: where a recurrence falls before anybody asks whether the day is worked.

A label is a day with the first day of the span that it closes. Pure date arithmetic, no calendar but the Gregorian.
"""

from calendar import monthrange
from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from typing import NamedTuple

from shared.rules.pack.model import Period, Recurrence

_DAY = timedelta(days=1)
_WEEK = 7


class Label(NamedTuple):
    """A day that the policy names.

    Args:
        day: that day, the last one of a span.
        since: first day of the span; the day itself where nothing but that day is meant.
        is_span: it is owed at any time within the span, so that no day off can move it.
    """

    day: date
    since: date
    is_span: bool = False


def labels(every: Recurrence, first: date, last: date, *, by_last_week: bool = False) -> Iterator[Label]:
    """Yield what a recurrence names from the first day to the last, in order.

    Args:
        by_last_week: the last weekday of a month is that of the week which holds the month's last day (RC-15).
    """
    if every.period is Period.ORDERED:
        return  # no calendar names its days
    if every.period is Period.ONCE:
        yield from _once(every, first, last)
        return
    for begin, end in _periods(every.period, first, last):
        for label in _named(every, begin, end, by_last_week):
            if first <= label.day <= last and (not every.months or begin.month in every.months):
                yield label


def _once(every: Recurrence, first: date, last: date) -> Iterator[Label]:
    if every.on and first <= every.on <= last:
        yield Label(every.on, every.on.replace(month=1, day=1))


def _periods(period: Period, first: date, last: date) -> Iterator[tuple[date, date]]:
    """Yield the periods that bear on the days, and those just outside: a month's last week may end in the next one."""
    begin, after = _around(period, first - _DAY * _WEEK), last + _DAY * _WEEK
    while begin <= after:
        following = _following(period, begin)
        yield begin, following - _DAY
        begin = following


def _around(period: Period, on: date) -> date:
    """Return the first day of the period that holds a day."""
    if period in (Period.DAY, Period.WORKING_DAY):
        return on
    if period is Period.WEEK:
        return on - _DAY * on.weekday()
    if period is Period.HALF_MONTH:
        return on.replace(day=1 if on.day < _SECOND_HALF else _SECOND_HALF)
    months = _MONTHS[period]
    return on.replace(month=(on.month - 1) // months * months + 1, day=1)


def _following(period: Period, begin: date) -> date:
    """Return the first day of the period after the one that begins on a day."""
    if period in _DAYS:
        return begin + _DAY * _DAYS[period]
    if period is Period.HALF_MONTH:
        return begin.replace(day=_SECOND_HALF) if begin.day == 1 else _next_month(begin.replace(day=1), 1)
    return _next_month(begin, _MONTHS[period])


def _next_month(first: date, months: int) -> date:
    index = first.year * _YEAR + first.month - 1 + months
    return date(index // _YEAR, index % _YEAR + 1, 1)


def _named(every: Recurrence, begin: date, end: date, by_last_week: bool) -> Iterator[Label]:
    if every.period in (Period.DAY, Period.WORKING_DAY):
        yield from _of_day(every, begin)
    elif every.period is Period.WEEK and every.weekdays:
        yield from _of_week(every, begin)
    elif every.period is Period.MONTH:
        yield from _of_month(every, begin, end, by_last_week)
    elif every.period is Period.YEAR and every.dates:
        yield from _of_year(every, begin)
    else:
        yield Label(end, begin, is_span=True)


def _of_day(every: Recurrence, begin: date) -> Iterator[Label]:
    if every.window is None or every.window[0] <= begin.day <= every.window[1]:
        yield Label(begin, begin)


def _of_week(every: Recurrence, begin: date) -> Iterator[Label]:
    for weekday in sorted(every.weekdays):
        yield Label(begin + _DAY * weekday, begin + _DAY * weekday)


def _of_month(every: Recurrence, begin: date, end: date, by_last_week: bool) -> Iterator[Label]:
    if every.last_weekday is not None:
        day = _last_weekday(end, every.last_weekday, by_last_week)
        yield Label(day, day)
    elif every.weekdays:
        yield from _nth_weekdays(every, begin, end)
    elif every.window:
        since, until = (_day_of_month(begin, day) for day in every.window)
        yield Label(until, since, is_span=True)
    elif every.days:
        yield from _closing(begin, (_day_of_month(begin, day) for day in every.days))
    else:
        yield Label(end, begin, is_span=True)


def _nth_weekdays(every: Recurrence, begin: date, end: date) -> Iterator[Label]:
    for number in range((end - begin).days + 1):
        day = begin + _DAY * number
        if day.weekday() in every.weekdays and every.nth_week in (None, number // _WEEK + 1):
            yield Label(day, day)


def _last_weekday(end: date, weekday: int, by_last_week: bool) -> date:
    if by_last_week:
        return end + _DAY * (weekday - end.weekday())
    return end - _DAY * ((end.weekday() - weekday) % _WEEK)


def _day_of_month(begin: date, day: int) -> date:
    return begin.replace(day=min(day, monthrange(begin.year, begin.month)[1]))


def _of_year(every: Recurrence, begin: date) -> Iterator[Label]:
    named = (_day_of_month(date(begin.year, month, 1), day) for month, day in every.dates)
    yield from _closing(begin, named)


def _closing(begin: date, days: Iterator[date]) -> Iterator[Label]:
    """Yield days, each as the end of the span since the one before."""
    for day in sorted(set(days)):
        yield Label(day, begin)
        begin = day + _DAY


_YEAR = 12
_SECOND_HALF = 16  # first day of a month's second half
_DAYS: Mapping[Period, int] = {Period.DAY: 1, Period.WORKING_DAY: 1, Period.WEEK: _WEEK}
_MONTHS: Mapping[Period, int] = {Period.MONTH: 1, Period.QUARTER: 3, Period.HALF_YEAR: 6, Period.YEAR: _YEAR}
