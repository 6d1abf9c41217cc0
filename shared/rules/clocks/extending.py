"""What a step does to clocks that go on: it pauses and resumes them, notes reasons, writes due instants.

Decides RC-9, RC-19 and A-31: a reason noted in time extends, one noted too late is kept and changes nothing.
"""

from datetime import datetime

from msgspec.structs import replace

from shared.rules.case.timeline import Timeline, TimelineStep
from shared.rules.clocks.changes import ClockEvent, ClockJournal, as_it_was
from shared.rules.clocks.clock import Clock
from shared.rules.clocks.reckoning import reckoned
from shared.rules.clocks.rewinding import rewound
from shared.rules.clocks.rulebook import CaseRules
from shared.rules.pack.model import EffectKind, LateKind


def change_clocks(journal: ClockJournal, timeline: Timeline, step: TimelineStep, rules: CaseRules) -> None:
    """Apply a step's effects to the clocks that it left running.

    Args:
        timeline: with the step.
    """
    for clock in journal.open:
        clock = _held_by(journal, clock, step)
        # An extension writes its due instant itself: a step with both effects is one change of a clock, not two.
        if step.has(EffectKind.EXTEND, clock.stage):
            clock = _noted(journal, clock, timeline, step, rules)
        elif step.has(EffectKind.SET_DUE, clock.stage) and step.due_at is not None:
            clock = _written(journal, clock, timeline, step, rules)
        _paused_or_resumed(journal, clock, timeline, step, rules)


def _held_by(journal: ClockJournal, clock: Clock, step: TimelineStep) -> Clock:
    """A limit that goes on over a new decision is another unit's from now on, with what is left of it."""
    if not step.is_new_situation or (clock.unit, clock.level) == (step.unit, step.level):
        return clock
    return journal.record(None, replace(clock, unit=step.unit, level=step.level), step.at)


def _is_too_late(clock: Clock, at: datetime) -> bool:
    since = clock.breached_at or clock.passed_at
    # At the due instant itself it is too late: that instant is exclusive.
    return since is not None and since <= at


def _noted(
    journal: ClockJournal, clock: Clock, timeline: Timeline, step: TimelineStep, rules: CaseRules
) -> Clock:
    """A reason: in time it extends (P001-05.6), later the breach stands (A-31)."""
    if _is_too_late(clock, step.counts_from):
        return journal.record(None, replace(clock, late_reason_at=clock.late_reason_at or step.at), step.at)
    clock = rewound(journal, clock, step.counts_from, rules.repeat)
    clock = replace(clock, reason_at=clock.reason_at or step.counts_from)
    # Where a reason does not extend, it is noted; only a due instant written with it changes when the clock ends.
    if clock.reason_in_time is not LateKind.EXTENDED:
        noted = journal.record(None, clock, step.at)
        return _written(journal, noted, timeline, step, rules) if step.due_at is not None else noted
    extended = replace(
        clock, extended_at=step.at, written_at=step.at if step.due_at else None, written_due_at=step.due_at
    )
    return journal.record(
        ClockEvent.EXTENDED, reckoned(extended, rules.count(clock, timeline), step.at), step.at
    )


def _written(
    journal: ClockJournal, clock: Clock, timeline: Timeline, step: TimelineStep, rules: CaseRules
) -> Clock:
    """A due instant written by a person: more time is an extension; the first one, or less time, a correction."""
    if _is_too_late(clock, step.counts_from):
        return clock
    clock = rewound(journal, clock, step.counts_from, rules.repeat)
    written = replace(clock, written_at=step.at, written_due_at=step.due_at)
    written = reckoned(written, rules.count(clock, timeline), step.at)
    # More than the limit itself gives is more time, and an extension; the rest puts right what stood there.
    own = written.first_due_at
    if own is not None and written.due_at is not None and written.due_at > own:
        written = replace(written, extended_at=written.extended_at or step.at)
    if written.extended_at is not None:
        return journal.record(ClockEvent.EXTENDED, written, step.at)
    return journal.record(ClockEvent.CORRECTED, written, step.at, was=as_it_was(clock))


def _paused_or_resumed(
    journal: ClockJournal, clock: Clock, timeline: Timeline, step: TimelineStep, rules: CaseRules
) -> None:
    count = rules.count(clock, timeline)
    since = timeline.paused_since(clock.stage) if count.terms.can_pause else None
    is_paused = since is not None
    if is_paused == (clock.paused_at is not None) or _is_too_late(clock, step.at):
        return
    clock = rewound(journal, clock, step.at, rules.repeat)
    event = ClockEvent.PAUSED if is_paused else ClockEvent.RESUMED
    journal.record(event, reckoned(clock, count, step.at), step.at)
