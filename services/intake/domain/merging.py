"""May one case be merged into another, by whom, and what of it lives on there.

Decides: both of one town, neither over, the one that goes on no draft; by a unit that holds one of them where they are
alike, else by the supervisor. Nobody who reported is lost.
"""

from collections.abc import Iterable
from datetime import datetime

from services.intake.domain.actors import SUPERVISOR, is_among
from services.intake.domain.case import Case, MergedCase, MergedInto
from services.intake.domain.change import Change, withdraw_all
from services.intake.domain.milestones import MERGED, TOOK_IN, endings_of
from services.intake.domain.refusal import Refusal, refusal
from shared.contracts.messages import Actor
from shared.rules.case.snapshot import CaseState
from shared.rules.case.timeline import milestones_after
from shared.rules.pack.model import Pack


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


def refuse_merger(pack: Pack, case: Case, into: Case, actor: Actor) -> Refusal | None:
    """Return why this actor may not merge the two, or None. A draft is held by nobody: whoever confirms drafts may.

    Args:
        pack: of the case that goes on.
    """
    if supervises(pack, case, into, actor):
        return None
    held = any(order.unit == actor.unit for either in (case, into) for order in either.orders)
    if not held and case.state is not CaseState.DRAFT:
        return refusal("merge-not-yours", {"field": "into"}, one=case.number, other=into.number)
    if unlike := _unlike(case, into):
        return refusal("merge-unlike", {"field": unlike}, one=case.number, other=into.number)
    return None


def supervises(pack: Pack, case: Case, into: Case, actor: Actor) -> bool:
    """Tell whether somebody supervises one of the cases, by role or by unit."""
    return any(is_among(actor, (SUPERVISOR,), pack, either) for either in (case, into))


def _unlike(case: Case, into: Case) -> str | None:
    # The words of a draft may propose no category: then nothing speaks against it.
    if case.category and case.category not in (into.category, *into.also):
        return "category"
    return None if case.place.jurisdiction == into.place.jurisdiction else "place"


def merge(case: Case, into: Case, at: datetime) -> Change:
    """Link both files and hand the reporters on; return what it changes in the case that ends."""
    into.milestones = milestones_after(into.milestones, (), (TOOK_IN,), at)
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
