"""Taking back what was fired after a step that arrives late.

The engine fires on time; a step dated before the due instant may arrive afterwards. Then the breach is taken
back, as a correction that leaves both versions on record, and the step is taken as if it had come in time.
"""

from datetime import datetime

from msgspec.structs import replace

from shared.rules.clocks.changes import ClockEvent, ClockJournal, as_it_was
from shared.rules.clocks.clock import Clock
from shared.rules.clocks.firing import Repeat, again


def rewound(journal: ClockJournal, clock: Clock, at: datetime, repeat: Repeat) -> Clock:
    """Return the clock as it stood at `at`; what was said of it since is corrected.

    Args:
        at: when the step happened that arrives now.
        repeat: says when an escalation step is told again.
    """
    # A step at the due instant itself takes nothing back: that instant is exclusive, and the step came late.
    since = clock.breached_at or clock.passed_at
    if since is None:
        return clock
    return (
        _without_passing(journal, clock, at)
        if since > at
        else _without_later_escalations(journal, clock, at, repeat)
    )


def _without_passing(journal: ClockJournal, clock: Clock, at: datetime) -> Clock:
    # Where passing the due instant extended the limit by itself, that goes with it.
    extended_at = None if clock.extended_at == clock.passed_at else clock.extended_at
    before = replace(clock.unbreached(), passed_at=None, extended_at=extended_at)
    # A soft target is passed in silence (RC-8): what nobody heard of needs no correction.
    if clock.breached_at is None and clock.extended_at == before.extended_at:
        return journal.record(None, before, at)
    return journal.record(ClockEvent.CORRECTED, before, at, was=as_it_was(clock))


def _without_later_escalations(journal: ClockJournal, clock: Clock, at: datetime, repeat: Repeat) -> Clock:
    """The breach stands, but steps of its escalation that were reached after `at` would not have been."""
    breached_at = clock.breached_at or at
    escalations = tuple(
        step.told_until(at, breached_at, again(repeat, clock, nth))
        for nth, step in enumerate(clock.escalations, start=1)
    )
    too_many = {
        nth for nth in clock.reached if (first_at := clock.escalations[nth - 1].first_at) and first_at > at
    }
    changed = too_many | {
        nth for nth, step in enumerate(escalations, start=1) if step != clock.escalations[nth - 1]
    }
    if not changed:
        return clock
    was = replace(as_it_was(clock), escalations=tuple(sorted(changed)))
    fewer = replace(clock, reached=clock.reached - too_many, escalations=escalations)
    return journal.record(ClockEvent.CORRECTED, fewer, at, was=was)
