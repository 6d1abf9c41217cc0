"""Limits that run from the very minute: office time, days by the wall clock, plain clock time.

A pause gives back exactly what ran of the limit's own time while it lasted (RC-19). Must not know how
ends are shown.
"""

from datetime import datetime, timedelta
from fractions import Fraction

from shared.rules.worktime.office import NOTHING
from shared.rules.worktime.pauses import Interval
from shared.rules.worktime.terms import Addition, Ending, Terms, Trace
from shared.rules.worktime.wall import TICK, day_of, last_day_before, same_time
from shared.rules.worktime.windows import DAY


class OfficeClock:
    """Time inside office hours of working days: office hours, and working days under RC-2 exact.

    Args:
        number: how many units.
        unit: office time in one of them: an hour, or a standard day.
    """

    __slots__ = ("_number", "_office", "_terms", "_unit")

    def __init__(self, terms: Terms, number: int, unit: timedelta) -> None:
        self._terms = terms
        self._office = terms.office
        self._number = number
        self._unit = unit

    def end(self, begins_at: datetime, pauses: list[Interval], trace: Trace = None) -> Ending:
        """Return the earliest instant by which the amount of office time has passed."""
        due_at = self._office.advance(begins_at, self._number * self._unit)
        # In order: each pause moves the end by the office time that it took, and may bring a later one before it.
        for begin, end in _running(pauses, begins_at):
            if begin >= due_at:
                break
            lost = self._office.measure(begin, end)
            # A pause outside office hours takes nothing, and `advance` must be given more than nothing.
            if lost:
                due_at = self._office.advance(due_at, lost)
            _record(trace, begin, end, lost)
        zone = self._terms.tz
        return Ending(due_at, None, DAY, (day_of(begins_at, zone), last_day_before(due_at, zone)))

    def elapsed(self, begins_at: datetime, end_at: datetime, pauses: list[Interval]) -> Fraction:
        """Return the office time between, that of pauses left out, in units."""
        total = self._office.measure(begins_at, end_at)
        for begin, end in _running(pauses, begins_at):
            total -= self._office.measure(begin, min(end, end_at))
        return _in(self._unit, total)

    def left(self, at: datetime, begins_at: datetime, due_at: datetime) -> Fraction:
        """Return the office time still to come, in units; negative when the end has passed."""
        at = max(at, begins_at)
        # One of the two is always 0: `measure` goes forwards only.
        return _in(self._unit, self._office.measure(at, due_at) - self._office.measure(due_at, at))

    def back(self, deadline_at: datetime) -> datetime:
        """Return the latest instant from which the amount of office time passes until the deadline."""
        return self._office.rewind(deadline_at, self._number * self._unit)


class WallDays:
    """Calendar days from the very minute (RC-2 exact): the same time of day n days later, then RC-5.

    A day that summer time makes shorter or longer is still one day. An end on a rest day moves to the same
    time of the next working day; so a start a little later, whose end needs no move, may end a little sooner.
    A pause never brings the end nearer.
    """

    __slots__ = ("_number", "_rolls", "_terms")

    def __init__(self, terms: Terms, number: int) -> None:
        self._terms = terms
        self._number = number
        self._rolls = terms.readings.rc5 == "roll"

    def end(self, begins_at: datetime, pauses: list[Interval], trace: Trace = None) -> Ending:
        """Return the same time of day n days later, moved to a working day where RC-5 rolls."""
        zone = self._terms.tz
        judged_from = last_day_before(same_time(begins_at, self._number, zone), zone)
        _, due_at = self.course(begins_at, pauses, trace)
        return Ending(
            due_at, None, DAY, (judged_from, last_day_before(due_at, zone)) if self._rolls else None
        )

    def course(
        self, begins_at: datetime, pauses: list[Interval], trace: Trace = None
    ) -> tuple[datetime, datetime]:
        """Return the end with its pauses, before and after it was moved to a working day (RC-5)."""
        nominal = same_time(begins_at, self._number, self._terms.tz)
        due_at = self._rolled(nominal)
        for begin, end in _running(pauses, begins_at):
            if begin >= due_at:
                break
            # Rolled on over rest days, the limit was over but for RC-5: a pause then counts from the day of the roll.
            in_grace = begin >= nominal
            nominal = (due_at if in_grace else nominal) + (end - begin)
            moved_to = self._rolled(nominal)
            moved = "grace" if in_grace else "kept" if moved_to < due_at else None
            # Moved by whole days, a later nominal end may come out earlier on the same working day.
            due_at = max(moved_to, due_at)
            _record(trace, begin, end, end - begin, moved)
        return nominal, due_at

    def elapsed(self, begins_at: datetime, end_at: datetime, pauses: list[Interval]) -> Fraction:
        """Return the days between, by the wall clock and the time of pauses left out."""
        ran_until = end_at - _overlap(pauses, begins_at, end_at)
        return self._between(begins_at, ran_until) if ran_until > begins_at else Fraction(0)

    def left(self, at: datetime, begins_at: datetime, due_at: datetime) -> Fraction:
        """Return the days still to come by the wall clock; negative when the end has passed."""
        at = max(at, begins_at)
        return self._between(at, due_at) if at <= due_at else -self._between(due_at, at)

    def back(self, deadline_at: datetime) -> datetime:
        """Return the same time of day, n days before."""
        return same_time(deadline_at, -self._number, self._terms.tz)

    def _rolled(self, nominal: datetime) -> datetime:
        if not self._rolls:
            return nominal
        # An end at midnight is asked about the day that ends with it, not about the one that begins.
        last = last_day_before(nominal, self._terms.tz)
        return same_time(nominal, self._terms.workdays.nth_from(last, 1) - last, self._terms.tz)

    def _between(self, begin: datetime, end: datetime) -> Fraction:
        """Whole days by the wall clock, and the rest as a part of the day that it lies in, be it of 23 or 25 hours."""
        zone = self._terms.tz
        days = day_of(end, zone) - day_of(begin, zone)
        while same_time(begin, days, zone) > end:
            days -= 1
        reached = same_time(begin, days, zone)
        return days + _in(same_time(begin, days + 1, zone) - reached, end - reached)


class PlainClock:
    """Hours and minutes as every clock shows them: they know no calendar."""

    __slots__ = ("_number", "_unit")

    def __init__(self, number: int, unit: timedelta) -> None:
        self._number = number
        self._unit = unit

    def end(self, begins_at: datetime, pauses: list[Interval], trace: Trace = None) -> Ending:
        """Return the instant that lies the amount of time later."""
        due_at = begins_at + self._number * self._unit
        for begin, end in _running(pauses, begins_at):
            if begin >= due_at:
                break
            due_at += end - begin
            _record(trace, begin, end, end - begin)
        return Ending(due_at, None, DAY, None)

    def elapsed(self, begins_at: datetime, end_at: datetime, pauses: list[Interval]) -> Fraction:
        """Return the time between, that of pauses left out, in units."""
        ran = end_at - begins_at - _overlap(pauses, begins_at, end_at)
        return _in(self._unit, max(ran, NOTHING))

    def left(self, at: datetime, begins_at: datetime, due_at: datetime) -> Fraction:
        """Return the time still to come, in units; negative when the end has passed."""
        return _in(self._unit, due_at - max(at, begins_at))

    def back(self, deadline_at: datetime) -> datetime:
        """Return the instant that lies the amount of time before."""
        return deadline_at - self._number * self._unit


def _running(pauses: list[Interval], begins_at: datetime) -> list[Interval]:
    return [(max(begin, begins_at), end) for begin, end in pauses if end > begins_at]


def _overlap(pauses: list[Interval], begins_at: datetime, end_at: datetime) -> timedelta:
    lost = (min(end, end_at) - begin for begin, end in _running(pauses, begins_at) if begin < end_at)
    return sum(lost, NOTHING)


def _in(unit: timedelta, length: timedelta) -> Fraction:
    """A length in units, exactly: lengths are whole microseconds, while a float has no exact tenth of an hour."""
    return Fraction(length // TICK, unit // TICK)


def _record(trace: Trace, begin: datetime, end: datetime, lost: timedelta, moved: str | None = None) -> None:
    if trace is not None:
        trace.append(Addition(begin, end, lost.total_seconds(), moved))
