"""What sla says of a clock."""

from typing import Any

from msgspec import field

from shared.contracts.messages.body import Body, Reason
from shared.kernel.instants import Instant
from shared.kernel.subject import Subject, SubjectKind
from shared.rules.clocks.changes import ClockBefore
from shared.rules.clocks.clock import ClockState, ClockVerdict


class ClockChanged(Body, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """A clock started, was warned, breached, stopped, extended, paused, resumed, corrected or withheld.

    Args:
        case: id of the subject, in this place since before there were other kinds; kind: which it is.
        clock: its id.
        stage: what it times, such as 'settle'.
        reason: the limit's rule.
        round: of the case in which it started, from 1.
        due_at: exclusive; None while there is none, such as in a pause.
        label: the due instant as people of the town write it.
        provisional: it leans on weekends alone in some year (RC-22).
        verdict: None while it is open.
        at: instant at which this became true (the due instant for a breach).
        escalation: number of the escalation that was reached; to: the units that it reaches.
        mark: milestone that stopped it, or that the escalation reaches.
        was: what a correction or an upheld appeal replaced.
        certificate: how the due instant came about, as `worktime` writes it.
        missing_year: whose calendar is not known; None: none is missing.
        silent: it fell due before the case came here: nobody is told of it.
    """

    case: str
    kind: SubjectKind = SubjectKind.CASE
    number: str
    clock: str
    stage: str
    state: ClockState
    verdict: ClockVerdict | None = None
    reason: Reason
    level: str | None = None
    unit: str | None = None
    round: int
    started_at: Instant
    due_at: Instant | None = None
    label: str | None = None
    provisional: bool = False
    at: Instant
    escalation: int | None = None
    to: tuple[str, ...] = ()
    mark: str | None = None
    was: ClockBefore | None = None
    certificate: dict[str, Any] = field(default_factory=dict)
    missing_year: int | None = None
    silent: bool = False

    @property
    def subject(self) -> Subject:
        """What the clock is of."""
        return Subject(self.kind, self.case)
