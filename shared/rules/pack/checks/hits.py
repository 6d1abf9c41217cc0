"""Checks routing rules that hold together and decide differently: what is meant must be said (from format 2 on)."""

from itertools import combinations

from shared.rules.pack.build.drafting import Draft
from shared.rules.pack.checks.together import Decided, decided_by, is_towns
from shared.rules.pack.model import Pack, RoutingRule
from shared.rules.pack.proof.examples import example
from shared.rules.pack.proof.situations import View

_FIRST, _UNIQUE = "first", "unique"


def check_hits(pack: Pack, draft: Draft, own: View) -> None:
    """Complain of two rules that differ where both hold, unless the town says that the first decides.

    Where nothing is said, one that is a special case of the other may stand before it: that can only be meant so.
    """
    if pack.hit_policy == _FIRST:
        return
    for first, other in combinations(decided_by(own), 2):
        region = _in_dispute(own, first, other, also_within=pack.hit_policy == _UNIQUE)
        if region is not None:
            _complain(pack, first.rule, other.rule, example(own.space, region), draft)
            break  # of many the first: what is to be written is the same for all
    draft.rule = None


def _in_dispute(view: View, first: Decided, other: Decided, *, also_within: bool) -> int | None:
    """Return situations that `first` decides and in which `other` would decide otherwise, or None."""
    if first.rule.then == other.rule.then:
        return None
    if not also_within and (_is_within(view, first, other) or _is_within(view, other, first)):
        return None
    shared = (mine & theirs for mine in first.boxes for theirs in other.boxes)
    pieces = (view.space.outside(box, first.earlier) for box in shared)
    return next((piece for piece in pieces if piece is not None), None)


def _is_within(view: View, first: Decided, other: Decided) -> bool:
    """Tell whether wherever the first one decides the other holds as well."""
    return all(view.space.outside(box, [*first.earlier, *other.boxes]) is None for box in first.boxes)


def _complain(pack: Pack, first: RoutingRule, other: RoutingRule, where: object, draft: Draft) -> None:
    mine = other if is_towns(pack, other) else first
    draft.rule = mine.origin.rule
    rest = first if mine is other else other
    place = f"{rest.origin.spot.file}:{rest.origin.spot.line}"
    entry = draft.entries["rule", mine.origin.rule]
    draft.complain(
        "routes-disagree", entry.where("when", "rule"), other=rest.origin.rule, place=place, example=where
    )
