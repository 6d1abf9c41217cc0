"""A clock: one limit running for one case, from its start to its verdict.

Decides what state a clock is in and which verdict a stop earns. Must not know calendars: `reckon` fills in
due instants. Clocks are values; every change makes a new one.
"""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import Any

from msgspec import Struct, field
from msgspec.structs import replace

from shared.rules.clocks.escalation import EscalationStep
from shared.rules.logic.facts import Value
from shared.rules.pack.model import LateKind
from shared.rules.worktime.pauses import Span


class ClockState(StrEnum):
    """What people see of a clock."""

    RUNNING = "running"
    WARNED = "warned"  # running, and the warning has been given
    EXTENDED = "extended"  # a reason was noted in time (P001-05.6)
    BREACHED = "breached"
    PAUSED = "paused"
    WITHHELD = "withheld"  # its calendar year is not known yet (RC-22)
    STOPPED = "stopped"


class ClockVerdict(StrEnum):
    """How a limit was kept."""

    IN_TIME = "in_time"
    LATE = "late"
    EXTENDED = "extended"  # after the first due instant, with a reason noted in time
    NOTED = "noted"  # a soft target passed (RC-8)
    EXCUSED = "excused"  # late, and an appeal was upheld


class Clock(Struct, frozen=True, kw_only=True):
    """One limit of one case, in one round, under one decision.

    Args:
        started_at: start shown to people; counted_from_at: where counting begins (differs under RC-13 remaining).
        gaps: times between rounds that do not count (RC-13 remaining); is_immediate: RC-13 immediate.
        due_at: exclusive instant; None while paused, withheld, set by a person, or extended without a new one.
        first_due_at: the due instant without any extension.
        is_capped: the due instant is the extension's ceiling.
        missing_year: whose calendar is missing: for the due instant, where there is none, else for what follows it
            or bounds it, a warning or the ceiling of an extension (RC-22).
        leans_on: years of whose days its due instant knows the weekends alone; empty as read from a store.
        not_before_at: what is known of a due instant whose calendar is missing: it does not lie before this.
        reason_at: a reason was noted in time; late_reason_at: one was noted too late.
        passed_at: the due instant was passed without breach.
        reached: numbers of the escalation steps that have been reached, from 1.
        certificate: how the due instant came about, as `certificates` writes it; empty as read from a store.
        excused_at: an appeal was upheld; earlier_verdict: what stood before.
        stopped_by: the milestone that ended it, or 'decision', 'facts', 'edition', 'stop', 'reopened'.
        silent_until: what became true before happened before the case came here: nobody is told of it.
        revision: revision of the town's amended days that it was counted with, 0 for none.
        version: 1, 2, 3 …: how often it has been recorded.
    """

    id: str
    rule: str
    because: tuple[str, ...]
    facts: Mapping[str, Value | None] = field(default_factory=dict)
    stage: str
    edition: str
    round: int
    decision: int
    start_mark: str
    started_at: datetime
    counted_from_at: datetime
    gaps: tuple[Span, ...] = ()
    is_immediate: bool = False
    unit: str | None = None
    level: str | None = None
    due_at: datetime | None = None
    first_due_at: datetime | None = None
    label: str | None = None
    is_provisional: bool = False
    is_capped: bool = False
    missing_year: int | None = None
    leans_on: tuple[int, ...] = ()
    not_before_at: datetime | None = None
    certificate: Mapping[str, Any] = field(default_factory=dict)
    warn_at: datetime | None = None
    escalations: tuple[EscalationStep, ...] = ()
    reason_in_time: LateKind = LateKind.EXTENDED
    otherwise: LateKind = LateKind.BREACHED
    reason_at: datetime | None = None
    late_reason_at: datetime | None = None
    extended_at: datetime | None = None
    written_at: datetime | None = None
    written_due_at: datetime | None = None
    paused_at: datetime | None = None
    warned_at: datetime | None = None
    passed_at: datetime | None = None
    breached_at: datetime | None = None
    reached: frozenset[int] = frozenset()
    excused_at: datetime | None = None
    earlier_verdict: ClockVerdict | None = None
    silent_until: datetime | None = None
    stopped_at: datetime | None = None
    stopped_by: str | None = None
    verdict: ClockVerdict | None = None
    revision: int = 0
    version: int = 0

    @property
    def is_open(self) -> bool:
        """Tell whether it has not stopped."""
        return self.stopped_at is None

    @property
    def state(self) -> ClockState:
        """What people see."""
        # The first that holds: one that stopped is not also shown as breached, nor one that breached as warned.
        facts = (
            (self.stopped_at is not None, ClockState.STOPPED),
            (self.breached_at is not None, ClockState.BREACHED),
            (self.paused_at is not None, ClockState.PAUSED),
            (self.missing_year is not None and self.due_at is None, ClockState.WITHHELD),
            (self.extended_at is not None, ClockState.EXTENDED),
            (self.warned_at is not None, ClockState.WARNED),
        )
        return next((state for holds, state in facts if holds), ClockState.RUNNING)

    @property
    def missing_years(self) -> frozenset[int]:
        """Years without a calendar that it takes to say, or to say for certain, when all of it falls due (RC-22).

        Of a clock as read from a store those are left out of whose days it knows the weekends alone.
        """
        waited_for = (self.missing_year, *(step.missing_year for step in self.escalations))
        return frozenset((*self.leans_on, *(year for year in waited_for if year is not None)))

    @property
    def late_as(self) -> LateKind:
        """What passing the due instant makes of it, as it stands."""
        has_noted_reason = self.reason_at is not None and self.reason_in_time is LateKind.NOTED
        return LateKind.NOTED if has_noted_reason else self.otherwise

    def is_silent(self, at: datetime) -> bool:
        """Tell whether what became true at `at` is told to nobody."""
        return self.silent_until is not None and at < self.silent_until

    def awaits(self, nth: int) -> bool:
        """Tell whether the n-th escalation step is still to be told, at an instant that is known."""
        step = self.escalations[nth - 1]
        is_ahead = nth not in self.reached or (step.repeats and not step.is_exhausted)
        return step.at is not None and is_ahead

    def unbreached(self) -> "Clock":
        """Return the clock without its breach and everything that followed from it."""
        return replace(
            self,
            breached_at=None,
            verdict=None,
            reached=frozenset(),
            escalations=tuple(escalation.untold() for escalation in self.escalations),
            excused_at=None,
            earlier_verdict=None,
        )

    def verdict_of_stop(self, at: datetime, *, is_met: bool) -> ClockVerdict | None:
        """Return the verdict if it stops at `at`.

        A limit that ends for another reason before it was passed gets none: it was neither kept nor missed.

        Args:
            is_met: what it asks for is done; else it stops for another reason.
        """
        # A breach stands whatever ends the clock, and so does a due instant that was passed without one.
        if self.breached_at is not None:
            return ClockVerdict.LATE if self.excused_at is None else ClockVerdict.EXCUSED
        if self.passed_at is not None:
            return ClockVerdict.EXTENDED if self.late_as is LateKind.EXTENDED else ClockVerdict.NOTED
        if self._is_undecided(at):
            return None
        if self._is_beyond_first_due(at):
            return ClockVerdict.EXTENDED
        return ClockVerdict.IN_TIME if is_met and self._was_in_time() else None

    def _is_undecided(self, at: datetime) -> bool:
        """Tell whether the verdict has to wait for a calendar: its year had begun (RC-22)."""
        return self.due_at is None and self.not_before_at is not None and at >= self.not_before_at

    def _is_beyond_first_due(self, at: datetime) -> bool:
        has_more_time = self.extended_at is not None or self.written_due_at is not None
        return has_more_time and self.first_due_at is not None and at >= self.first_due_at

    def _was_in_time(self) -> bool:
        """Without any due instant there is nothing to be in time for, unless the clock only waits: for an
        answer (RC-19), for a new due instant (RC-9), or for a calendar whose year has not begun (RC-22).
        """
        return any((self.due_at, self.paused_at, self.extended_at, self.not_before_at))
