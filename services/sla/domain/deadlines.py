"""What falls due, as the engine sees it: thousands at once, read with all that is said of them and nothing more."""

from datetime import datetime
from typing import NamedTuple

from shared.contracts.messages.body import FactsSeen
from shared.kernel.subject import Subject
from shared.rules.clocks.clock import ClockState, ClockVerdict
from shared.rules.clocks.escalation import EscalationStep
from shared.rules.clocks.firing import DeadlineKind
from shared.rules.pack.model import LateKind


class DueDeadline(NamedTuple):
    """One deadline that has fallen due, with what its message says of the clock.

    A named tuple: thousands are made a second, and a frozen dataclass costs several times as much to make.

    Args:
        nth: number of an escalation step from 1, else 0.
        due_at: of the deadline; clock_due_at: of its clock.
        late_as: what passing the due instant makes of the clock.
    """

    clock_id: str
    kind: DeadlineKind
    nth: int
    due_at: datetime
    subject: Subject
    number: str
    town: str
    edition: str
    rule: str
    because: tuple[str, ...]
    facts: FactsSeen
    stage: str
    level: str | None
    unit: str | None
    round: int
    started_at: datetime
    clock_due_at: datetime | None
    label: str | None
    is_provisional: bool
    state: ClockState
    verdict: ClockVerdict | None
    late_as: LateKind
    silent_until: datetime | None
    escalations: tuple[EscalationStep, ...]

    @property
    def is_silent(self) -> bool:
        """Tell whether it fell due before the case came here: nobody is told of it."""
        return self.silent_until is not None and self.due_at < self.silent_until


class FiringGroup(NamedTuple):
    """What deadlines have in common that are fired with one statement."""

    kind: DeadlineKind
    nth: int
    late_as: LateKind
    is_silent: bool
