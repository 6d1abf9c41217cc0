"""What a day can be, and the errors of calendars. Knows no counting."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from shared.kernel.problems import Problem
from shared.kernel.texts import Text


class DayKind(StrEnum):
    """What a day is for those who work by the calendar."""

    WORKING = "working"
    MAKE_UP = "make_up"  # a rest day that is worked, in exchange for a holiday (调休)
    HOLIDAY = "holiday"
    WEEKEND = "weekend"

    @property
    def is_worked(self) -> bool:
        """Tell whether limits count such a day as a working day (RC-4)."""
        return self in (DayKind.WORKING, DayKind.MAKE_UP)


@dataclass(frozen=True, slots=True)
class CalendarDay:
    """One day with what it is, its name where it has one, and who says so.

    Args:
        on: a day of the town's zone.
        source: 'own' (the calendar's own lists), 'china' (the official table), 'weekly' (an ordinary day of the week
            in a year with data), 'provisional' (a year without data) or 'mon_fri' (RC-4).
    """

    on: date
    kind: DayKind
    name: Text
    source: str


@dataclass(frozen=True, slots=True)
class OwnDay:
    """What a calendar's own list says of a day; it wins over the official table."""

    kind: DayKind
    name: Text = field(default_factory=Text)


@dataclass(frozen=True, slots=True)
class OwnDays:
    """A list of own days and the years that it covers completely."""

    days: Mapping[date, OwnDay]
    years: frozenset[int]


class CalendarMissing(Problem):
    """A working day had to be judged in a year without calendar data (RC-22).

    Attributes:
        year: whose data is missing.
    """

    def __init__(self, year: int) -> None:
        self.year = year
        super().__init__(
            "calendar-missing",
            Text(
                zh=f"没有 {year} 年的节假日和调休安排", en=f"there is no calendar of working days for {year}"
            ),
            Text(
                zh=f"公布后载入 {year} 年日历；或把 RC-22 设为 provisional，先按周末推算",
                en=f"load the calendar of {year} when it is published, or set RC-22 to provisional",
            ),
            {"year": year},
        )


class CalendarError(Problem):
    """A calendar cannot be built from what was given."""


class InstantOutOfRange(Problem):
    """A deadline would lie where dates end."""

    def __init__(self) -> None:
        super().__init__(
            "instant-out-of-range",
            Text(zh="日期超出可计算的范围", en="the date is beyond what can be counted"),
            Text(zh="检查起算时刻和时限", en="check the start and the amount of time"),
        )
