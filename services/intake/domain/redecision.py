"""Cases decided again under another edition: which may be, and what of a case the edition still knows.

Decides that drafts and ended cases are left as they are, and that a case is left whose category or place the
edition does not have. Must not know stores.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from services.intake.domain.case import Case, Value
from services.intake.domain.change import Change
from services.intake.domain.milestones import DRAFT, ENDED
from shared.kernel.problems import Problem
from shared.rules.logic.facts import check_facts
from shared.rules.pack.model import Pack

STEP = "redecide"  # how the history and the message call it
ASKED, FOLLOWS = "asked", "follow"


@dataclass(frozen=True, slots=True)
class Scope:
    """Which cases: those named by id or number, or the running ones that a filter leaves.

    Args:
        cases: None: by the filter.
        reported_from, reported_to: the second one exclusive.
    """

    cases: tuple[str, ...] | None = None
    category: str | None = None
    state: str | None = None
    reported_from: datetime | None = None
    reported_to: datetime | None = None


def cause_to_leave(pack: Pack, case: Case) -> str | None:
    """Return why the case is left as it is, or None when it can be decided again by this pack."""
    if ENDED & case.marks.keys() or case.state in ENDED:
        return "case-ended"
    if case.state == DRAFT:
        return "case-is-draft"
    if case.category not in pack.categories:
        return "category-unknown-there"
    if case.place_key is not None and case.place_key not in pack.places:
        return "place-unknown-there"
    return None


def facts_known_to(pack: Pack, case: Case) -> dict[str, Value]:
    """Return the facts that the pack declares and that are of the type it declares; counters start where they stand."""
    counters = {name: 0 for name, fact in pack.facts.items() if fact.counts and name not in case.facts}
    return {**counters, **{name: value for name, value in case.facts.items() if _fits(pack, name, value)}}


def _fits(pack: Pack, name: str, value: Value) -> bool:
    if name not in pack.facts:
        return False
    try:
        check_facts({name: pack.facts[name].type}, {name: value})
    except Problem:
        return False
    return True


def asking_again() -> Change:
    """Return the change that binding to another edition is: nothing is reached, a decision is asked for."""
    return Change(step=STEP, reached=(), ask_decision=True)


def without_news(case: Case, change: Change) -> Change:
    """Return a decision's change for a case that another edition leaves where it is: nobody need be told again."""
    return replace(change, reached=tuple(mark for mark in change.reached if not case.stands(mark)))


def moved(was: Mapping[str, Any] | None, now: Mapping[str, Any] | None) -> bool:
    """Tell whether two assignments differ in anything but their number."""
    parts = ("lead", "levels", "assisting", "procedure")
    return any((was or {}).get(part) != (now or {}).get(part) for part in parts)
