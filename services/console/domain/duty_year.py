"""A year's duties as a month of weeks and as twelve months of lines.

Decides what of a day is shown: what is held or closes on it. What is owed nearly every day stands beside the month.
"""

import calendar
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from services.console.domain.duty_sheets import YearDay

# So many times in a month, a duty is no date any more: it would fill every day, and hide what is rare.
DAILY = 15


@dataclass(frozen=True, slots=True)
class CalendarCell:
    """A day of a month: what is held or closes on it."""

    on: date
    duties: tuple[YearDay, ...]
    is_today: bool
    is_of_month: bool


@dataclass(frozen=True, slots=True)
class MonthPicture:
    """A month, week by week.

    Args:
        daily: duties that come nearly every day, with how often they come.
        within: those that are owed once at any time of the month, the quarter, the year.
    """

    first: date
    weeks: tuple[tuple[CalendarCell, ...], ...]
    daily: tuple[tuple[str, int], ...]
    within: tuple[YearDay, ...]

    @property
    def before(self) -> date:
        """The first day of the month before."""
        return (self.first - timedelta(days=1)).replace(day=1)

    @property
    def after(self) -> date:
        """The first day of the next month."""
        return (self.first + timedelta(days=31)).replace(day=1)

    @property
    def days(self) -> list[CalendarCell]:
        """Days of the month on which something is."""
        return [day for week in self.weeks for day in week if day.is_of_month and day.duties]


@dataclass(frozen=True, slots=True)
class YearMonth:
    """A month as lines: a duty with the days of the month on which it falls."""

    first: date
    duties: tuple[tuple[str, tuple[YearDay, ...]], ...]


def month_of(days: Sequence[YearDay], year: int, month: int, today: date) -> MonthPicture:
    """Return a month; of other years' days nothing is known."""
    held = [day for day in days if day.on is not None and day.replaced_by is None]
    within = [day for day in held if day.on and (day.on.year, day.on.month) == (year, month)]
    often = _often(within)
    by_day: dict[date | None, list[YearDay]] = defaultdict(list)
    for day in held:
        if day.duty not in often and not _is_of_months(day):
            by_day[day.on].append(day)
    weeks = tuple(
        tuple(
            CalendarCell(
                on, tuple(sorted(by_day[on], key=lambda day: day.at or "")), on == today, on.month == month
            )
            for on in week
        )
        for week in calendar.Calendar().monthdatescalendar(year, month)
    )
    spans = tuple(day for day in within if _is_of_months(day))
    return MonthPicture(date(year, month, 1), weeks, tuple(sorted(often.values())), spans)


def year_of(days: Sequence[YearDay], year: int) -> list[YearMonth]:
    """Return twelve months of lines."""
    return [YearMonth(date(year, month, 1), _lines(days, year, month)) for month in range(1, 13)]


def _is_of_months(day: YearDay) -> bool:
    """Whole months are what it is owed within: its last day is no date, and says until when alone."""
    if day.on is None or day.since is None:
        return False
    return day.since.day == 1 and (day.on + timedelta(days=1)).day == 1


def _lines(days: Sequence[YearDay], year: int, month: int) -> tuple[tuple[str, tuple[YearDay, ...]], ...]:
    found: dict[str, list[YearDay]] = defaultdict(list)
    for day in days:
        if day.on and (day.on.year, day.on.month) == (year, month) and day.replaced_by is None:
            found[day.name].append(day)
    return tuple((name, tuple(within)) for name, within in found.items())


def _often(within: Sequence[YearDay]) -> dict[str, tuple[str, int]]:
    counted = Counter((day.duty, day.name) for day in within)
    return {duty: (name, number) for (duty, name), number in counted.items() if number >= DAILY}
