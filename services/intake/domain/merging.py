"""May one case be merged into another, and what of it lives on there.

Decides: both of one town, neither over, the one that goes on no draft. Nobody who reported is lost.
"""

from collections.abc import Iterable

from services.intake.domain.case import Case, MergedCase, MergedInto
from services.intake.domain.change import Change, withdraw_all
from services.intake.domain.milestones import MERGED, endings_of
from services.intake.domain.refusal import Refusal, refusal
from shared.rules.case.snapshot import CaseState


def refuse_merge(case: Case, into: Case) -> Refusal | None:
    """Return why the case may not be merged into the other, or None."""
    if case.id == into.id:
        return refusal("merge-itself", {"field": "into"})
    for either, field in ((case, "case"), (into, "into")):
        if ended := endings_of(either):
            return refusal("merge-ended", {"field": field}, number=either.number, state=", ".join(ended))
    if into.state is CaseState.DRAFT:
        return refusal("merge-into-draft", {"field": "into"}, number=into.number)
    return None


def merge(case: Case, into: Case) -> Change:
    """Link both files and hand the reporters on; return what it changes in the case that ends."""
    into.merged = (*into.merged, MergedCase(case.id, case.number, case.reporter), *case.merged)
    into.reporters = _others(into, [case.reporter, *case.reporters])
    into.repeats += case.repeats
    into.private = into.private or case.private
    into.satisfaction = {**case.satisfaction, **into.satisfaction}
    case.merged_into = MergedInto(into.id, into.number)
    return Change(MERGED, (MERGED,), orders=withdraw_all(case))


def _others(into: Case, refs: Iterable[str | None]) -> tuple[str, ...]:
    """Everybody else who reported it, each once."""
    others = (ref for ref in (*into.reporters, *refs) if ref and ref != into.reporter)
    return tuple(dict.fromkeys(others))
