"""What a step does to clocks that go on: it pauses and resumes them, notes reasons, writes due instants.

Decides RC-9, RC-19 and A-31: a reason noted in time extends, one noted too late is kept and changes nothing.
"""

from dataclasses import replace
from datetime import datetime

from services.sla.domain.changes import Event, Ledger, as_it_was
from services.sla.domain.clock import Clock
from services.sla.domain.life import Life, Step
from services.sla.domain.reckon import reckoned
from services.sla.domain.rewinding import rewound
from services.sla.domain.rules import Rules
from shared.rules.pack.model import LateKind


def change_clocks(ledger: Ledger, life: Life, step: Step, rules: Rules) -> None:
    """Apply a step's effects to the clocks that it left running; `life` includes the step."""
    for clock in ledger.open:
        clock = _held_by(ledger, clock, step)
        if step.has("extend", clock.stage):
            clock = _noted(ledger, clock, life, step, rules)
        elif step.has("set due", clock.stage) and step.due_at is not None:
            clock = _written(ledger, clock, life, step, rules)
        _paused_or_resumed(ledger, clock, life, step, rules)


def _held_by(ledger: Ledger, clock: Clock, step: Step) -> Clock:
    """A limit that goes on over a new decision is another unit's from now on, with what is left of it."""
    if not step.is_new_situation or (clock.unit, clock.level) == (step.unit, step.level):
        return clock
    return ledger.record(None, replace(clock, unit=step.unit, level=step.level), step.at)


def _is_too_late(clock: Clock, at: datetime) -> bool:
    since = clock.breached_at or clock.passed_at
    return since is not None and since <= at


def _noted(ledger: Ledger, clock: Clock, life: Life, step: Step, rules: Rules) -> Clock:
    """A reason: in time it extends (P001-05.6), later the breach stands (A-31)."""
    if _is_too_late(clock, step.at):
        return ledger.record(None, replace(clock, late_reason_at=clock.late_reason_at or step.at), step.at)
    clock = rewound(ledger, clock, step.at, rules.repeat)
    clock = replace(clock, reason_at=clock.reason_at or step.at)
    if clock.reason_in_time is not LateKind.EXTENDED:
        noted = ledger.record(None, clock, step.at)
        return _written(ledger, noted, life, step, rules) if step.due_at is not None else noted
    extended = replace(
        clock, extended_at=step.at, written_at=step.at if step.due_at else None, written_due_at=step.due_at
    )
    return ledger.record(Event.EXTENDED, reckoned(extended, rules.count(clock, life), step.at), step.at)


def _written(ledger: Ledger, clock: Clock, life: Life, step: Step, rules: Rules) -> Clock:
    """A due instant written by a person: more time is an extension; the first one, or less time, a correction."""
    if _is_too_late(clock, step.at):
        return clock
    clock = rewound(ledger, clock, step.at, rules.repeat)
    written = replace(clock, written_at=step.at, written_due_at=step.due_at)
    written = reckoned(written, rules.count(clock, life), step.at)
    own = written.first_due_at
    if own is not None and written.due_at is not None and written.due_at > own:
        written = replace(written, extended_at=written.extended_at or step.at)
    if written.extended_at is not None:
        return ledger.record(Event.EXTENDED, written, step.at)
    return ledger.record(Event.CORRECTED, written, step.at, was=as_it_was(clock))


def _paused_or_resumed(ledger: Ledger, clock: Clock, life: Life, step: Step, rules: Rules) -> None:
    count = rules.count(clock, life)
    since = life.paused_since(clock.stage) if count.terms.can_pause else None
    is_paused = since is not None
    if is_paused == (clock.paused_at is not None) or _is_too_late(clock, step.at):
        return
    clock = rewound(ledger, clock, step.at, rules.repeat)
    event = Event.PAUSED if is_paused else Event.RESUMED
    ledger.record(event, reckoned(clock, count, step.at), step.at)
