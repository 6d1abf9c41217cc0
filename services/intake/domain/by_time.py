"""Which step a town's limits let time take: with a warning, or with a rung of an escalation.

Decides nothing about whether the case allows the step then.
"""

from collections.abc import Iterable, Iterator

from shared.rules.clocks.changes import ClockChange, ClockEvent
from shared.rules.pack.model import Pack


def step_by_time(pack: Pack, rule: str, escalation: int | None) -> str | None:
    """Return the step that a limit lets time take, if there is one.

    Args:
        pack: of the edition under which the clock ran when it was told.
        rule: the limit's.
        escalation: number of the rung, from 1: a place in the list of that edition; None: it was a warning.
    """
    limit = next((limit for limit in pack.limits if limit.origin.rule == rule), None)
    if limit is None:
        return None
    if escalation is None:
        return limit.on_warning
    return limit.escalate[escalation - 1].step if escalation <= len(limit.escalate) else None


def steps_by_time(pack: Pack, changes: Iterable[ClockChange]) -> Iterator[str]:
    """Yield the steps that time may take with what has become of clocks."""
    for change in changes:
        if change.is_silent or (change.event is not ClockEvent.WARNED and change.escalation is None):
            continue
        if step := step_by_time(pack, change.clock.rule, change.escalation):
            yield step
