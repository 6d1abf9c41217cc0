"""Slow, plain answers to the questions that `shared.rules.worktime` answers fast.

Nothing here is shared with it but the official table of China: days are walked one by one, office time is
walked minute by minute, and readings are texts in a dict. Starts and pauses lie on whole minutes.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from fractions import Fraction
from functools import cache
from zoneinfo import ZoneInfo

import chinese_calendar

ONE_DAY = timedelta(days=1)
ONE_MINUTE = timedelta(minutes=1)
Pause = tuple[datetime, datetime]


@cache
def _china_works(on: date) -> bool:
    return bool(chinese_calendar.is_workday(on))


@dataclass(frozen=True)
class World:
    """A town as the oracle sees it; windows are (begin, end) minutes, none means all 24 hours."""

    zone: str = "Asia/Shanghai"
    windows: tuple[tuple[int, int], ...] = ()
    windows_on: dict[int, tuple[tuple[int, int], ...]] = field(default_factory=dict)
    china: bool = True
    rest_weekdays: tuple[int, ...] = (5, 6)
    own: dict[date, bool] = field(default_factory=dict)  # day → is worked

    def works(self, on: date, readings: dict[str, str]) -> bool:
        if readings["rc4"] == "mon_fri":
            return on.weekday() <= 4
        if on in self.own:
            return self.own[on]
        if self.china:
            return _china_works(on)
        return on.weekday() not in self.rest_weekdays

    def hours(self, on: date) -> tuple[tuple[int, int], ...]:
        return self.windows_on.get(on.weekday(), self.windows)

    def local(self, at: datetime) -> datetime:
        return at.astimezone(ZoneInfo(self.zone))

    def wall(self, on: date, minute: int) -> datetime:
        if minute == 24 * 60:
            on, minute = on + ONE_DAY, 0
        clock = time(minute // 60, minute % 60)
        return datetime.combine(on, clock, tzinfo=ZoneInfo(self.zone)).astimezone(UTC)

    def is_open(self, at: datetime, readings: dict[str, str]) -> bool:
        local = self.local(at)
        if not self.works(local.date(), readings):
            return False
        minute = local.hour * 60 + local.minute
        hours = self.hours(local.date())
        return not hours or any(begin <= minute < end for begin, end in hours)


@dataclass(frozen=True)
class Limit:
    """One limit under one set of readings; `unit` as packs name it, `ends_at` a minute of the last day."""

    world: World
    readings: dict[str, str]
    unit: str
    number: int
    ends_at: int | None = None

    @property
    def counts_working_days(self) -> bool:
        return self.unit == "working_days" or self.readings["rc5"] == "as_working_days"

    @property
    def in_days(self) -> bool:
        return self.unit in ("working_days", "days")

    def due(self, start_at: datetime, pauses: list[Pause] = []) -> datetime:  # noqa: B006 - never changed
        begin = self.begin(start_at)
        waits = _united(pauses) if self.readings["rc19"] == "stops" else []
        waits = [(max(first, begin), last) for first, last in waits if last > begin]
        if self.unit == "at_once":
            return self._due_at_once(begin, waits)
        if self.unit in ("hours", "minutes"):
            return self._due_clock(begin, waits)
        if self.unit == "office_hours":
            return self._due_office(begin, self.number * 60, waits)
        if self.readings["rc2"] == "exact":
            return self._due_exact_days(begin, waits)
        return self._due_whole_days(begin, waits)

    def begin(self, start_at: datetime) -> datetime:
        if self.readings["rc6"] == "at_once" or self.unit == "at_once":
            return start_at
        at = start_at
        while not self.world.is_open(at, self.readings):
            at += ONE_MINUTE
        return at

    def closing(self, on: date) -> datetime:
        if self.ends_at is not None:
            return self.world.wall(on, self.ends_at)
        hours = self.world.hours(on)
        if self.readings["rc3"] == "always_24" or not hours or not self.world.works(on, self.readings):
            return self.world.wall(on, 24 * 60)
        return self.world.wall(on, max(end for _, end in hours))

    def counted(self, on: date) -> bool:
        return not self.counts_working_days or self.world.works(on, self.readings)

    def counted_after(self, at: datetime) -> Iterator[date]:
        """Walk the days that count after an instant, its own day among them where RC-2 includes it."""
        on = self.world.local(at).date()
        if self.readings["rc2"] != "include_start_day" or self.closing(on) <= at:
            on += ONE_DAY
        while True:
            if self.counted(on):
                yield on
            on += ONE_DAY

    def rolled(self, on: date) -> date:
        if self.counts_working_days or self.readings["rc5"] == "strict":
            return on
        while not self.world.works(on, self.readings):
            on += ONE_DAY
        return on

    def _due_whole_days(self, begin: datetime, waits: list[Pause]) -> datetime:
        days = self.counted_after(begin)
        last = [next(days) for _ in range(self.number)][-1]
        given_back: set[date] = set()
        for first, end in waits:
            if first >= self.closing(self.rolled(last)):
                break
            if self.world.local(first).date() > last:  # on the days of rest over which the end had moved
                last = self.rolled(last)
            lost = self._days_of(first, end) - given_back
            given_back |= lost
            last = self._later(last, len(lost))
            while self.closing(self.rolled(last)) <= end:
                last = self._later(last, 1)
        return self.closing(self.rolled(last))

    def _days_of(self, first: datetime, end: datetime) -> set[date]:
        until = self.world.local(end - timedelta(microseconds=1)).date()
        days: set[date] = set()
        for on in self.counted_after(first):
            if on > until:
                return days
            days.add(on)
        raise AssertionError

    def _later(self, on: date, number: int) -> date:
        while number:
            on += ONE_DAY
            if self.counted(on):
                number -= 1
        return on

    def _due_exact_days(self, begin: datetime, waits: list[Pause]) -> datetime:
        if self.counts_working_days:
            hours = self.world.windows or ((0, 24 * 60),)
            return self._due_office(begin, self.number * sum(end - first for first, end in hours), waits)
        nominal = self._same_time(begin, self.number)
        ends_at = self._rolled_time(nominal)
        for first, end in waits:
            if first < ends_at:
                nominal = (nominal if first < nominal else ends_at) + (end - first)
                ends_at = max(ends_at, self._rolled_time(nominal))
        return ends_at

    def _same_time(self, at: datetime, days: int) -> datetime:
        naive = self.world.local(at).replace(tzinfo=None) + days * ONE_DAY
        return naive.replace(tzinfo=ZoneInfo(self.world.zone)).astimezone(UTC) if days else at

    def _rolled_time(self, nominal: datetime) -> datetime:
        last = self.world.local(nominal - timedelta(microseconds=1)).date()
        return self._same_time(nominal, (self.rolled(last) - last).days)

    def _due_office(self, begin: datetime, minutes: int, waits: list[Pause]) -> datetime:
        at, left = begin, minutes
        while True:
            waiting = any(first <= at < end for first, end in waits)
            if not waiting and self.world.is_open(at, self.readings):
                left -= 1
            at += ONE_MINUTE
            if left == 0:
                return at

    def _due_clock(self, begin: datetime, waits: list[Pause]) -> datetime:
        due_at = begin + timedelta(**{self.unit: self.number})
        for first, end in waits:
            if first < due_at:
                due_at += end - first
        return due_at

    def _due_at_once(self, begin: datetime, waits: list[Pause]) -> datetime:
        due_at = self._end_of_day(begin)
        for first, end in waits:
            if first < due_at:
                due_at = self._end_of_day(end)
        return due_at

    def _end_of_day(self, at: datetime) -> datetime:
        on = self.world.local(at).date()
        return self.closing(on) if self.closing(on) > at else self.world.wall(on, 24 * 60)

    def office_minutes(self, begin: datetime, end: datetime) -> int:
        minutes, at = 0, begin
        while at < end:
            minutes += self.world.is_open(at, self.readings)
            at += ONE_MINUTE
        return minutes

    def elapsed(self, start_at: datetime, end_at: datetime) -> int | Fraction:
        """Return what has run without pauses, days by walking them, office time by walking minutes."""
        begin = self.begin(start_at)
        if end_at <= begin:
            return 0
        if self.in_days and self.readings["rc2"] != "exact":
            until = self.world.local(end_at - timedelta(microseconds=1)).date()
            return sum(1 for _ in _until(self.counted_after(begin), until))
        if self.unit == "office_hours":
            return Fraction(self.office_minutes(begin, end_at), 60)
        if self.unit == "hours":
            return Fraction((end_at - begin) // ONE_MINUTE, 60)
        return Fraction((end_at - begin) // ONE_MINUTE)


def _until(days: Iterator[date], last: date) -> Iterator[date]:
    for on in days:
        if on > last:
            return
        yield on


def _united(pauses: list[Pause]) -> list[Pause]:
    """Return pauses without overlaps, by joining any two that touch until none do."""
    left = sorted(pause for pause in pauses if pause[1] > pause[0])
    for one in range(len(left) - 1):
        if left[one + 1][0] <= left[one][1]:
            joined = (left[one][0], max(left[one][1], left[one + 1][1]))
            return _united([*left[:one], joined, *left[one + 2 :]])
    return left
