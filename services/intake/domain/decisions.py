"""What a decision of routing changes: who leads, whose work orders begin and end, which milestones fall.

Decides when the lead counts as changed and who must accept in person. Which unit leads is routing's.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from services.intake.domain.case import Case
from services.intake.domain.change import Change, OrderChange, falling, progress_after_fall
from services.intake.domain.milestones import ACCEPTED, ASSIGNED, DECLINED, HANDED_OVER, REJECTED
from services.intake.domain.steps import ASSIST, LEAD, order_for
from shared.rules.pack.model import Effect, EffectKind, Pack

AUTOMATIC = "automatic"


def consequences_of_decision(
    pack: Pack, case: Case, assignment: Mapping[str, Any], acceptance: str
) -> Change:
    """Return what a decision changes.

    Acceptance is automatic unless the pack asks for a person's; then an earlier acceptance falls when the
    lead changed, for each level accepts for itself (RC-12).
    """
    changed = case.decisions > 0 and assignment["lead"] != case.lead
    automatic = acceptance == AUTOMATIC
    falls = [DECLINED] if automatic or not changed else [DECLINED, ACCEPTED]
    undone = falling(case, falls, pack)
    accepts = automatic and (changed or ACCEPTED not in case.marks)  # who leads on has accepted already
    reached = [ASSIGNED, *([HANDED_OVER] if changed else []), *([ACCEPTED] if accepts else [])]
    return Change(
        step=ASSIGNED,
        reached=tuple(reached),
        undone=undone,
        orders=tuple(_orders(case, assignment, automatic)),
        progress=_progress(pack, case, assignment, undone),
        assignment=assignment,
    )


def consequences_of_return(case: Case, assignment: Mapping[str, Any], rule: str) -> Change:
    """Return what it changes that a matter is none of this house: the case is rejected, nobody holds it.

    Args:
        rule: the rule that says so; its title is the reason.
    """
    return Change(
        step=REJECTED,
        reached=(REJECTED,),
        effects=(Effect(EffectKind.REJECT, rule),),
        orders=tuple(OrderChange(order, "withdrawn") for order in case.orders),
        progress={"taken": (), "run": (), "approvals": ()},
        assignment=assignment,
    )


def _progress(
    pack: Pack, case: Case, assignment: Mapping[str, Any], undone: Sequence[str]
) -> Mapping[str, Sequence[str]]:
    """A new procedure begins at its beginning; the same one goes on where it was, but for what fell."""
    before = case.assignment["procedure"] if case.assignment else None
    if before != assignment["procedure"]:
        return {"taken": (), "run": (), "approvals": ()}
    return progress_after_fall(case, pack, undone)


def _orders(case: Case, assignment: Mapping[str, Any], automatic: bool) -> Iterator[OrderChange]:
    """Whoever keeps the part keeps the work order; others are withdrawn, with the time they were held."""
    wanted = [(assignment["lead"], LEAD)] if assignment["lead"] else []
    wanted += [(unit, ASSIST) for unit in assignment["assisting"]]
    for order in case.orders:
        if (order["unit"], order["part"]) not in wanted:
            yield OrderChange(order, "withdrawn")
        elif automatic and order["accepted_at"] is None:
            yield OrderChange(order, "accepted")
    held = {(order["unit"], order["part"]) for order in case.orders}
    yield from (
        OrderChange(order_for(unit, part), "issued") for unit, part in wanted if (unit, part) not in held
    )
