"""When a clock falls due: the limit's own count, what a person wrote, the ceiling, warnings and escalations.

Decides how extension, cap, pauses and rounds combine; every day is counted by `worktime`. Must not know what
follows from a due instant.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from msgspec.structs import replace as replace_fields

from shared.kernel.instants import local_label
from shared.rules.case.limits import LimitTerms, instant_of
from shared.rules.case.timeline import Timeline
from shared.rules.clocks.certificates import certificate_of
from shared.rules.clocks.clock import Clock
from shared.rules.clocks.escalation import EscalationStep
from shared.rules.clocks.escalation_times import IN_DAYS, escalations_after, without_instants
from shared.rules.clocks.warning import warning_of
from shared.rules.worktime.amount import Amount, TimeUnit
from shared.rules.worktime.calendar import Calendar
from shared.rules.worktime.days import CalendarMissing
from shared.rules.worktime.due import Deadline, due
from shared.rules.worktime.pauses import Span
from shared.rules.worktime.readings import TimeReadings


@dataclass(frozen=True, slots=True)
class CountingTerms:
    """What a clock is counted with.

    Args:
        terms: of its limit, in the edition under which it runs.
        calendar: the town's, with the amended days of `revision` (0: none).
    """

    terms: LimitTerms
    timeline: Timeline
    calendar: Calendar
    revision: int


class ClockEnds(NamedTuple):
    """Where a clock ends: without any extension, and as it stands.

    Args:
        is_capped: at the extension's ceiling.
        leans_on: years of whose days the ceiling knows the weekends alone (RC-22).
        missing_year: whose calendar the ceiling lacks; where the clock ends is not bounded by it yet.
    """

    first: datetime | None
    due_at: datetime | None
    is_capped: bool = False
    leans_on: tuple[int, ...] = ()
    missing_year: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CountedInstants:
    """What a count fills into a clock, as `Clock` names it; what it does not give is empty."""

    escalations: tuple[EscalationStep, ...]
    warned_at: datetime | None
    paused_at: datetime | None = None
    due_at: datetime | None = None
    first_due_at: datetime | None = None
    label: str | None = None
    is_provisional: bool = False
    is_capped: bool = False
    missing_year: int | None = None
    leans_on: tuple[int, ...] = ()
    not_before_at: datetime | None = None
    warn_at: datetime | None = None


def reckoned(clock: Clock, count: CountingTerms, at: datetime) -> Clock:
    """Return the clock with all its instants counted anew, as they stand at `at`.

    A clock whose calendar year is unknown is withheld (RC-22 refuse); one that waits for an answer has no due
    instant until it goes on (RC-19 stops).

    Args:
        at: the present: a warning that would lie before it is not given.
    """
    paused_at = _paused_at(clock, count)
    if paused_at is not None:
        return _filled(clock, count, None, _paused(clock, paused_at))
    counted: Deadline | None = None
    try:
        counted = _counted(clock, count)
        ends = _ends(clock, counted, count)
    except CalendarMissing as missing:  # its own, or that of the ceiling up to which a reason gives time
        return _uncounted(clock, counted, missing.year, count, at)
    return _with_due(clock, count, counted, ends, at)


def _paused_at(clock: Clock, count: CountingTerms) -> datetime | None:
    since = count.timeline.paused_since(clock.stage) if count.terms.can_pause else None
    # Pauses belong to the case: one that began before the clock holds it from its own begin on.
    return max(since, clock.counted_from_at) if since else None


def _counted(clock: Clock, count: CountingTerms) -> Deadline | None:
    """The limit's own count, without any extension; None where a person sets it."""
    terms = count.terms
    if terms.amount is None:
        return None
    readings, pauses = _pauses(clock, count)
    # A redo brings no target minutes, without which 'at once' can't be counted under RC-7 `minutes`.
    if clock.is_immediate:
        return due(
            start_at=clock.counted_from_at,
            amount=Amount(0, TimeUnit.AT_ONCE),
            calendar=count.calendar,
            readings=replace(readings, rc7="same_day"),
            pauses=pauses,
        )
    return due(
        start_at=clock.counted_from_at,
        amount=terms.amount,
        calendar=count.calendar,
        readings=readings,
        pauses=pauses,
        today_target_minutes=terms.target_minutes,
        ends_at=terms.ends_at,
    )


def _pauses(clock: Clock, count: CountingTerms) -> tuple[TimeReadings, Sequence[Span]]:
    """Pauses count as RC-19 says; the gaps between rounds never run (RC-13 remaining)."""
    readings = count.terms.readings
    pauses = count.timeline.pauses_of(clock.stage) if count.terms.can_pause else ()
    # Gaps are handed over as pauses that stop, whatever RC-19 reads: then the pauses proper must be left out before.
    if not clock.gaps:
        return readings, pauses
    return replace(readings, rc19="stops"), (*pauses, *clock.gaps)


def _ends(clock: Clock, counted: Deadline | None, count: CountingTerms) -> ClockEnds:
    """Return the due instant: the count's own, what a person wrote, or the ceiling (RC-9, P001-04.14)."""
    own = counted.due_at if counted else None
    written = _written(clock, count)
    if written is None and clock.extended_at is None:
        return ClockEnds(own, own)
    bound = _ceiling(clock, count)
    ceiling, leans_on = (bound.due_at, bound.provisional_years) if bound else (None, ())
    # A ceiling bounds extensions. One that lies before the limit's own end takes nothing from that.
    if ceiling is not None and own is not None:
        ceiling = max(ceiling, own)
    # A reason without a written instant has all the time up to the ceiling; without one nothing is computed (RC-9).
    wanted = written or ceiling
    if wanted is None:
        return ClockEnds(own, None)
    if clock.extended_at is not None and own is not None:
        wanted = max(wanted, own)  # a reason gives time and never takes any
    is_capped = ceiling is not None and wanted >= ceiling
    return ClockEnds(own, ceiling if is_capped else wanted, is_capped, leans_on)


def _ceiling(clock: Clock, count: CountingTerms) -> Deadline | None:
    ceiling = count.terms.ceiling
    if ceiling is None:
        return None
    # Its milestone may not stand (yet): then the ceiling counts from where the clock does.
    start_at = instant_of(ceiling.start, count.terms, count.timeline) if ceiling.start else None
    readings, pauses = _pauses(clock, count)
    return due(
        start_at=start_at or clock.counted_from_at,
        amount=ceiling.amount,
        calendar=count.calendar,
        # A ceiling has no target minutes, without which one 'at once' can't be counted under RC-7 `minutes`.
        readings=replace(readings, rc7="same_day"),
        pauses=pauses,
        ends_at=ceiling.ends_at,
    )


def _written(clock: Clock, count: CountingTerms) -> datetime | None:
    """What a person wrote, moved by the pauses since; whole days by the days that they lasted."""
    if clock.written_due_at is None or clock.written_at is None:
        return None
    due_at = clock.written_due_at
    in_days = count.terms.amount is not None and count.terms.amount.unit in IN_DAYS
    # Only pauses that began after it was written: of earlier ones whoever wrote it knew.
    for span in count.timeline.pauses_of(clock.stage) if count.terms.can_pause else ():
        if span.end_at is not None and clock.written_at <= span.begin_at < due_at:
            due_at = _moved(due_at, span.begin_at, span.end_at, count.calendar, in_days=in_days)
    return due_at


def _moved(
    due_at: datetime, begin: datetime, end: datetime, calendar: Calendar, *, in_days: bool
) -> datetime:
    if not in_days:
        return due_at + (end - begin)
    # By the wall clock: the end of a day stays the end of a day, also where summer time begins or ends in between.
    days = (end.astimezone(calendar.tz).date() - begin.astimezone(calendar.tz).date()).days
    return (due_at.astimezone(calendar.tz) + timedelta(days=days)).astimezone(UTC)


def _with_due(
    clock: Clock, count: CountingTerms, counted: Deadline | None, ends: ClockEnds, at: datetime
) -> Clock:
    is_own = counted is not None and ends.due_at == counted.due_at
    leans_on = tuple(sorted({*ends.leans_on, *(counted.provisional_years if counted else ())}))
    warn_at, warn_year = warning_of(clock, ends.due_at, count.terms, count.calendar, at)
    instants = CountedInstants(
        escalations=escalations_after(clock, ends.due_at, count.terms, count.calendar),
        # A warning that has moved into the future is given again; one that lies in the past was given.
        warned_at=None if warn_at is not None and warn_at > at else clock.warned_at,
        due_at=ends.due_at,
        first_due_at=ends.first,
        label=counted.label if is_own and counted else _label(ends.due_at, count.calendar),
        is_provisional=bool(leans_on),
        is_capped=ends.is_capped,
        missing_year=ends.missing_year or warn_year,
        leans_on=leans_on,
        warn_at=warn_at,
    )
    return _filled(clock, count, counted, instants)


def _filled(clock: Clock, count: CountingTerms, counted: Deadline | None, instants: CountedInstants) -> Clock:
    """Return the clock with everything that a count fills in, and the certificate of it."""
    filled = replace_fields(
        clock,
        revision=count.revision,
        escalations=instants.escalations,
        warned_at=instants.warned_at,
        paused_at=instants.paused_at,
        due_at=instants.due_at,
        first_due_at=instants.first_due_at,
        label=instants.label,
        is_provisional=instants.is_provisional,
        is_capped=instants.is_capped,
        missing_year=instants.missing_year,
        leans_on=instants.leans_on,
        not_before_at=instants.not_before_at,
        warn_at=instants.warn_at,
    )
    certificate = certificate_of(filled, counted, is_by_person=count.terms.amount is None)
    return replace_fields(filled, certificate=certificate)


def _paused(clock: Clock, at: datetime) -> CountedInstants:
    return CountedInstants(
        escalations=without_instants(clock.escalations),
        warned_at=clock.warned_at,
        paused_at=at,
        first_due_at=_passed(clock, at),
    )


def _passed(clock: Clock, at: datetime) -> datetime | None:
    """A first due instant that was passed before a pause stays passed."""
    return clock.first_due_at if clock.first_due_at is not None and clock.first_due_at <= at else None


def _label(due_at: datetime | None, calendar: Calendar) -> str | None:
    return local_label(due_at, calendar.zone, ends_day=True) if due_at else None


def _uncounted(
    clock: Clock, counted: Deadline | None, year: int, count: CountingTerms, at: datetime
) -> Clock:
    """Withheld, unless a person has written a due instant: that one needs no calendar.

    Args:
        counted: the limit's own count; None: it is that which lacks the year. Else its ceiling does.
    """
    own = counted.due_at if counted else None
    if (written := _written(clock, count)) is not None:
        if clock.extended_at is not None and own is not None:
            written = max(written, own)
        return _with_due(clock, count, counted, ClockEnds(own, written, missing_year=year), at)
    # This much is known of the due instant: it does not lie in the years before, which could be judged.
    begin = datetime(year, 1, 1, tzinfo=count.calendar.tz).astimezone(UTC)
    instants = CountedInstants(
        escalations=without_instants(clock.escalations),
        warned_at=clock.warned_at,
        first_due_at=own,
        missing_year=year,
        not_before_at=begin,
    )
    return _filled(clock, count, None, instants)
