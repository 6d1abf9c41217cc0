"""A draft as a line of an import states it: one that still waits for a person, or on which one has decided.

Decides that a draft has no past but its own end: nothing was done with what was not a case yet.
"""

from datetime import datetime

from services.intake.domain.case import Case, DraftNote
from services.intake.domain.drafts import CONFIRMED, end_without_case
from services.intake.domain.milestones import DISMISSED, MERGED
from services.intake.domain.refusal import refusal
from shared.kernel.instants import format_instant
from shared.rules.case.snapshot import CaseState

OUTCOMES = (CONFIRMED, DISMISSED, MERGED)


def became_case(draft: DraftNote) -> bool:
    """Tell whether a person made a case of it."""
    return draft.outcome == CONFIRMED


def kept(draft: DraftNote) -> DraftNote:
    """Return it as it stands on the case: of one that still waits no more is known than why."""
    if draft.outcome is None or draft.at is None:
        return DraftNote(draft.because)
    return draft


def end_draft(case: Case, draft: DraftNote) -> None:
    """Bring a draft to the end that the line states, where that made no case of it."""
    case.draft = kept(draft)
    if draft.outcome in (DISMISSED, MERGED) and draft.at is not None and draft.by is not None:
        end_without_case(case, CaseState(draft.outcome), draft.at, draft.by, draft.reason)


def refuse_draft(draft: DraftNote, reported_at: datetime, now: datetime, *, has_past: bool) -> None:
    """Hold what the line says of a draft against itself.

    Raises:
        Refusal: `draft-with-past`, `draft-end-undated`, `step-before-the-last`, `step-in-the-future`.
    """
    if has_past and not became_case(draft):
        raise refusal("draft-with-past", {"field": "draft"})
    if draft.outcome is not None and draft.at is None:
        raise refusal("draft-end-undated", {"field": "draft.at"})
    if draft.at is not None and draft.at < reported_at:
        raise refusal("step-before-the-last", {"field": "draft.at"}, before=format_instant(reported_at))
    if draft.at is not None and draft.at > now:
        raise refusal("step-in-the-future", {"field": "draft.at"})
