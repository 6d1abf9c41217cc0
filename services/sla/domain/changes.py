"""What becomes of clocks, as data: decided here, acted on elsewhere."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import Any

from services.sla.domain.clock import Clock
from shared.kernel.instants import format_instant


class Event(StrEnum):
    """What other services hear of a clock: 'clock.<event>'."""

    STARTED = "started"
    WARNED = "warned"
    BREACHED = "breached"
    ESCALATED = "escalated"
    STOPPED = "stopped"
    EXTENDED = "extended"
    PAUSED = "paused"
    RESUMED = "resumed"
    CORRECTED = "corrected"
    WITHHELD = "withheld"


@dataclass(frozen=True, slots=True)
class Change:
    """One change of one clock.

    Args:
        event: what is said; None where it is recorded and nobody needs to hear.
        at: the instant at which it became true: the due instant for a breach.
        escalation: number of the rung, from 1; to: the units that it reaches.
        mark: milestone that stopped it or that an escalation reaches.
        was: the values that a correction replaced.
    """

    event: Event | None
    clock: Clock
    at: datetime
    escalation: int | None = None
    to: tuple[str, ...] = ()
    mark: str | None = None
    was: Mapping[str, Any] = field(default_factory=dict)


class Ledger:
    """The clocks of one case while a step is being taken, and what has been decided about them so far."""

    def __init__(self, clocks: tuple[Clock, ...]) -> None:
        self._clocks = {clock.id: clock for clock in clocks}
        self.changes: list[Change] = []

    @property
    def clocks(self) -> tuple[Clock, ...]:
        """All clocks as they now stand, in order of their start."""
        return tuple(self._clocks.values())

    @property
    def open(self) -> tuple[Clock, ...]:
        """Those that have not stopped."""
        return tuple(clock for clock in self._clocks.values() if clock.is_open)

    def record(self, event: Event | None, clock: Clock, at: datetime, **more: Any) -> Clock:
        """Put a clock's new form on record as its next version, and return it."""
        clock = replace(clock, version=clock.version + 1)
        self._clocks[clock.id] = clock
        self.changes.append(Change(event, clock, at, **more))
        return clock


def as_it_was(clock: Clock) -> dict[str, Any]:
    """Return what a correction says about the values that it replaces."""
    return {
        "state": clock.state.value,
        "verdict": clock.verdict.value if clock.verdict else None,
        "due_at": format_instant(clock.due_at) if clock.due_at else None,
        "label": clock.label,
        "provisional": clock.is_provisional,
    }
