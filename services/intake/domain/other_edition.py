"""A case bound to another edition of the rules: whether it can be, and what of it that edition still knows.

Decides that drafts and ended cases stay as they are, and that a case stays whose category or place the edition does
not have. Must not know stores, nor why the edition changes.
"""

from collections.abc import Mapping
from dataclasses import replace
from enum import StrEnum

from services.intake.domain.case import Case
from services.intake.domain.change import Change
from services.intake.domain.earlier import numbers
from services.intake.domain.milestones import REPORTED, endings_of
from shared.kernel.problems import Problem
from shared.rules.case.snapshot import Assignment, CaseState
from shared.rules.case.times import facts_of_time
from shared.rules.case.timing import AmendedDays
from shared.rules.logic.facts import Value, check_facts
from shared.rules.pack.model import Pack

STEP = "redecide"  # how the history and the message call a binding that asks for a decision


class LeaveCause(StrEnum):
    """Why a case is left as it is."""

    ENDED = "case-ended"
    DRAFT = "case-is-draft"
    CATEGORY_UNKNOWN = "category-unknown-there"
    PLACE_UNKNOWN = "place-unknown-there"
    ASKED_ANEW = "asked-anew"  # a later re-decision took its place


def cause_to_leave(pack: Pack, case: Case) -> LeaveCause | None:
    """Return why the case is left as it is, or None when it can be decided again by this pack."""
    if endings_of(case):
        return LeaveCause.ENDED
    if case.state is CaseState.DRAFT:
        return LeaveCause.DRAFT
    if case.category not in pack.categories:
        return LeaveCause.CATEGORY_UNKNOWN
    if case.place_key is not None and case.place_key not in pack.places:
        return LeaveCause.PLACE_UNKNOWN
    return None


def bind(
    pack: Pack, case: Case, days: AmendedDays | None, earlier: Mapping[str, tuple[str, ...]]
) -> dict[str, Value]:
    """Bind a case to the pack's edition; return the facts that it had and that the edition does not know.

    Args:
        days: the town's published days, for facts from time.
        earlier: what the edition's facts from earlier cases count.
    """
    before = case.facts
    if case.edition == pack.edition:  # it counts nothing anew: the number of the report's day stays
        earlier, counts = case.earlier, {name: before[name] for name in case.earlier if name in before}
    else:
        counts = dict(numbers(earlier))
    case.facts = {**facts_known_to(pack, case, days), **counts}
    case.edition, case.earlier = pack.edition, earlier
    return {name: value for name, value in before.items() if name not in case.facts}


def facts_known_to(pack: Pack, case: Case, days: AmendedDays | None) -> dict[str, Value]:
    """Return the facts that the pack declares and that are of the type it declares; counters start where they stand.

    Facts from time are the edition's to say: it may mean other hours by the same name. Those from earlier cases are
    left out: whoever has the store counts them.

    Args:
        days: the town's published days.
    """
    reached = {REPORTED: case.reported_at, **case.standing}
    known = {name: value for name, value in case.facts.items() if _fits(pack, name, value)}
    stated = {name: value for name, value in known.items() if not _is_settled_anew(pack, name)}
    return {**_counters(pack, case), **stated, **facts_of_time(pack, reached, days)}


def _is_settled_anew(pack: Pack, name: str) -> bool:
    fact = pack.facts[name]
    return fact.times is not None or fact.earlier is not None


def _counters(pack: Pack, case: Case) -> dict[str, Value]:
    return {name: 0 for name, fact in pack.facts.items() if fact.counts and name not in case.facts}


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


def is_moved(before: Assignment | None, now: Assignment | None) -> bool:
    """Tell whether two assignments differ in anything but their number, previous lead and departments."""
    if before is None or now is None:
        return before is not now
    return any(getattr(before, part) != getattr(now, part) for part in _HELD)


_HELD = ("lead", "levels", "assisting", "procedure")
