"""A case as intake shows it over HTTP: those of its members that tools read.

Decides how an answer's bytes become types; what is not named here is passed over. Must not know what is read from it.
"""

from datetime import datetime

import msgspec
from msgspec import Struct

HELD = "held"  # state of a notice that waits


class ShownReason(Struct, frozen=True):
    """The rule behind a result, and the clauses on which it rests."""

    rule: str
    because: tuple[str, ...] = ()


class ShownPlace(Struct, frozen=True):
    """Where it is: the town's own key; None where it was only described."""

    key: str | None = None


class ShownFinder(Struct, frozen=True):
    """Who found it."""

    role: str | None = None
    unit: str | None = None


class ShownReport(Struct, frozen=True):
    """What was reported.

    Args:
        reporter: reference of whoever reported it.
        first_contact: unit that took it first.
    """

    category: str
    place: ShownPlace
    finder: ShownFinder
    reporter: str | None = None
    first_contact: str | None = None


class ShownAssignment(Struct, frozen=True):
    """Who has it; units are 'jurisdiction/unit', levels the town's own keys."""

    levels: tuple[str, ...] = ()
    lead: str | None = None
    assisting: tuple[str, ...] = ()
    procedure: str | None = None
    previous_lead: str | None = None


class ShownDecision(Struct, frozen=True):
    """What was decided, and why; neither where nobody decided yet."""

    assignment: ShownAssignment | None = None
    reason: ShownReason | None = None


class ShownClock(Struct, frozen=True):
    """A limit's clock, as last known to intake.

    Args:
        label: when it is due, as the town's clocks show it; None: it has no due time (yet).
        as_of: up to when it is known.
    """

    stage: str
    state: str
    round: int
    started_at: datetime
    as_of: datetime
    verdict: str | None = None
    label: str | None = None
    provisional: bool = False
    reason: ShownReason | None = None


class ShownNotice(Struct, frozen=True):
    """Who was told, when, and on which occasion.

    Args:
        state: 'held' until it is told.
        together: how many notices the message told; 1: it alone.
    """

    on: str
    party: str
    told_at: datetime
    unit: str | None = None
    reason: ShownReason | None = None
    state: str = "sent"
    together: int = 1

    @property
    def is_told(self) -> bool:
        """Tell whether it waits no longer."""
        return self.state != HELD


class ShownStep(Struct, frozen=True):
    """A step, and whether the reader may take it now."""

    step: str
    allowed: bool


class ShownOrder(Struct, frozen=True):
    """A unit's work order; `ended_at`: None while it is open."""

    id: str
    unit: str
    ended_at: datetime | None = None


class ShownChange(Struct, frozen=True):
    """What an entry of the history says: the step taken, milestones reached by it, the clock's stage."""

    step: str | None = None
    reached: tuple[str, ...] | None = None
    stage: str | None = None


class ShownEntry(Struct, frozen=True):
    """An entry of the history, of the kind that `what` names."""

    what: str
    data: ShownChange | None = None


class ShownCase(Struct, frozen=True):
    """Everything about a case.

    Args:
        decisions, deadlines, notifications, history: the oldest first.
    """

    number: str
    state: str
    round: int
    flagged: bool
    report: ShownReport
    assignment: ShownAssignment | None
    decisions: tuple[ShownDecision, ...]
    deadlines: tuple[ShownClock, ...]
    notifications: tuple[ShownNotice, ...]
    steps: tuple[ShownStep, ...]
    history: tuple[ShownEntry, ...]
    work_orders: tuple[ShownOrder, ...] = ()


def read_case(answer: bytes) -> ShownCase:
    """Return the case of an answer of `GET …/cases/<case>`.

    Raises:
        msgspec.ValidationError: it is the answer to something else, such as a problem.
    """
    return msgspec.json.decode(answer, type=ShownCase)
