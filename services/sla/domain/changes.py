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
    EXCUSED = "excused"
    WITHHELD = "withheld"


@dataclass(frozen=True, slots=True)
class Change:
    """One change of one clock.

    Args:
        event: what is said; None where it is recorded and nobody needs to hear.
        at: the instant at which it became true: the due instant for a breach.
        escalation: number of the rung, from 1; to: the units that it reaches.
        mark: milestone that stopped it or that an escalation reaches.
        was: the values that a correction or an upheld appeal replaced.
        is_silent: it happened before the case came here; nobody is told of it.
    """

    event: Event | None
    clock: Clock
    at: datetime
    escalation: int | None = None
    to: tuple[str, ...] = ()
    mark: str | None = None
    was: Mapping[str, Any] = field(default_factory=dict)
    is_silent: bool = False


class Ledger:
    """The clocks of one case while a step is being taken, and what has been decided about them so far.

    Args:
        silent_until: what the step itself makes true before that is told to nobody.
    """

    def __init__(self, clocks: tuple[Clock, ...], silent_until: datetime | None = None) -> None:
        self._clocks = {clock.id: clock for clock in clocks}
        self._silent_until = silent_until
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
        is_silent = clock.is_silent(at) or (self._silent_until is not None and at < self._silent_until)
        self.changes.append(Change(event, clock, at, is_silent=is_silent, **more))
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
