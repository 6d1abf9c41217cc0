"""The form in which re-decisions and their previews are answered."""

from collections.abc import Mapping
from typing import Any

from services.intake.domain.case import Case
from services.intake.domain.other_edition import LeaveCause
from services.intake.redecision.domain.preview import CasePreview, ClockPreview, DeadlinePreview
from services.intake.redecision.domain.redecisions import RedecidedState, Redecision
from services.intake.redecision.store import ListedRedecided
from shared.rules.case.snapshot import Assignment
from shared.rules.decide.answers import Decision, Unroutable

Json = dict[str, Any]
_HELD = ("lead", "levels", "assisting", "procedure")


def redecision_view(redecision: Redecision, progress: Mapping[RedecidedState, int]) -> Json:
    """Return a re-decision and how many of its cases are in each state."""
    scope = redecision.scope
    narrowed = {name: getattr(scope, name) for name in scope.__struct_fields__}
    return {
        "id": redecision.id,
        "edition": redecision.edition,
        "cause": redecision.cause,
        "state": redecision.state,
        "reason": redecision.reason,
        "by": redecision.by,
        "scope": {name: value for name, value in narrowed.items() if value is not None},
        "total": sum(progress.values()),
        "progress": {state.value: progress.get(state, 0) for state in RedecidedState},
        "starts_at": redecision.starts_at,
        "made_at": redecision.made_at,
        "ended_at": redecision.ended_at,
    }


def redecided_view(listed: ListedRedecided) -> Json:
    """Return what became of one case."""
    redecided = listed.redecided
    return {
        "case": redecided.case_id,
        "number": listed.number,
        "state": redecided.state,
        "cause": redecided.cause,
        "was": redecided.was,
        "now": redecided.now,
        "at": redecided.at,
    }


def left_view(case: Case, cause: LeaveCause) -> Json:
    """Return the preview of a case that would be left as it is."""
    return {**_head(case), "left": cause, "decision": None, "deadlines": [], "by_time": []}


def preview_view(case: Case, preview: CasePreview) -> Json:
    """Return what would become of a case."""
    return {
        **_head(case),
        "left": None,
        "decision": {
            "before": _parts(preview.before) if preview.before else None,
            "after": _answer(preview.answer),
        },
        "deadlines": [_deadline(deadline) for deadline in preview.deadlines],
        "by_time": list(preview.by_time),
    }


def _head(case: Case) -> Json:
    return {"case": case.id, "number": case.number, "edition": case.edition}


def _parts(held: Assignment | Decision) -> Json:
    return {name: getattr(held, name) for name in _HELD}


def _answer(answer: Decision | Unroutable) -> Json:
    decision = answer.decision if isinstance(answer, Unroutable) else answer
    return {
        **_parts(decision),
        "rule": decision.rule.rule,
        "because": decision.rule.because,
        "fallback": decision.fallback,
        "cause": answer.cause if isinstance(answer, Unroutable) else None,
    }


def _deadline(deadline: DeadlinePreview) -> Json:
    return {
        "stage": deadline.stage,
        "before": _clock(deadline.before) if deadline.before else None,
        "after": _clock(deadline.after) if deadline.after else None,
        "moved": deadline.is_moved,
    }


def _clock(clock: ClockPreview) -> Json:
    return {
        "rule": clock.rule,
        "state": clock.state,
        "due_at": clock.due_at,
        "label": clock.label,
        "missing_year": clock.missing_year,
    }
