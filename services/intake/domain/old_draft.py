"""A draft as a line of an import states it: one that still waits for a person, or on which one has decided.

Decides that a draft has no past but its own end: nothing was done with what was not a case yet.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from services.intake.domain.actors import PLATFORM, Actor
from services.intake.domain.case import Case
from services.intake.domain.milestones import DISMISSED, MERGED
from services.intake.domain.refusal import refusal
from shared.kernel.instants import format_instant

CONFIRMED = "confirmed"
OUTCOMES = (CONFIRMED, DISMISSED, MERGED)


@dataclass(frozen=True, slots=True)
class OldDraft:
    """What made it wait, and what became of it.

    Args:
        outcome: None: it still waits.
    """

    because: tuple[str, ...]
    outcome: str | None = None
    at: datetime | None = None
    by: Actor = PLATFORM
    reason: str | None = None

    @property
    def is_case(self) -> bool:
        """Tell whether a person made a case of it."""
        return self.outcome == CONFIRMED

    def as_data(self) -> dict[str, Any]:
        """Return it as it stands on the case."""
        if self.outcome is None or self.at is None:
            return {"because": list(self.because)}
        return {"because": list(self.because), **ending(self.outcome, self.at, self.by, self.reason)}


def ending(outcome: str, at: datetime, by: Actor, reason: str | None) -> dict[str, Any]:
    """Return what stands on a case of the end of its draft."""
    return {"outcome": outcome, "at": format_instant(at), "by": by.as_data(), "reason": reason}


def end(case: Case, draft: OldDraft) -> None:
    """Bring a draft to the end that the line states, where that made no case of it."""
    case.draft = draft.as_data()
    if draft.outcome in (DISMISSED, MERGED) and draft.at is not None:
        case.state, case.marks = draft.outcome, {draft.outcome: format_instant(draft.at)}


def refuse_draft(draft: OldDraft, reported_at: datetime, now: datetime, *, has_past: bool) -> None:
    """Hold what the line says of a draft against itself.

    Raises:
        Refusal: `draft-with-past`, `draft-end-undated`, `step-before-the-last`, `step-in-the-future`.
    """
    if has_past and not draft.is_case:
        raise refusal("draft-with-past", {"field": "draft"})
    if draft.outcome is not None and draft.at is None:
        raise refusal("draft-end-undated", {"field": "draft.at"})
    if draft.at is not None and draft.at < reported_at:
        raise refusal("step-before-the-last", {"field": "draft.at"}, before=format_instant(reported_at))
    if draft.at is not None and draft.at > now:
        raise refusal("step-in-the-future", {"field": "draft.at"})
