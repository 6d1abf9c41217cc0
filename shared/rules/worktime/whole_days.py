"""Limits of whole days (RC-2 next_day and include_start_day): working days, or calendar days with RC-5.

A limit ends with the close (RC-3) of its n-th counted day. A pause gives back the days that count under
the limit's own reading between its begin and its end (RC-19). Must not know how ends are shown.
"""

from datetime import datetime
from typing import NamedTuple

from shared.rules.worktime.pauses import Interval
from shared.rules.worktime.terms import Addition, Ending, Terms, Trace
from shared.rules.worktime.wall import day_of, instant_of, last_day_before, same_time
from shared.rules.worktime.windows import DAY

Days = tuple[int, int]  # first and last of a run of days


class Course(NamedTuple):
    """How a limit of whole days ran: everything that a certificate has to show."""

    first: int  # the first day that could count
    nominal: int  # the n-th counted day, pauses left out of account
    last: int  # the last counted day, pauses included
    ends_on: int  # the same, moved to a working day (RC-5)
    due_at: datetime
    paused: list[Days]
    additions: list[Addition]


class WholeDays:
    """Counting by days that are all working days, or all days of the calendar.

    Args:
        number: how many days.
        working_only: whether working days alone are counted; else every day, and RC-5 moves the last one.
    """

    __slots__ = ("_number", "_rolls", "_terms", "_working_only")

    def __init__(self, terms: Terms, number: int, *, working_only: bool) -> None:
        self._terms = terms
        self._number = number
        self._working_only = working_only
        self._rolls = not working_only and terms.readings.rc5 == "roll"

    @property
    def judges_every_day(self) -> bool:
        """Tell whether every day on the way had to be judged, not only those at the end."""
        return self._working_only or self._judges_start

    @property
    def working_only(self) -> bool:
        """Tell whether working days alone are counted."""
        return self._working_only

    def end(self, begins_at: datetime, pauses: list[Interval], trace: Trace = None) -> Ending:
        """Return the close of the n-th counted day."""
        course = self.course(begins_at, pauses)
        if trace is not None:
            trace.extend(course.additions)
        minute = self._terms.closing_minute(course.ends_on)
        return Ending(course.due_at, course.ends_on, minute, self._judged(begins_at, course))

    def course(self, begins_at: datetime, pauses: list[Interval]) -> Course:
        """Return how the limit runs from `begins_at` through its pauses.

        Pause by pause, in order: one that begins before the end as it stands by then moves it, a later one does not.
        """
        first = self._first_day(begins_at)
        nominal = self._nth_from(first, self._number)
        ends_on = self._rolled(nominal)
        course = Course(first, nominal, nominal, ends_on, self._terms.closing(ends_on), [], [])
        for begin, end in pauses:
            if begin >= course.due_at:
                break
            if end > begins_at:
                course = self._paused(course, max(begin, begins_at), end)
        return course

    def elapsed(self, begins_at: datetime, end_at: datetime, pauses: list[Interval]) -> int:
        """Return how many counted days have begun by `end_at`, those of pauses left out."""
        first, last = self._first_day(begins_at), last_day_before(end_at, self._terms.tz)
        # `free` is the first day that no pause has given back yet: one that two pauses share is given back once.
        total, free = self._count(first, last), first
        for begin, end in pauses:
            if end > begins_at and begin < end_at:
                until = min(last_day_before(end, self._terms.tz), last)
                total -= self._count(max(self._first_day(max(begin, begins_at)), free), until)
                free = max(free, until + 1)
        return total

    def left(self, at: datetime, begins_at: datetime, due_at: datetime) -> int:
        """Return the counted days that begin at `at` or later, to the last one; negative after its end."""
        ends_on = last_day_before(due_at, self._terms.tz)
        if at <= begins_at:
            return self._count(self._first_day(begins_at), ends_on)
        today = last_day_before(at, self._terms.tz)
        return self._count(today + 1, ends_on) if today <= ends_on else -self._count(ends_on + 1, today)

    def back(self, deadline_at: datetime) -> datetime:
        """Return the same time of day, n counted days before the day of the deadline."""
        ends_on = last_day_before(deadline_at, self._terms.tz)
        target = ends_on - self._number
        if self._working_only:
            target = self._terms.workdays.nth_until(ends_on - 1, self._number)
        return same_time(deadline_at, target - ends_on, self._terms.tz)

    def _first_day(self, at: datetime) -> int:
        """Return the first day that may count after `at`: the next one, or the same one while it is open."""
        today = day_of(at, self._terms.tz)
        # A start at the close or after it has nothing left of the day: the next one is the first.
        if self._terms.readings.rc2 == "include_start_day" and self._terms.closing(today) > at:
            return today
        return today + 1

    def _nth_from(self, first: int, number: int) -> int:
        return self._terms.workdays.nth_from(first, number) if self._working_only else first + number - 1

    def _count(self, first: int, last: int) -> int:
        return self._terms.workdays.count(first, last) if self._working_only else max(last - first + 1, 0)

    def _rolled(self, day: int) -> int:
        return self._terms.workdays.nth_from(day, 1) if self._rolls else day

    def _paused(self, course: Course, begin: datetime, end: datetime) -> Course:
        """Return the course with one more pause, which begins before the end of the course so far."""
        zone = self._terms.tz
        # After the last counted day the limit runs on only because RC-5 moved its end: from there the pause counts.
        grace = day_of(begin, zone) > course.last
        base = course.ends_on if grace else course.last
        first, last = self._first_day(begin), last_day_before(end, zone)
        # A day that the pause before has given back is not given back again.
        if course.paused:
            first = max(first, course.paused[-1][1] + 1)
        added = self._count(first, last)
        ending, ends_on, due_at, closed = self._open_after(end, base, added)
        moved = "grace" if grace else "closed" if closed else None
        return course._replace(
            last=ending,
            ends_on=ends_on,
            due_at=due_at,
            paused=[*course.paused, (first, last)] if added else course.paused,
            additions=[*course.additions, Addition(begin, end, added, moved)],
        )

    def _open_after(self, end: datetime, last: int, added: int) -> tuple[int, int, datetime, bool]:
        """Return the end `added` counted days after `last`, moved on until it lies after the pause's end.

        Nobody's limit ends while they wait: where the day has closed by the time the pause ends, the next one is given.
        """
        wanted, moved = added, False
        while True:
            ending = self._nth_from(last + 1, wanted) if wanted else last
            ends_on = self._rolled(ending)
            due_at = self._terms.closing(ends_on)
            if due_at > end:
                return ending, ends_on, due_at, moved
            wanted, moved = wanted + 1, True

    @property
    def _judges_start(self) -> bool:
        return self._terms.readings.rc2 == "include_start_day" and self._terms.closes_early

    def _judged(self, begins_at: datetime, course: Course) -> Days | None:
        if self._judges_start:
            return day_of(begins_at, self._terms.tz), course.ends_on
        if self._working_only:
            return course.first, course.ends_on
        return (course.nominal, course.ends_on) if self._rolls or self._terms.closes_early else None


class DayEnd:
    """'At once': due with the end of the same day (RC-7), or of the day on which the last pause ended.

    Where the office has closed before the start, or does not open that day, the day ends at 24:00.
    """

    __slots__ = ("_terms",)

    def __init__(self, terms: Terms) -> None:
        self._terms = terms

    def end(self, begins_at: datetime, pauses: list[Interval], trace: Trace = None) -> Ending:
        """Return the end of the day of `begins_at`."""
        day, minute, due_at = self._end_of(begins_at)
        first = day
        for begin, end in pauses:
            if begin < due_at and end > begins_at:
                before, (day, minute, due_at) = day, self._end_of(end)
                if trace is not None:
                    trace.append(Addition(max(begin, begins_at), end, day - before, None))
        return Ending(due_at, day, minute, (first, day) if self._terms.closes_early else None)

    def _end_of(self, at: datetime) -> tuple[int, int, datetime]:
        day = day_of(at, self._terms.tz)
        minute = self._terms.closing_minute(day)
        due_at = instant_of(day, minute, self._terms.tz)
        if due_at > at:
            return day, minute, due_at
        return day, DAY, instant_of(day, DAY, self._terms.tz)
