"""May one case be merged into another, and what of it lives on there.

Decides: both of one town, neither over, the one that goes on no draft. Nobody who reported is lost.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from services.intake.domain.case import Case
from services.intake.domain.change import Change, OrderChange
from services.intake.domain.milestones import DRAFT, ENDED, MERGED
from services.intake.domain.refusal import Refusal, refusal

JOINED = "joined"


def refuse_merge(case: Case, into: Case) -> Refusal | None:
    """Return why the case may not be merged into the other, or None."""
    if case.id == into.id:
        return refusal("merge-itself", {"field": "into"})
    for one, field in ((case, "case"), (into, "into")):
        if ended := ENDED & one.marks.keys():
            return refusal("merge-ended", {"field": field}, number=one.number, state=", ".join(sorted(ended)))
    if into.state == DRAFT:
        return refusal("merge-into-draft", {"field": "into"}, number=into.number)
    return None


def merge(case: Case, into: Case) -> Change:
    """Link both files and hand the reporters on; return what it changes in the case that ends."""
    taken = {"case": case.id, "number": case.number, "reporter": case.reporter}
    into.merged = [*into.merged, taken, *case.merged]
    into.reporters = _others(into, [case.reporter, *case.reporters])
    into.repeats += case.repeats
    into.private = into.private or case.private
    into.satisfaction = {**case.satisfaction, **into.satisfaction}
    case.merged_into = {"case": into.id, "number": into.number}
    orders = tuple(OrderChange(order, "withdrawn") for order in case.orders)
    return Change(MERGED, (MERGED,), orders=orders)


def _others(into: Case, refs: Iterable[str | None]) -> list[str]:
    """Everybody else who reported it, each once."""
    return list(dict.fromkeys(ref for ref in (*into.reporters, *refs) if ref and ref != into.reporter))


def linked_entry(other: Case) -> Mapping[str, Any]:
    """Return how one file's history points to the other's: by the hash at which that one stood."""
    return {"case": other.id, "number": other.number, "entries": other.history_n, "head": other.history_head}
