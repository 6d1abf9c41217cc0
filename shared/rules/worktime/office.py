"""Office time: the stretches of working days inside office hours, measured and walked.

Decides where office time lies; a working day without declared hours is all office time. Must not know
amounts, pauses or limits. Lengths are real time, so that a day on which clocks jump is shorter or longer.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta

from shared.rules.worktime.calendar import Calendar
from shared.rules.worktime.pauses import Interval
from shared.rules.worktime.wall import day_of, instant_of, last_day_before
from shared.rules.worktime.workdays import WorkDays

NOTHING = timedelta()


class OfficeTime:
    """The office time of one calendar under one reading of 'working day'.

    Every method raises `CalendarMissing` where it must judge a day of a year without data, and takes and gives aware
    UTC instants.
    """

    __slots__ = ("_calendar", "_workdays")

    def __init__(self, calendar: Calendar, workdays: WorkDays) -> None:
        self._calendar = calendar
        self._workdays = workdays

    def opening(self, at: datetime) -> datetime:
        """Return the first instant from `at` on that lies inside office hours (RC-6): `at` itself while it is open.

        Raises:
            CalendarMissing: it must look into a year without data.
        """
        # At the minute of closing the office is shut: the next window is meant.
        return next(max(begin, at) for begin, end in self._from(at) if at < end)

    def advance(self, at: datetime, need: timedelta) -> datetime:
        """Return the earliest instant by which `need` (> 0) of office time has passed since `at`."""
        for begin, end in self._from(at):
            begin = max(begin, at)
            # What is used up with the closing is due then, and not at the next opening.
            if begin + need <= end:
                return begin + need
            need -= max(end - begin, NOTHING)
        raise AssertionError("working days never end")

    def rewind(self, at: datetime, need: timedelta) -> datetime:
        """Return the latest instant from which `need` (> 0) of office time passes until `at`."""
        for begin, end in self._until(at):
            end = min(end, at)
            # As in `advance`: what fits exactly goes back to the opening, not to the closing before it.
            if end - need >= begin:
                return end - need
            need -= max(end - begin, NOTHING)
        raise AssertionError("working days never end")

    def measure(self, begin_at: datetime, end_at: datetime) -> timedelta:
        """Return the office time between two instants, 0 where the second is not the later one."""
        total = NOTHING
        if end_at <= begin_at:
            return total
        for begin, end in self._from(begin_at, last_day_before(end_at, self._calendar.tz)):
            total += max(min(end, end_at) - max(begin, begin_at), NOTHING)
        return total

    def on(self, day: int) -> Iterator[Interval]:
        """Yield the windows of a working day as instants, in order.

        Args:
            day: proleptic ordinal of a working day; whether it is one is not asked here.
        """
        zone = self._calendar.tz
        # Ordinal 1, the first of January of the year 1, is a Monday: weekday 0.
        for window in self._calendar.windows((day + 6) % 7):
            begin, end = instant_of(day, window.begin, zone), instant_of(day, window.end, zone)
            if begin < end:  # a window that summer time skips whole has nothing in it
                yield begin, end

    def _from(self, at: datetime, last: int | None = None) -> Iterator[Interval]:
        day = day_of(at, self._calendar.tz)
        while last is None or day <= last:
            if self._workdays.is_working(day):
                yield from self.on(day)
            day += 1

    def _until(self, at: datetime) -> Iterator[Interval]:
        day = day_of(at, self._calendar.tz)
        while True:
            if self._workdays.is_working(day):
                yield from reversed(tuple(self.on(day)))
            day -= 1
