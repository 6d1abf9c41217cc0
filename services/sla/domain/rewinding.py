"""Taking back what was fired after a step that arrives late.

The engine fires on time; a step dated before the due instant may arrive afterwards. Then the breach is taken
back, as a correction that leaves both versions on record, and the step is taken as if it had come in time.
"""

from dataclasses import replace
from datetime import datetime

from services.sla.domain.changes import Event, Ledger, as_it_was
from services.sla.domain.clock import Clock


def rewound(ledger: Ledger, clock: Clock, at: datetime) -> Clock:
    """Return the clock as it stood at `at`; what was said of it since is corrected."""
    since = clock.breached_at or clock.passed_at
    if since is None:
        return clock
    return _without_passing(ledger, clock, at) if since > at else _without_later_rungs(ledger, clock, at)


def _without_passing(ledger: Ledger, clock: Clock, at: datetime) -> Clock:
    before = replace(
        clock,
        breached_at=None,
        passed_at=None,
        verdict=None,
        reached=frozenset(),
        extended_at=None if clock.extended_at == clock.passed_at else clock.extended_at,
    )
    if clock.breached_at is None and clock.extended_at == before.extended_at:
        return ledger.record(None, before, at)
    return ledger.record(Event.CORRECTED, before, at, was=as_it_was(clock))


def _without_later_rungs(ledger: Ledger, clock: Clock, at: datetime) -> Clock:
    """The breach stands, but escalations that were reached after `at` would not have been."""
    too_many = {nth for nth in clock.reached if (reached_at := clock.rungs[nth - 1].at) and reached_at > at}
    if not too_many:
        return clock
    was = {**as_it_was(clock), "escalations": sorted(too_many)}
    return ledger.record(Event.CORRECTED, replace(clock, reached=clock.reached - too_many), at, was=was)
