"""What falls due, and what follows from it.

Decides what a clock waits for, and what passing a due instant makes of it (T4.3, RC-8). The same decision
serves the engine, which fires many clocks at once, and a step that arrives after a due instant which nobody
fired yet.
"""

from collections.abc import Callable, Iterator
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple

from msgspec.structs import replace

from shared.rules.clocks.changes import ClockEvent, ClockJournal
from shared.rules.clocks.clock import Clock, ClockState, ClockVerdict
from shared.rules.clocks.escalation import NEVER, Next, Telling
from shared.rules.pack.model import LateKind


class DeadlineKind(StrEnum):
    """What may fall due; in this order where two do so at one instant."""

    WARN = "warn"
    DUE = "due"
    CAP = "cap"  # the due instant is an extension's ceiling
    ESCALATION = "escalation"


_KINDS = tuple(DeadlineKind)


class PendingDeadline(NamedTuple):
    """Something that falls due: `nth` is the number of an escalation step from 1, else 0."""

    due_at: datetime
    kind: DeadlineKind
    nth: int


class FiringOutcome(NamedTuple):
    """What firing makes of a clock: what is said (None: nothing), its new state, its verdict (None: unchanged)."""

    event: ClockEvent | None
    state: ClockState
    verdict: ClockVerdict | None


def outcome(kind: DeadlineKind, state: ClockState, late_as: LateKind) -> FiringOutcome:
    """Return what firing a deadline makes of a clock: all that an engine needs which fires many at once.

    Args:
        state: of the clock before.
        late_as: what passing the due instant makes of it.
    """
    if kind is DeadlineKind.WARN:
        return FiringOutcome(
            ClockEvent.WARNED, ClockState.WARNED if state is ClockState.RUNNING else state, None
        )
    if kind is DeadlineKind.ESCALATION:
        return FiringOutcome(ClockEvent.ESCALATED, state, None)
    return (
        _PASSED[late_as] if late_as is not LateKind.NOTED else FiringOutcome(None, state, ClockVerdict.NOTED)
    )


_PASSED = {
    LateKind.BREACHED: FiringOutcome(ClockEvent.BREACHED, ClockState.BREACHED, ClockVerdict.LATE),
    LateKind.EXTENDED: FiringOutcome(ClockEvent.EXTENDED, ClockState.EXTENDED, None),
}


# A clock, the number of an escalation step and when it was told → when it is told again.
Repeat = Callable[[Clock, int, datetime], Telling]


def once(clock: Clock, nth: int, at: datetime) -> Telling:
    """Nothing is told again."""
    del clock, nth, at
    return NEVER


def again(repeat: Repeat, clock: Clock, nth: int) -> Next:
    """Return a function that says when a clock's n-th escalation step is told again."""
    return lambda last: repeat(clock, nth, last)


def pending(clock: Clock) -> Iterator[PendingDeadline]:
    """Yield everything that a clock waits for; a paused or withheld one waits for nothing."""
    if not clock.is_open or clock.due_at is None or clock.passed_at is not None:
        return
    if clock.breached_at is None:
        yield PendingDeadline(clock.due_at, DeadlineKind.CAP if clock.is_capped else DeadlineKind.DUE, 0)
        if clock.warn_at is not None and clock.warned_at is None:
            yield PendingDeadline(clock.warn_at, DeadlineKind.WARN, 0)
    # After an upheld appeal the clock may run on, but nobody is reminded of the breach any more (`excusing`).
    if clock.late_as is LateKind.BREACHED and clock.excused_at is None:
        yield from _escalations_ahead(clock)


def _escalations_ahead(clock: Clock) -> Iterator[PendingDeadline]:
    for nth, escalation in enumerate(clock.escalations, start=1):
        if escalation.at is not None and clock.awaits(nth):
            yield PendingDeadline(escalation.at, DeadlineKind.ESCALATION, nth)


def fire_until(journal: ClockJournal, at: datetime, repeat: Repeat = once) -> None:
    """Fire everything that falls due at or before `at`, in the order of its instants.

    Args:
        repeat: says when an escalation step is told again; `once`: never.
    """
    for clock in journal.open:
        # What is due at `at` itself is passed: due instants are exclusive. Asked anew each time, since a reminder
        # that was told brings the next one, which may lie before `at` as well.
        while (first := _first(clock)) is not None and first.due_at <= at:
            clock = _fired(journal, clock, first, repeat)


def _first(clock: Clock) -> PendingDeadline | None:
    return min(pending(clock), key=_order, default=None)


def _order(deadline: PendingDeadline) -> tuple[datetime, int, int]:
    return deadline.due_at, _KINDS.index(deadline.kind), deadline.nth


def _fired(journal: ClockJournal, clock: Clock, what: PendingDeadline, repeat: Repeat) -> Clock:
    if what.kind is DeadlineKind.WARN:
        return journal.record(ClockEvent.WARNED, replace(clock, warned_at=what.due_at), what.due_at)
    if what.kind is DeadlineKind.ESCALATION:
        return _escalated(journal, clock, what.nth, what.due_at, repeat)
    return _passed(journal, clock, what.due_at, repeat)


def _passed(journal: ClockJournal, clock: Clock, at: datetime, repeat: Repeat) -> Clock:
    event, state, verdict = outcome(DeadlineKind.DUE, clock.state, clock.late_as)
    if state is not ClockState.BREACHED:
        # `passed_at` keeps it from falling due a second time (`pending`).
        extended_at = at if event is ClockEvent.EXTENDED else clock.extended_at
        return journal.record(
            event, replace(clock, passed_at=at, extended_at=extended_at, verdict=verdict), at
        )
    clock = journal.record(event, replace(clock, breached_at=at, verdict=verdict), at)
    # Escalation steps without a time of their own come with the breach, after it and at its instant.
    for nth, escalation in enumerate(clock.escalations, start=1):
        if not escalation.is_later:
            clock = _escalated(journal, clock, nth, at, repeat)
    return clock


def _escalated(journal: ClockJournal, clock: Clock, nth: int, at: datetime, repeat: Repeat) -> Clock:
    told = clock.escalations[nth - 1].told_at(at, again(repeat, clock, nth), clock.silent_until)
    escalations = (*clock.escalations[: nth - 1], told, *clock.escalations[nth:])
    return journal.record_escalation(
        replace(clock, reached=clock.reached | {nth}, escalations=escalations), at, nth
    )
