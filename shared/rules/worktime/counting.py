"""Which way of counting a limit takes: the one place where units and readings meet.

Decides by unit, RC-2, RC-5 and RC-7. Must not know certificates.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from fractions import Fraction
from typing import Protocol

from shared.rules.worktime.amount import MOST, Amount, AmountError, TimeUnit
from shared.rules.worktime.exact_time import OfficeClock, PlainClock, WallDays
from shared.rules.worktime.pauses import Interval
from shared.rules.worktime.terms import Ending, Terms, Trace
from shared.rules.worktime.whole_days import DayEnd, WholeDays

MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)


class Ends(Protocol):
    """A way of counting that finds the end of a limit."""

    def end(self, begins_at: datetime, pauses: list[Interval], trace: Trace = None) -> Ending:
        """Return where the limit ends.

        Args:
            begins_at: from when it counts, aware UTC.
            pauses: those that count, merged and in order.
            trace: gets a note of what each pause did; None: nobody asks.
        """
        ...


class Counts(Ends, Protocol):
    """A way of counting that also measures."""

    def elapsed(self, begins_at: datetime, end_at: datetime, pauses: list[Interval]) -> int | Fraction:
        """Return how much of the limit's own time has run, in its unit.

        Args:
            begins_at: from when it counts; end_at: until when, exclusive.
            pauses: those that count, merged and in order.
        """
        ...

    def left(self, at: datetime, begins_at: datetime, due_at: datetime) -> int | Fraction:
        """Return how much is still to come at `at`, in its unit; negative when the end has passed."""
        ...

    def back(self, deadline_at: datetime) -> datetime:
        """Return the instant that lies the amount before the deadline."""
        ...


def way_to_end(amount: Amount, terms: Terms, target_minutes: int | None) -> Ends:
    """Return how the end of a limit is found.

    Args:
        target_minutes: the rule's own target for 'at once'; None: it has none. Other amounts pass it over.

    Raises:
        AmountError: RC-7 asks for target minutes that the rule lacks, or they cannot be used.
    """
    if amount.unit is TimeUnit.AT_ONCE and target_minutes is None:
        if terms.readings.rc7 == "minutes":
            raise AmountError("target-missing")
        return DayEnd(terms)
    return way_to_count(amount.unit, _number(amount, target_minutes), terms)


def way_to_count(unit: TimeUnit, number: int, terms: Terms) -> Counts:
    """Return how amounts of `unit` are counted; 'at once' is measured in minutes.

    Args:
        number: how many; to measure alone, any number will do.
    """
    return _WAYS[unit](number, terms)


def _working_days(number: int, terms: Terms) -> Counts:
    if terms.readings.rc2 == "exact":
        return OfficeClock(terms, number, terms.calendar.standard_day)
    return WholeDays(terms, number, working_only=True)


def _days(number: int, terms: Terms) -> Counts:
    # Before RC-2: days read as working days run in office time under RC-2 `exact`, and not by the wall clock.
    if terms.readings.rc5 == "as_working_days":
        return _working_days(number, terms)
    if terms.readings.rc2 == "exact":
        return WallDays(terms, number)
    return WholeDays(terms, number, working_only=False)


_WAYS: dict[TimeUnit, Callable[[int, Terms], Counts]] = {
    TimeUnit.WORKING_DAYS: _working_days,
    TimeUnit.DAYS: _days,
    TimeUnit.OFFICE_HOURS: lambda number, terms: OfficeClock(terms, number, HOUR),
    TimeUnit.HOURS: lambda number, _: PlainClock(number, HOUR),
    TimeUnit.MINUTES: lambda number, _: PlainClock(number, MINUTE),
    TimeUnit.AT_ONCE: lambda number, _: PlainClock(number, MINUTE),
}


def _number(amount: Amount, target_minutes: int | None) -> int:
    if amount.unit is not TimeUnit.AT_ONCE or target_minutes is None:
        return amount.number
    if type(target_minutes) is not int or not 1 <= target_minutes <= MOST:
        raise AmountError("target-wrong", target_minutes)
    return target_minutes
