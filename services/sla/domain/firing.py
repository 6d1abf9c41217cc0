"""What falls due, and what follows from it.

Decides what a clock waits for, and what passing a due instant makes of it (T4.3, RC-8). The same decision
serves the engine, which fires many clocks at once, and a step that arrives after a due instant which nobody
fired yet.
"""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple

from services.sla.domain.changes import Event, Ledger
from services.sla.domain.clock import Clock, State, Verdict
from services.sla.domain.rungs import Next
from shared.rules.pack.model import LateKind


class Kind(StrEnum):
    """What may fall due; in this order where two do so at one instant."""

    WARN = "warn"
    DUE = "due"
    CAP = "cap"  # the due instant is an extension's ceiling
    ESCALATION = "escalation"


class Pending(NamedTuple):
    """Something that falls due: `nth` is the number of an escalation's rung, else 0."""

    due_at: datetime
    kind: Kind
    nth: int


class Outcome(NamedTuple):
    """What firing makes of a clock: what is said (None: nothing), its new state, its verdict (None: unchanged)."""

    event: Event | None
    state: State
    verdict: Verdict | None


def outcome(kind: Kind, state: State, late_as: LateKind) -> Outcome:
    """Return what firing a deadline makes of a clock in `state`."""
    if kind is Kind.WARN:
        return Outcome(Event.WARNED, State.WARNED if state is State.RUNNING else state, None)
    if kind is Kind.ESCALATION:
        return Outcome(Event.ESCALATED, state, None)
    return _PASSED[late_as] if late_as is not LateKind.NOTED else Outcome(None, state, Verdict.NOTED)


_PASSED = {
    LateKind.BREACHED: Outcome(Event.BREACHED, State.BREACHED, Verdict.LATE),
    LateKind.EXTENDED: Outcome(Event.EXTENDED, State.EXTENDED, None),
}


# A clock, the number of a rung and when it was told → when it is to be told again, None: not known or never.
Repeat = Callable[[Clock, int, datetime], datetime | None]


def once(clock: Clock, nth: int, at: datetime) -> None:
    """Nothing is told again."""
    del clock, nth, at


def again(repeat: Repeat, clock: Clock, nth: int) -> Next:
    """Return when one rung of a clock is told again."""
    return lambda last: repeat(clock, nth, last)


def pending(clock: Clock) -> Iterator[Pending]:
    """Yield everything that a clock waits for."""
    if not clock.is_open or clock.due_at is None or clock.passed_at is not None:
        return
    if clock.breached_at is None:
        yield Pending(clock.due_at, Kind.CAP if clock.is_capped else Kind.DUE, 0)
        if clock.warn_at is not None and clock.warned_at is None:
            yield Pending(clock.warn_at, Kind.WARN, 0)
    if clock.late_as is LateKind.BREACHED and clock.excused_at is None:
        yield from _rungs_ahead(clock)


def _rungs_ahead(clock: Clock) -> Iterator[Pending]:
    for nth, rung in enumerate(clock.rungs, start=1):
        if rung.at is not None and clock.awaits(nth):
            yield Pending(rung.at, Kind.ESCALATION, nth)


def fire_until(ledger: Ledger, at: datetime, repeat: Repeat = once) -> None:
    """Fire everything that falls due at or before `at`, in the order of its instants."""
    for clock in ledger.open:
        while (first := _first(clock)) is not None and first.due_at <= at:
            clock = _fired(ledger, clock, first, repeat)


def _first(clock: Clock) -> Pending | None:
    return min(
        pending(clock), key=lambda one: (one.due_at, list(Kind).index(one.kind), one.nth), default=None
    )


def _fired(ledger: Ledger, clock: Clock, what: Pending, repeat: Repeat) -> Clock:
    if what.kind is Kind.WARN:
        return ledger.record(Event.WARNED, replace(clock, warned_at=what.due_at), what.due_at)
    if what.kind is Kind.ESCALATION:
        return _escalated(ledger, clock, what.nth, what.due_at, repeat)
    return _passed(ledger, clock, what.due_at, repeat)


def _passed(ledger: Ledger, clock: Clock, at: datetime, repeat: Repeat) -> Clock:
    event, state, verdict = outcome(Kind.DUE, clock.state, clock.late_as)
    if state is not State.BREACHED:
        extended_at = at if event is Event.EXTENDED else clock.extended_at
        return ledger.record(
            event, replace(clock, passed_at=at, extended_at=extended_at, verdict=verdict), at
        )
    clock = ledger.record(event, replace(clock, breached_at=at, verdict=verdict), at)
    for nth, rung in enumerate(clock.rungs, start=1):
        if not rung.is_later:
            clock = _escalated(ledger, clock, nth, at, repeat)
    return clock


def _escalated(ledger: Ledger, clock: Clock, nth: int, at: datetime, repeat: Repeat) -> Clock:
    """An escalation that lies before the case came here is reached, and nobody hears of it."""
    rung = clock.rungs[nth - 1]
    told = rung.is_told(at, again(repeat, clock, nth), clock.silent_until)
    rungs = (*clock.rungs[: nth - 1], told, *clock.rungs[nth:])
    clock = replace(clock, reached=clock.reached | {nth}, rungs=rungs)
    event = None if clock.is_silent(at) else Event.ESCALATED
    return ledger.record(event, clock, at, escalation=nth, to=rung.to, mark=rung.mark)
