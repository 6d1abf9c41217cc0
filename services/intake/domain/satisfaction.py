"""Who of those who reported a case is satisfied with the result, by reference only.

Decides which steps say so: a step by a reporter that verifies or closes the case says yes, one that reopens it
says no; and that each may say so once the case was settled, also after it was closed.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from services.intake.domain.case import Case
from services.intake.domain.milestones import MERGED, SETTLED
from services.intake.domain.refusal import Refusal, refusal
from shared.kernel.instants import format_instant
from shared.rules.pack.model import EffectKind, Step

_YES = frozenset({EffectKind.VERIFY, EffectKind.CLOSE})


def said_by(step: Step) -> bool | None:
    """Return what taking the step says of the taker's satisfaction; None: nothing."""
    kinds = {effect.kind for effect in step.does}
    if EffectKind.REOPEN in kinds:
        return False
    return True if _YES & kinds else None


def reporters_of(case: Case) -> tuple[str, ...]:
    """Return everybody who reported the case, whose own report it is first."""
    return (*([case.reporter] if case.reporter else []), *case.reporters)


def refuse_satisfaction(case: Case, reporter: str | None) -> Refusal | None:
    """Return why this person's word on the result is not taken, or None."""
    if case.merged_into is not None or case.stands(MERGED):
        into = (case.merged_into or {}).get("number", "-")
        return refusal("case-merged", {"into": into}, into=into)
    if reporter is None or reporter not in reporters_of(case):
        return refusal("not-a-reporter", {"field": "reporter"})
    return (
        None if case.stands(SETTLED) else refusal("not-settled-yet", {"state": case.state}, state=case.state)
    )


def note(case: Case, reporter: str, is_satisfied: bool, at: datetime) -> Mapping[str, Any]:
    """Note on the case what a reporter says of the result of this round; return the note."""
    said = {"satisfied": is_satisfied, "round": case.round, "at": format_instant(at)}
    case.satisfaction = {**case.satisfaction, reporter: said}
    return said


def shown(case: Case) -> list[dict[str, Any]]:
    """Return each reporter with what that person said last, None where nothing was said."""
    nothing = {"satisfied": None, "round": None, "at": None}
    return [{"reporter": ref, **case.satisfaction.get(ref, nothing)} for ref in reporters_of(case)]
