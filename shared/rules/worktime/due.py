"""Elapsed and remaining time of limits: when they fall due, how much has run, how much is left.

The one place of the project where deadlines are computed. Pure: no clock, nothing read or written.
Must not know which limits exist, what follows a breach, or who extended what.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction

from shared.rules.worktime.amount import Amount, TimeUnit
from shared.rules.worktime.calendar import Calendar
from shared.rules.worktime.certificate import Certificate, certify
from shared.rules.worktime.counting import way_to_count, way_to_end
from shared.rules.worktime.days import CalendarMissing, InstantOutOfRange
from shared.rules.worktime.describe import describe
from shared.rules.worktime.pauses import Interval, Span, closed, require_instant
from shared.rules.worktime.proof import check_certificate
from shared.rules.worktime.readings import TimeReadings
from shared.rules.worktime.reckoning import Question, Reckoning, beginning, deadline_label, reckon
from shared.rules.worktime.terms import Terms

__all__ = [
    "CalendarMissing",
    "Deadline",
    "InstantOutOfRange",
    "Span",
    "before",
    "check_certificate",
    "describe",
    "due",
    "elapsed",
    "next_working_day",
    "prev_working_day",
    "remaining",
    "time_left",
    "unknown_year",
]


@dataclass(frozen=True, slots=True)
class Deadline:
    """When a limit falls due.

    Attributes:
        due_at: exclusive, aware UTC: '24:00' is the next local midnight.
        label: the same in the wall time of `zone`: '2026-03-12 24:00', '2026-03-12 17:30'.
        zone: IANA name.
        provisional_years: those in which it leans on weekends alone; it is computed again when their calendars
            arrive (RC-22).
        question: everything that it follows from; reckoning: how it did.
    """

    due_at: datetime
    label: str
    zone: str
    provisional_years: tuple[int, ...]
    question: Question = field(repr=False, compare=False)
    reckoning: Reckoning = field(repr=False, compare=False)

    @property
    def provisional(self) -> bool:
        """Tell whether it leans on weekends alone in some year."""
        return bool(self.provisional_years)

    @property
    def certificate(self) -> Certificate:
        """The whole computation as JSON, made when asked for: every day, pause and reading that mattered.

        Plain values; `check_certificate` holds it against itself, `describe` puts it into words.
        """
        return certify(self.question, self.reckoning)


def due(
    *,
    start_at: datetime,
    amount: Amount,
    calendar: Calendar,
    readings: TimeReadings,
    pauses: Sequence[Span] = (),
    today_target_minutes: int | None = None,
    ends_at: int | None = None,
) -> Deadline:
    """Return when a limit of `amount` that starts at `start_at` falls due.

    Args:
        start_at: the start of the limit, aware.
        amount: what the rule gives.
        calendar: working days, office hours and zone of the town.
        readings: RC-2 … RC-7, RC-19, RC-22.
        pauses: waiting times; they count under RC-19 stops, open ones only when they have ended.
        today_target_minutes: the rule's own target for 'at once' (RC-7); other amounts pass it over.
        ends_at: minute of the last day (1 … 1439) at which a limit of whole days ends, whatever RC-3 says; amounts
            that are counted otherwise pass it over.

    Raises:
        CalendarMissing: a day of a year without data had to be judged, under RC-22 refuse.
        AmountError: RC-7 asks for target minutes that are missing or unusable.
        InstantOutOfRange: an instant before 1900 or after 2999.
        ValueError: an instant without offset.
    """
    question = Question(start_at, amount, calendar, readings, tuple(pauses), today_target_minutes, ends_at)
    answer = reckon(question)
    label = deadline_label(answer.ending, answer.terms)
    return Deadline(answer.ending.due_at, label, calendar.zone, answer.provisional_years, question, answer)


def elapsed(
    *,
    start_at: datetime,
    end_at: datetime,
    unit: TimeUnit,
    calendar: Calendar,
    readings: TimeReadings,
    pauses: Sequence[Span] = (),
) -> int | Fraction:
    """Return how much of a limit's own time has run from `start_at` to `end_at` (exclusive).

    Whole days count from their beginning: on the third counted day 3 have run. All other units are exact.
    By the due instant the amount has run, and more where the end was moved on (RC-5, or a pause that
    outlasted the last day). 'At once' is measured in minutes. Pauses are taken as they stood at `end_at`.

    Args:
        start_at: the start of the limit, aware; where RC-6 waits for an opening, it counts from there.
        end_at: aware.
        unit: in which the answer is given, and by whose way of counting.

    Returns:
        0 where the limit has not begun to count.

    Raises:
        CalendarMissing, InstantOutOfRange, ValueError: as `due`.
    """
    terms, begins_at, end_at, intervals = _measured(start_at, end_at, unit, Terms(calendar, readings), pauses)
    if end_at <= begins_at:
        return 0
    return way_to_count(unit, 1, terms).elapsed(begins_at, end_at, intervals)


def remaining(
    *,
    at: datetime,
    start_at: datetime,
    amount: Amount,
    calendar: Calendar,
    readings: TimeReadings,
    pauses: Sequence[Span] = (),
    today_target_minutes: int | None = None,
) -> int | Fraction:
    """Return how much of the limit is left at `at`, in its own unit; negative after the due instant.

    Whole days are those after today, the last one included: 0 on the last day. While a pause lasts the
    rest stands still (RC-19 stops); pauses are taken as they stood at `at`. 'At once' is measured in minutes.

    Args:
        at: the present, aware; the others as `due` takes them.

    Raises:
        CalendarMissing, AmountError, InstantOutOfRange, ValueError: as `due`.
    """
    unit = amount.unit
    terms, begins_at, at, intervals = _measured(start_at, at, unit, Terms(calendar, readings), pauses)
    way = way_to_end(amount, terms, today_target_minutes)
    count = way_to_count(unit, 1, terms)
    # A pause that lasts until now: what is left is what was left when it began, if it began before the end.
    if intervals and intervals[-1][1] == at:
        since = intervals[-1][0]
        due_at = way.end(begins_at, intervals[:-1]).due_at
        if since < due_at:
            return count.left(since, begins_at, due_at)
    return count.left(at, begins_at, way.end(begins_at, intervals).due_at)


def time_left(
    due_at: datetime, *, at: datetime, unit: TimeUnit, calendar: Calendar, readings: TimeReadings
) -> int | Fraction:
    """Return what is left at `at` until a due instant that may have been set by a person; as `remaining`.

    Args:
        due_at: exclusive, aware.
        at: aware.
        unit: in which the answer is given.

    Raises:
        CalendarMissing, InstantOutOfRange, ValueError: as `due`.
    """
    require_instant(due_at)
    require_instant(at)
    now = at.astimezone(UTC)
    return way_to_count(unit, 1, Terms(calendar, readings)).left(now, _LONG_AGO, due_at.astimezone(UTC))


def before(deadline_at: datetime, amount: Amount, calendar: Calendar, readings: TimeReadings) -> datetime:
    """Return the instant that lies `amount` before a deadline: for warnings.

    Days go back to the same time of day ('24:00' stays 24:00), working days to a working day; office
    time goes back through office hours. 'At once' is the deadline itself.

    Args:
        deadline_at: exclusive, aware.

    Raises:
        CalendarMissing, InstantOutOfRange, ValueError: as `due`.
    """
    require_instant(deadline_at)
    if amount.unit is TimeUnit.AT_ONCE:
        return deadline_at.astimezone(UTC)
    return way_to_count(amount.unit, amount.number, Terms(calendar, readings)).back(
        deadline_at.astimezone(UTC)
    )


def unknown_year(
    first_at: datetime, until_at: datetime, unit: TimeUnit, calendar: Calendar, readings: TimeReadings
) -> int | None:
    """Return the first year between two instants for whose working days there is no data; None: nobody judges any.

    Args:
        until_at: exclusive.
        unit: in which is counted between them.
    """
    if unit not in (TimeUnit.WORKING_DAYS, TimeUnit.OFFICE_HOURS) or readings.rc4 == "mon_fri":
        return None
    first, last = (at.astimezone(calendar.tz).year for at in (first_at, until_at - _TICK))
    return next((year for year in range(first, last + 1) if not calendar.covers(year)), None)


def prev_working_day(on: date, calendar: Calendar, readings: TimeReadings) -> date:
    """Return `on` if it is a working day, else the working day before it (RC-14).

    Raises:
        CalendarMissing: a year without data had to be judged.
    """
    return date.fromordinal(calendar.working_days(readings).nth_until(on.toordinal(), 1))


def next_working_day(on: date, calendar: Calendar, readings: TimeReadings) -> date:
    """Return `on` if it is a working day, else the next one (RC-14).

    Raises:
        CalendarMissing: a year without data had to be judged.
    """
    return date.fromordinal(calendar.working_days(readings).nth_from(on.toordinal(), 1))


_TICK = timedelta(microseconds=1)  # the least that an instant can lie before another
# A due instant that a person set has no start of its own: everything lies after this one.
_LONG_AGO = datetime(1, 1, 2, tzinfo=UTC)


def _measured(
    start_at: datetime, until_at: datetime, unit: TimeUnit, terms: Terms, pauses: Sequence[Span]
) -> tuple[Terms, datetime, datetime, list[Interval]]:
    require_instant(start_at)
    require_instant(until_at)
    until_at = until_at.astimezone(UTC)
    begins_at = beginning(start_at.astimezone(UTC), unit, terms)
    known = closed(pauses, open_until=until_at) if terms.readings.rc19 == "stops" else []
    # Nobody knew then what came later: pauses are cut off where the measuring ends.
    intervals = [(begin, min(end, until_at)) for begin, end in known if begin < until_at]
    return terms, begins_at, until_at, intervals
