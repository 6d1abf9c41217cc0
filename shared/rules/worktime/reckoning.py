"""One limit asked and answered: what was given, and what follows from it.

Decides the order of things: where the limit begins (RC-6), which pauses count (RC-19), where it ends,
which years were only provisional (RC-22). Must not know how the answer is shown.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import NamedTuple

from shared.rules.worktime.amount import Amount, TimeUnit
from shared.rules.worktime.calendar import Calendar
from shared.rules.worktime.counting import Ends, way_to_end
from shared.rules.worktime.pauses import Interval, Span, closed, require_instant
from shared.rules.worktime.readings import TimeReadings
from shared.rules.worktime.terms import Addition, Ending, Terms
from shared.rules.worktime.wall import day_of, label_of
from shared.rules.worktime.windows import clock_text


@dataclass(frozen=True, slots=True)
class Question:
    """Everything that a deadline follows from.

    Args:
        start_at: aware.
        pauses: in any order; open ones count when they have ended.
        target_minutes: the rule's own target for 'at once' (RC-7); None: it has none.
        ends_at: minute of the last day at which a limit of whole days ends; None: as RC-3 says.
    """

    start_at: datetime
    amount: Amount
    calendar: Calendar
    readings: TimeReadings
    pauses: Sequence[Span]
    target_minutes: int | None
    ends_at: int | None = None


class Reckoning(NamedTuple):
    """The answer, with what led to it.

    Args:
        way: how the end was found.
        begins_at: from when the limit counts (RC-6).
        pauses: those that count, merged and in order.
        judged: first and last day whose kind mattered; None: none did.
        provisional_years: those judged by weekends alone (RC-22).
        additions: a note of what each pause did that bore on the end, in their order.
    """

    terms: Terms
    way: Ends
    begins_at: datetime
    pauses: list[Interval]
    ending: Ending
    judged: tuple[int, int] | None
    provisional_years: tuple[int, ...]
    additions: list[Addition]


def reckon(question: Question) -> Reckoning:
    """Return where the limit ends and how that came about.

    Raises:
        CalendarMissing: a day of a year without data had to be judged, under RC-22 refuse.
        AmountError: RC-7 asks for target minutes that are missing or unusable.
        InstantOutOfRange, ValueError: an instant that no limit can have.
    """
    require_instant(question.start_at)
    start_at = question.start_at.astimezone(UTC)
    terms = Terms(question.calendar, question.readings, question.ends_at)
    begins_at = beginning(start_at, question.amount.unit, terms)
    pauses = closed(question.pauses) if question.readings.rc19 == "stops" else []
    way = way_to_end(question.amount, terms, question.target_minutes)
    additions: list[Addition] = []
    ending = way.end(begins_at, pauses, additions)
    judged = ending.judged
    # Whoever looks for an opening judges days as well, from the start on: their years may be unknown, too.
    if waits_for_opening(question.amount.unit, terms):
        judged = _judged_too(judged, start_at, begins_at, terms)
    unknown = _unknown_years(judged, terms)
    return Reckoning(terms, way, begins_at, pauses, ending, judged, unknown, additions)


def beginning(start_at: datetime, unit: TimeUnit, terms: Terms) -> datetime:
    """Return the instant from which a limit counts (RC-6).

    Raises:
        CalendarMissing: an opening is looked for in a year without data.
    """
    return terms.office.opening(start_at) if waits_for_opening(unit, terms) else start_at


def waits_for_opening(unit: TimeUnit, terms: Terms) -> bool:
    """Tell whether a start outside office hours is moved (RC-6); 'at once' waits for no opening (A-36)."""
    return terms.readings.rc6 == "next_office_opening" and unit is not TimeUnit.AT_ONCE


def deadline_label(ending: Ending, terms: Terms) -> str:
    """Return the due instant in the wall time of its zone; the end of a day is '24:00'."""
    if ending.day is None:
        return label_of(ending.due_at, terms.tz)
    return f"{date.fromordinal(ending.day)} {clock_text(ending.minute)}"


def _judged_too(
    judged: tuple[int, int] | None, start_at: datetime, begins_at: datetime, terms: Terms
) -> tuple[int, int]:
    """Return the judged days together with those on which an opening was looked for."""
    first, begins_on = day_of(start_at, terms.tz), day_of(begins_at, terms.tz)
    return (first, judged[1]) if judged else (first, begins_on)


def _unknown_years(judged: tuple[int, int] | None, terms: Terms) -> tuple[int, ...]:
    # Under `refuse` an unknown year has ended the count before this, and Monday to Friday needs no data (RC-4).
    if judged is None or terms.readings.rc22 == "refuse" or terms.readings.rc4 == "mon_fri":
        return ()
    first, last = (date.fromordinal(day).year for day in judged)
    return tuple(year for year in range(first, last + 1) if not terms.calendar.covers(year))
