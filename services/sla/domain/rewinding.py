"""Taking back what was fired after a step that arrives late.

The engine fires on time; a step dated before the due instant may arrive afterwards. Then the breach is taken
back, as a correction that leaves both versions on record, and the step is taken as if it had come in time.
"""

from dataclasses import replace
from datetime import datetime

from services.sla.domain.changes import Event, Ledger, as_it_was
from services.sla.domain.clock import Clock
from services.sla.domain.firing import Repeat, again


def rewound(ledger: Ledger, clock: Clock, at: datetime, repeat: Repeat) -> Clock:
    """Return the clock as it stood at `at`; what was said of it since is corrected."""
    since = clock.breached_at or clock.passed_at
    if since is None:
        return clock
    return (
        _without_passing(ledger, clock, at) if since > at else _without_later_rungs(ledger, clock, at, repeat)
    )


def _without_passing(ledger: Ledger, clock: Clock, at: datetime) -> Clock:
    extended_at = None if clock.extended_at == clock.passed_at else clock.extended_at
    before = replace(clock.unbreached(), passed_at=None, extended_at=extended_at)
    if clock.breached_at is None and clock.extended_at == before.extended_at:
        return ledger.record(None, before, at)
    return ledger.record(Event.CORRECTED, before, at, was=as_it_was(clock))


def _without_later_rungs(ledger: Ledger, clock: Clock, at: datetime, repeat: Repeat) -> Clock:
    """The breach stands, but escalations that were reached after `at` would not have been."""
    breached_at = clock.breached_at or at
    rungs = tuple(
        rung.told_until(at, breached_at, again(repeat, clock, nth))
        for nth, rung in enumerate(clock.rungs, start=1)
    )
    too_many = {nth for nth in clock.reached if (first_at := clock.rungs[nth - 1].first_at) and first_at > at}
    changed = too_many | {nth for nth, rung in enumerate(rungs, start=1) if rung != clock.rungs[nth - 1]}
    if not changed:
        return clock
    was = {**as_it_was(clock), "escalations": sorted(changed)}
    fewer = replace(clock, reached=clock.reached - too_many, rungs=rungs)
    return ledger.record(Event.CORRECTED, fewer, at, was=was)
