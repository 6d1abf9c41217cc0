"""What becomes of clocks, as data: decided here, acted on elsewhere."""

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from msgspec import Struct
from msgspec.structs import replace as replace_fields

from shared.kernel.instants import Instant
from shared.rules.clocks.clock import Clock, ClockState, ClockVerdict


class ClockBefore(Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """What a correction or an upheld appeal replaced; what it left alone is not said.

    Args:
        escalations: numbers of the steps that were told and would not have been.
    """

    state: ClockState | None = None
    verdict: ClockVerdict | None = None
    due_at: Instant | None = None
    label: str | None = None
    provisional: bool = False
    edition: str | None = None
    escalations: tuple[int, ...] = ()


class ClockEvent(StrEnum):
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
class ClockChange:
    """One change of one clock.

    Args:
        event: what is said; None where it is recorded and nobody needs to hear.
        at: the instant at which it became true: the due instant for a breach.
        escalation: number of the escalation step, from 1; to: the units that it reaches.
        mark: milestone that stopped it or that an escalation step reaches.
        was: the values that a correction or an upheld appeal replaced.
        is_silent: it happened before the case came here; nobody is told of it.
        missing_years: those without a calendar of which this change found that they are needed (RC-22).
    """

    event: ClockEvent | None
    clock: Clock
    at: datetime
    escalation: int | None = None
    to: tuple[str, ...] = ()
    mark: str | None = None
    was: ClockBefore | None = None
    is_silent: bool = False
    missing_years: tuple[int, ...] = ()


class ClockJournal:
    """The clocks of one case while a step is being taken, and what has been decided about them so far.

    Attributes:
        changes: every change, in the order in which it was decided.
    """

    def __init__(self, clocks: tuple[Clock, ...], silent_until: datetime | None = None) -> None:
        """Begin with the clocks as they stand.

        Args:
            silent_until: what the step itself makes true before that is told to nobody.
        """
        # In order of their start: a clock that is recorded again keeps its place in the dictionary.
        self._clocks = {clock.id: clock for clock in clocks}
        self._silent_until = silent_until
        self.changes: list[ClockChange] = []

    @property
    def clocks(self) -> tuple[Clock, ...]:
        """All clocks as they now stand, in order of their start."""
        return tuple(self._clocks.values())

    @property
    def open(self) -> tuple[Clock, ...]:
        """Those that have not stopped, as they stand now: a copy that may be walked while changes are recorded."""
        return tuple(clock for clock in self._clocks.values() if clock.is_open)

    def record(
        self,
        event: ClockEvent | None,
        clock: Clock,
        at: datetime,
        *,
        mark: str | None = None,
        was: ClockBefore | None = None,
    ) -> Clock:
        """Put a clock's new form on record as its next version, and return it.

        Args:
            event: None: nobody needs to hear; at: the instant at which it became true.
            mark: milestone that stopped it; was: what a correction replaced.
        """
        return self._keep(ClockChange(event, clock, at, mark=mark, was=was))

    def record_escalation(self, clock: Clock, at: datetime, nth: int) -> Clock:
        """Put on record that a clock reached its n-th escalation step, and return its next version.

        A step that lies before the case came here is reached all the same, and nobody hears of it.

        Args:
            clock: with the step as it is after it was told.
            nth: number of the step, from 1.
        """
        step = clock.escalations[nth - 1]
        event = None if clock.is_silent(at) else ClockEvent.ESCALATED
        return self._keep(ClockChange(event, clock, at, escalation=nth, to=step.to, mark=step.mark))

    def _keep(self, change: ClockChange) -> Clock:
        # Every change is a version: what was said of an earlier one can be found again.
        clock, at = replace_fields(change.clock, version=change.clock.version + 1), change.at
        years = clock.missing_years - (
            known.missing_years if (known := self._clocks.get(clock.id)) else set()
        )
        self._clocks[clock.id] = clock
        is_silent = clock.is_silent(at) or (self._silent_until is not None and at < self._silent_until)
        missing = tuple(sorted(years))
        self.changes.append(replace(change, clock=clock, is_silent=is_silent, missing_years=missing))
        return clock


def as_it_was(clock: Clock) -> ClockBefore:
    """Return what a correction says about the values that it replaces."""
    return ClockBefore(
        state=clock.state,
        verdict=clock.verdict,
        due_at=clock.due_at,
        label=clock.label,
        provisional=clock.is_provisional,
    )
