"""The days of a certificate: what each day from the start to the end was, and what it did for the limit.

Decides the role of each day. Must not know JSON or languages.
"""

from collections.abc import Iterator
from datetime import date, datetime
from enum import StrEnum
from itertools import chain, groupby
from typing import NamedTuple

from shared.kernel.texts import Text
from shared.rules.worktime.days import CalendarDay, DayKind
from shared.rules.worktime.exact_time import OfficeClock, WallDays
from shared.rules.worktime.office import NOTHING
from shared.rules.worktime.pauses import Interval
from shared.rules.worktime.reckoning import Question, Reckoning, waits_for_opening
from shared.rules.worktime.wall import day_of, last_day_before
from shared.rules.worktime.whole_days import Course, DayEnd, WholeDays

_SATURDAY = 5


class DayRole(StrEnum):
    """What a day did for the limit."""

    BEFORE_OPENING = "before_opening"  # passed over by RC-6
    START = "start"  # the starting day, not counted (RC-2), or after the close of office
    COUNTED = "counted"
    REST = "rest"  # no working day (RC-4)
    PAUSED = "paused"  # would have counted, given back for a pause (RC-19)
    LAST = "last"  # the day with which the limit ends, judged for RC-3 or RC-5 alone
    ROLLED = "rolled"  # the end was moved over or onto it (RC-5)


class DayRun(NamedTuple):
    """Consecutive days that are alike.

    Args:
        first: proleptic ordinal; last: both are included.
        day: what the first of them is; None where the kind did not matter or is not known.
        seconds: of office time that ran on each; None where that is not the measure.
    """

    first: int
    last: int
    day: CalendarDay | None
    role: DayRole
    seconds: float | None


class _Note(NamedTuple):
    on: int
    day: CalendarDay | None
    role: DayRole
    seconds: float | None = None


def day_runs(question: Question, reckoning: Reckoning) -> list[DayRun]:
    """Return what each day did, from the start to the end; empty where no day mattered.

    Args:
        question: what was asked; reckoning: what followed from it.
    """
    notes = [*_before_opening(question, reckoning), *_notes(question, reckoning)]
    # Among days that follow one another, ordinal and place differ by the same number: those form a run, if alike.
    groups = groupby(enumerate(notes), lambda pair: (pair[1].on - pair[0], *_what(pair[1])))
    return [_run([note for _, note in group]) for _, group in groups]


def _judged_day(on: int, reckoning: Reckoning) -> CalendarDay | None:
    """Return what a day is under RC-4 and RC-22, None where its year has no data and needed none."""
    day, terms = date.fromordinal(on), reckoning.terms
    if terms.readings.rc4 == "mon_fri":
        kind = DayKind.WORKING if day.weekday() < _SATURDAY else DayKind.WEEKEND
        return CalendarDay(day, kind, Text(), "mon_fri")
    if terms.calendar.covers(day.year):
        return terms.calendar.kind(day)
    return terms.calendar.provisional_kind(day) if day.year in reckoning.provisional_years else None


def _what(note: _Note) -> tuple[object, ...]:
    kind = (note.day.kind, note.day.name, note.day.source) if note.day else None
    return kind, note.role, note.seconds


def _run(notes: list[_Note]) -> DayRun:
    first = notes[0]
    return DayRun(first.on, notes[-1].on, first.day, first.role, first.seconds)


def _before_opening(question: Question, reckoning: Reckoning) -> Iterator[_Note]:
    zone = reckoning.terms.tz
    for on in range(day_of(question.start_at, zone), day_of(reckoning.begins_at, zone)):
        yield _Note(on, _judged_day(on, reckoning), DayRole.BEFORE_OPENING)


def _notes(question: Question, reckoning: Reckoning) -> Iterator[_Note]:
    way, begins_at, pauses = reckoning.way, reckoning.begins_at, reckoning.pauses
    if isinstance(way, WholeDays):
        return _whole_days(way, way.course(begins_at, pauses), reckoning)
    if isinstance(way, OfficeClock):
        return _office_time(reckoning)
    if isinstance(way, WallDays):
        nominal, _ = way.course(begins_at, pauses)
        return chain(_opening_day(question, reckoning), _moved_end(nominal, reckoning))
    if isinstance(way, DayEnd):
        return _end_of_day(reckoning)
    return _opening_day(question, reckoning)


def _whole_days(way: WholeDays, course: Course, reckoning: Reckoning) -> Iterator[_Note]:
    terms = reckoning.terms
    begins_on = day_of(reckoning.begins_at, terms.tz)
    judges_some = reckoning.judged is not None
    paused = {on for first, last in course.paused for on in range(first, last + 1)}
    for on in range(begins_on, course.ends_on + 1):
        role = DayRole.PAUSED if on in paused else _role(on, course)
        shows_kind = way.judges_every_day or (judges_some and (on == begins_on or on >= course.nominal))
        day = _judged_day(on, reckoning) if shows_kind else None
        if way.working_only and on >= course.first and day and not day.kind.is_worked:
            role = DayRole.REST
        yield _Note(on, day, role)


def _role(on: int, course: Course) -> DayRole:
    if on < course.first:
        return DayRole.START
    return DayRole.COUNTED if on <= course.last else DayRole.ROLLED


def _office_time(reckoning: Reckoning) -> Iterator[_Note]:
    terms, due_at = reckoning.terms, reckoning.ending.due_at
    for on in range(day_of(reckoning.begins_at, terms.tz), last_day_before(due_at, terms.tz) + 1):
        day = _judged_day(on, reckoning)
        if not terms.workdays.is_working(on):
            yield _Note(on, day, DayRole.REST)
        else:
            yield _worked(on, day, reckoning)


def _worked(on: int, day: CalendarDay | None, reckoning: Reckoning) -> _Note:
    """Return the note of a working day: how much office time of it ran, pauses left out."""
    limit = (reckoning.begins_at, reckoning.ending.due_at)
    ran = lost = 0.0
    for window in reckoning.terms.office.on(on):
        inside = _common(window, limit)
        ran += _seconds(inside)
        lost += sum(_seconds(_common(inside, pause)) for pause in reckoning.pauses)
    role = DayRole.COUNTED if ran > lost else DayRole.PAUSED if lost else DayRole.START
    return _Note(on, day, role, ran - lost)


def _common(first: Interval, second: Interval) -> Interval:
    return max(first[0], second[0]), min(first[1], second[1])


def _seconds(interval: Interval) -> float:
    return max(interval[1] - interval[0], NOTHING).total_seconds()


def _opening_day(question: Question, reckoning: Reckoning) -> Iterator[_Note]:
    """Yield the day of the opening where RC-6 had to look for one and nothing else shows it."""
    if waits_for_opening(question.amount.unit, reckoning.terms):
        on = day_of(reckoning.begins_at, reckoning.terms.tz)
        yield _Note(on, _judged_day(on, reckoning), DayRole.START)


def _moved_end(nominal: datetime, reckoning: Reckoning) -> Iterator[_Note]:
    """Yield the days judged for RC-5: those to which pauses had let the limit run, and those of the roll."""
    if reckoning.ending.judged is None:
        return
    first, ends_on = reckoning.ending.judged
    last = last_day_before(nominal, reckoning.terms.tz)
    for on in range(first, ends_on + 1):
        role = DayRole.COUNTED if on < last else DayRole.LAST if on == last else DayRole.ROLLED
        yield _Note(on, _judged_day(on, reckoning), role)


def _end_of_day(reckoning: Reckoning) -> Iterator[_Note]:
    if reckoning.ending.judged is None:
        return
    first, last = reckoning.ending.judged
    for on in range(first, last + 1):
        yield _Note(on, _judged_day(on, reckoning), DayRole.LAST if on == last else DayRole.PAUSED)
