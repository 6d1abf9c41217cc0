"""One town's calendar: which days are worked, and its office hours.

Decides what a day is: the calendar's own lists win over the official table, a year that the own lists
cover completely is theirs alone, and a year without data is missing (RC-22). Must not know limits.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property, lru_cache
from typing import Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from shared.kernel.canonical import content_hash
from shared.kernel.texts import Text
from shared.rules.worktime.days import CalendarDay, CalendarError, CalendarMissing, DayKind, OwnDay
from shared.rules.worktime.official import official_day, official_revision, official_years
from shared.rules.worktime.readings import TimeReadings
from shared.rules.worktime.windows import (
    ALL_DAY,
    WEEKDAYS,
    Window,
    length_of,
    parse_week,
    parse_windows,
    weekday_number,
    window_pairs,
)
from shared.rules.worktime.workdays import WorkDays

Official = Literal["china"]
Worked = tuple[tuple[int, bool], ...]  # own days of one year: ordinal, is worked


@dataclass(frozen=True, eq=False)
class Calendar:
    """Days, office hours and zone of one town; build it with `Calendar.build`.

    Calendars are equal when their revisions are. Safe to share between threads: what it works out is the same whoever
    works it out, and is kept (`timing.calendar_of` gives equal contents one object).

    Attributes:
        zone: IANA name of the zone in which days begin and end.
        office_hours: windows of a working day, in order; none: all of its 24 hours.
        office_hours_on: weekdays (0 = Monday) with windows of their own.
        weekend: weekdays that are not worked unless a list says so.
        official: the official table that it leans on; None: own days alone.
        days: own days; they win over the official table.
        known_years: years that the own days cover completely.
    """

    zone: str
    office_hours: tuple[Window, ...]
    office_hours_on: Mapping[int, tuple[Window, ...]]
    weekend: frozenset[int]
    official: Official | None
    days: Mapping[date, OwnDay]
    known_years: frozenset[int]

    @classmethod
    def build(
        cls,
        *,
        zone: str = "Asia/Shanghai",
        office_hours: Sequence[tuple[str, str]] = (),
        office_hours_on: Mapping[str, Sequence[tuple[str, str]]] | None = None,
        weekend: Iterable[str] = ("sat", "sun"),
        official: Official | None = "china",
        days: Mapping[date, OwnDay | DayKind] | None = None,
        known_years: Iterable[int] = (),
    ) -> "Calendar":
        """Return the calendar that these words describe.

        Args:
            zone: IANA name of the zone in which days begin and end.
            office_hours: windows such as [('08:30', '12:00'), ('14:00', '17:30')]; empty where the
                town declares none: then a working day is all of its 24 hours.
            office_hours_on: windows of single weekdays ('fri') that differ.
            weekend: weekdays that are not worked unless a list says so.
            official: the official table to lean on, None for own days alone.
            days: own days; they win over the official table.
            known_years: years that `days` cover completely; the official table is not asked for them.

        Raises:
            CalendarError: unknown zone, weekday or table, a week without working days, wrong hours.
        """
        return cls(
            zone=_zone(zone),
            office_hours=parse_windows(office_hours),
            office_hours_on=parse_week(office_hours_on or {}),
            weekend=_weekend(weekend),
            official=_official(official),
            days={on: day if isinstance(day, OwnDay) else OwnDay(day) for on, day in (days or {}).items()},
            known_years=frozenset(known_years),
        )

    def kind(self, on: date) -> CalendarDay:
        """Return what a day is, with its name and who says so.

        Args:
            on: a day of the town's zone.

        Raises:
            CalendarMissing: the year has no data, not even for a day that an own list names.
        """
        if not self.covers(on.year):
            raise CalendarMissing(on.year)
        return self._judged(on)

    def provisional_kind(self, on: date) -> CalendarDay:
        """Return what a day is, from own days and weekends alone where its year has no data (RC-22).

        Args:
            on: a day of the town's zone.

        Returns:
            The day; its source is 'provisional' where it was judged so.
        """
        if self.covers(on.year):
            return self._judged(on)
        day = self._judged(on)
        return day if day.source == "own" else CalendarDay(day.on, day.kind, day.name, "provisional")

    def covers(self, year: int) -> bool:
        """Tell whether the working days of a year are known."""
        return year in self.known_years or (self.official == "china" and year in official_years())

    def windows(self, weekday: int) -> tuple[Window, ...]:
        """Return the windows of a working day that falls on `weekday`; all day where none are declared.

        Args:
            weekday: 0 for Monday … 6 for Sunday.
        """
        return self.office_hours_on.get(weekday, self.office_hours) or ALL_DAY

    @cached_property
    def has_office_hours(self) -> bool:
        """Tell whether office hours are declared for any day."""
        return bool(self.office_hours or self.office_hours_on)

    @cached_property
    def standard_day(self) -> timedelta:
        """The length of a standard day by the wall clock (RC-2 exact); 24 h where no hours are declared."""
        # Of the general hours alone: a day is of one length, on whatever weekday it is counted.
        return length_of(self.office_hours or ALL_DAY)

    @cached_property
    def tz(self) -> ZoneInfo:
        """The zone, ready to convert."""
        return ZoneInfo(self.zone)

    @cached_property
    def revision(self) -> str:
        """A hash of everything that bears on a deadline, the official table included.

        A newer official table may change days of the past; a certificate that names the revision still shows what it
        was counted with.
        """
        return content_hash(
            {
                "zone": self.zone,
                "office_hours": window_pairs(self.office_hours),
                "office_hours_on": self.week_pairs(),
                "weekend": self.weekend_names(),
                "official": self.official and official_revision(),
                "days": {
                    on.isoformat(): [day.kind, day.name.zh, day.name.en] for on, day in self.days.items()
                },
                "known_years": sorted(self.known_years),
            }
        )

    def week_pairs(self) -> dict[str, list[list[str]]]:
        """Return the office hours of single weekdays as they are written."""
        return {WEEKDAYS[day]: window_pairs(windows) for day, windows in sorted(self.office_hours_on.items())}

    def weekend_names(self) -> list[str]:
        """Return the weekdays that are not worked, from Monday on."""
        return [WEEKDAYS[day] for day in sorted(self.weekend)]

    def working_days(self, readings: TimeReadings) -> WorkDays:
        """Return the working days under RC-4 and RC-22, ready to count; counting may raise `CalendarMissing`."""
        if readings.rc4 == "mon_fri":
            return self._mon_fri
        return self._provisional if readings.rc22 == "provisional" else self._certain

    @cached_property
    def _certain(self) -> WorkDays:
        return WorkDays(self._certain_year)

    @cached_property
    def _provisional(self) -> WorkDays:
        return WorkDays(self._judged_year)

    @cached_property
    def _mon_fri(self) -> WorkDays:
        return WorkDays(_mondays_to_fridays)

    def _certain_year(self, year: int) -> tuple[int, ...]:
        if not self.covers(year):
            raise CalendarMissing(year)
        return self._judged_year(year)

    def _judged_year(self, year: int) -> tuple[int, ...]:
        """The working days by what is known: where the year has no data, by own days and weekends."""
        official = None if year in self.known_years else self.official
        return _working_days(year, self.weekend, official, self._own.get(year, ()))

    @cached_property
    def _own(self) -> Mapping[int, Worked]:
        by_year: dict[int, list[tuple[int, bool]]] = {}
        for on, day in sorted(self.days.items()):
            by_year.setdefault(on.year, []).append((on.toordinal(), day.kind.is_worked))
        return {year: tuple(days) for year, days in by_year.items()}

    def _judged(self, on: date) -> CalendarDay:
        # Own days first, then the official list, then the week.
        if own := self.days.get(on):
            return CalendarDay(on, own.kind, own.name, "own")
        if self.official and on.year not in self.known_years and (listed := official_day(on)):
            return CalendarDay(on, listed[0], listed[1], self.official)
        return CalendarDay(
            on, DayKind.WEEKEND if on.weekday() in self.weekend else DayKind.WORKING, Text(), "weekly"
        )

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Calendar) and self.revision == other.revision

    def __hash__(self) -> int:
        return hash(self.revision)


@lru_cache(maxsize=1024)
def _working_days(
    year: int, weekend: frozenset[int], official: Official | None, own: Worked
) -> tuple[int, ...]:
    """Return the working days of a year; calendars that agree on a year share one tuple.

    Hundreds of towns differ in a few days of their own, if at all: what is kept is keyed by all that it depends on, and
    is never changed.
    """
    own_days = dict(own)
    first, after = date(year, 1, 1).toordinal(), date(year + 1, 1, 1).toordinal()
    return tuple(day for day in range(first, after) if own_days.get(day, _is_worked(day, weekend, official)))


def _is_worked(day: int, weekend: frozenset[int], official: Official | None) -> bool:
    on = date.fromordinal(day)
    listed = official_day(on) if official else None
    return listed[0].is_worked if listed else on.weekday() not in weekend


@lru_cache(maxsize=1024)
def _mondays_to_fridays(year: int) -> tuple[int, ...]:
    return _working_days(year, frozenset({5, 6}), None, ())


def _zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise CalendarError(
            "zone-unknown",
            Text(zh=f"没有 {name!r} 这个时区", en=f"there is no zone {name!r}"),
            Text(zh="写时区的标准名称，例如：Asia/Shanghai", en="write its IANA name, such as Asia/Shanghai"),
        ) from error
    return name


def _weekend(names: Iterable[str]) -> frozenset[int]:
    weekend = frozenset(weekday_number(name) for name in names)
    if len(weekend) == len(WEEKDAYS):
        raise CalendarError(
            "no-working-days",
            Text(zh="一周七天都是休息日", en="all seven days of the week are days of rest"),
            Text(zh="至少留一个工作日", en="leave at least one day to work"),
        )
    return weekend


def _official(name: Official | None) -> Official | None:
    if name not in (None, "china"):
        raise CalendarError(
            "official-unknown",
            Text(zh=f"没有 {name!r} 的官方日历", en=f"there is no official calendar {name!r}"),
            Text(zh="写 china，或不写而自列各日", en="write china, or leave it out and list the days"),
        )
    return name
