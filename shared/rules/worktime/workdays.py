"""Counting working days by ordinal, forwards and backwards.

Decides nothing about single days: it is handed the working days of one year at a time and keeps them.
Must not know instants, office hours or amounts. Days are proleptic ordinals (`date.toordinal`).
"""

from bisect import bisect_left, bisect_right
from collections.abc import Callable
from datetime import date

from shared.rules.worktime.days import InstantOutOfRange

LAST_YEAR = 9990


class WorkDays:
    """The working days of one calendar under one reading of 'working day' (RC-4, RC-22).

    Every method raises what the source of a year raises (`CalendarMissing`), and `InstantOutOfRange`
    past the year 9990; it asks for a year only when a day of it must be judged. Safe to share between threads: two that
    meet ask for a year twice, and get the same.

    Args:
        source: year → its working days as ordinals, in order.
    """

    __slots__ = ("_source", "_years")

    def __init__(self, source: Callable[[int], tuple[int, ...]]) -> None:
        self._source = source
        self._years: dict[int, tuple[int, ...]] = {}

    def is_working(self, day: int) -> bool:
        """Tell whether `day` is a working day."""
        days = self._year_of(day)
        at = bisect_left(days, day)
        return at < len(days) and days[at] == day

    def nth_from(self, day: int, number: int) -> int:
        """Return the `number`-th (1 …) working day on or after `day`.

        Raises:
            CalendarMissing: it lies in a year without data, or such a year must be counted through.
        """
        year = date.fromordinal(day).year
        days = self._year(year)
        # By places in the year's list: a limit of many days costs no more than one of few.
        at = bisect_left(days, day) + number - 1
        while at >= len(days):
            at -= len(days)
            year += 1
            days = self._year(year)
        return days[at]

    def nth_until(self, day: int, number: int) -> int:
        """Return the `number`-th (1 …) working day on or before `day`, counted backwards.

        Raises:
            CalendarMissing: as `nth_from`.
        """
        year = date.fromordinal(day).year
        days = self._year(year)
        at = bisect_right(days, day) - number
        while at < 0:
            year -= 1
            days = self._year(year)
            at += len(days)
        return days[at]

    def count(self, first: int, last: int) -> int:
        """Return how many working days lie in first … last, both included; 0 where the range is empty.

        Raises:
            CalendarMissing: the range touches a year without data.
        """
        if last < first:
            return 0
        begin, end = date.fromordinal(first).year, date.fromordinal(last).year
        if begin == end:
            days = self._year(begin)
            return bisect_right(days, last) - bisect_left(days, first)
        # Whole years before the last one, less what lies before `first`, and of the last one all up to `last`.
        whole = sum(len(self._year(year)) for year in range(begin, end))
        return whole - bisect_left(self._year(begin), first) + bisect_right(self._year(end), last)

    def _year_of(self, day: int) -> tuple[int, ...]:
        return self._year(date.fromordinal(day).year)

    def _year(self, year: int) -> tuple[int, ...]:
        days = self._years.get(year)
        if days is None:
            if not 1 < year <= LAST_YEAR:
                raise InstantOutOfRange
            days = self._years[year] = self._source(year)
        return days
