"""A re-decision: what was ordered, for which cases, and how far it has come.

Decides nothing: which case is left as it is is `domain.other_edition`'s to say.
"""

from datetime import datetime
from enum import StrEnum

from msgspec import Struct

from services.intake.domain.actors import PLATFORM
from services.intake.domain.case import Case
from services.intake.domain.other_edition import LeaveCause
from shared.contracts.messages import Actor
from shared.rules.case.snapshot import CaseState


class RedecisionCause(StrEnum):
    """Who wants it."""

    ASKED = "asked"  # an operator
    FOLLOWS = "follow"  # the edition itself: running cases follow it


class RedecisionState(StrEnum):
    """How far a re-decision has come."""

    WAITING = "waiting"  # its day has not come, or nobody has looked yet which cases it concerns
    UNDER_WAY = "under_way"
    DONE = "done"


class RedecidedState(StrEnum):
    """How far a re-decision has come with one case."""

    WAITING = "waiting"
    ASKED = "asked"  # bound to the edition; routing has been asked
    DECIDED = "decided"
    LEFT = "left"  # as it was


class RedecisionScope(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Which cases: those named by id or number, or the running ones that a filter leaves.

    Args:
        cases: None: by the filter.
        reported_from, reported_to: the second one exclusive.
    """

    cases: tuple[str, ...] | None = None
    category: str | None = None
    state: CaseState | None = None
    reported_from: datetime | None = None
    reported_to: datetime | None = None


class Redecision(Struct, frozen=True, kw_only=True):
    """One re-decision.

    Args:
        reason: an operator's words; None where the edition itself wants it.
        starts_at: not before.
    """

    id: str
    town: str
    cause: RedecisionCause
    edition: str
    reason: str | None = None
    by: Actor = PLATFORM
    scope: RedecisionScope = RedecisionScope()
    state: RedecisionState = RedecisionState.WAITING
    starts_at: datetime
    made_at: datetime
    ended_at: datetime | None = None


class HeldBefore(Struct, frozen=True, kw_only=True):
    """The edition that a case was bound to before, and who had it."""

    edition: str
    lead: str | None
    level: str | None


class HeldAfter(Struct, frozen=True, kw_only=True):
    """Who has a case now, by which of its decisions; `moved`: anything but the number differs."""

    lead: str | None
    level: str | None
    decision: int
    moved: bool


class RedecidedCase(Struct, frozen=True, kw_only=True):
    """What became of one case.

    Args:
        cause: why it was left as it is.
        at: of the latest change; None while it waits.
    """

    redecision_id: str
    case_id: str
    state: RedecidedState
    cause: LeaveCause | None = None
    was: HeldBefore | None = None
    now: HeldAfter | None = None
    at: datetime | None = None


def held_before(case: Case) -> HeldBefore:
    """Return how a case stands before it is bound to another edition."""
    return HeldBefore(edition=case.edition, lead=case.lead, level=case.level)
