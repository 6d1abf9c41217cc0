"""What a decision of routing changes: who leads, whose work orders begin and end, which milestones fall.

Decides when the lead counts as changed and who must accept in person. Which unit leads is routing's.
"""

from collections.abc import Iterator, Sequence

from services.intake.domain.case import HANDED_OVER, Case, Progress
from services.intake.domain.change import (
    Change,
    OrderChange,
    falling,
    issue,
    progress_after_fall,
    withdraw_all,
)
from services.intake.domain.milestones import ACCEPTED, ASSIGNED, DECLINED, REJECTED
from shared.contracts.messages import OrderPart, OrderState
from shared.rules.case.snapshot import Assignment
from shared.rules.pack.model import Acceptance, Effect, EffectKind, Pack


def consequences_of_decision(
    pack: Pack, case: Case, assignment: Assignment, acceptance: Acceptance
) -> Change:
    """Return what a decision changes.

    It hands the case over only where somebody led it before: an earlier decision that was overtaken gave it to nobody.
    Acceptance is automatic unless the pack asks for a person's; then an earlier acceptance falls when the
    lead changed, for each level accepts for itself (RC-12).
    """
    changed = case.lead is not None and assignment.lead != case.lead
    automatic = acceptance is Acceptance.AUTOMATIC
    falls = [DECLINED] if automatic or not changed else [DECLINED, ACCEPTED]
    undone = falling(case, falls, pack)
    accepts = automatic and (changed or not case.stands(ACCEPTED))  # who leads on has accepted already
    reached = [ASSIGNED, *([HANDED_OVER] if changed else []), *([ACCEPTED] if accepts else [])]
    return Change(
        step=ASSIGNED,
        reached=tuple(reached),
        undone=undone,
        orders=tuple(_orders(case, assignment, automatic)),
        progress=_progress(pack, case, assignment, undone),
        assignment=assignment,
    )


def consequences_of_return(case: Case, assignment: Assignment, rule: str) -> Change:
    """Return what it changes that a matter is none of this house: the case is rejected, nobody holds it.

    Args:
        rule: the rule that says so; its title is the reason.
    """
    return Change(
        step=REJECTED,
        reached=(REJECTED,),
        effects=(Effect(EffectKind.REJECT, rule),),
        orders=withdraw_all(case),
        progress=Progress(),
        assignment=assignment,
    )


def _progress(pack: Pack, case: Case, assignment: Assignment, undone: Sequence[str]) -> Progress:
    """A new procedure begins at its beginning; the same one goes on where it was, but for what fell."""
    before = case.assignment.procedure if case.assignment else None
    if before == assignment.procedure:
        return progress_after_fall(case, pack, undone)
    # Whoever has the case now finds what was asked for.
    return Progress(requests=case.progress.requests)


def _orders(case: Case, assignment: Assignment, automatic: bool) -> Iterator[OrderChange]:
    """Whoever keeps the part keeps the work order; others are withdrawn, with the time they were held."""
    wanted = shares_of(assignment)
    for order in case.orders:
        if (order.unit, order.part) not in wanted:
            yield OrderChange(order, OrderState.WITHDRAWN)
        elif automatic and order.accepted_at is None:
            yield OrderChange(order, OrderState.ACCEPTED)
    yield from missing_orders(case, assignment)


def shares_of(assignment: Assignment) -> list[tuple[str, OrderPart]]:
    """Return the units that have a share of a case, each with its part, the lead first."""
    lead = [(assignment.lead, OrderPart.LEAD)] if assignment.lead else []
    return [*lead, *((unit, OrderPart.ASSIST) for unit in assignment.assisting)]


def missing_orders(case: Case, assignment: Assignment) -> Iterator[OrderChange]:
    """Yield the work orders that have to be issued so that every unit with a share has an open one."""
    held = {(order.unit, order.part) for order in case.orders}
    yield from (issue(unit, part) for unit, part in shares_of(assignment) if (unit, part) not in held)
