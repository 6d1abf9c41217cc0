"""What a unit does with its own share of a case: takes it, declines it, finishes it.

For assisting units; the lead's work order follows the case's steps.
"""

from dataclasses import dataclass
from enum import StrEnum

from services.intake.domain.case import Case, OpenOrder
from services.intake.domain.refusal import Refusal, refusal
from services.intake.domain.work_orders import ShareMovedEntry, WorkOrder
from services.intake.handlers.emitting import emit
from services.intake.store.case_file import SqlCaseFile
from shared.contracts.messages import Actor, OrderPart, OrderState
from shared.db.work import Work


class OrderMove(StrEnum):
    """What a unit may do with its work order."""

    ACCEPT = "accept"
    DECLINE = "decline"
    DONE = "done"


_STATES = {
    OrderMove.ACCEPT: OrderState.ACCEPTED,
    OrderMove.DECLINE: OrderState.DECLINED,
    OrderMove.DONE: OrderState.DONE,
}


@dataclass(frozen=True, slots=True)
class OrderMover:
    """Moves assisting units' work orders within a transaction."""

    files: SqlCaseFile

    def move(
        self, work: Work, case: Case, order_id: str, actor: Actor, move: OrderMove, note: str | None
    ) -> WorkOrder:
        """Move the work order and return it.

        Raises:
            Refusal: it is not open, is the lead's, another unit's, or accepted already.
        """
        if no := _refusal(open_order(case, order_id), actor, move):
            raise no
        order = self.files.order(work, order_id).moved(_STATES[move], work.at)
        self.files.keep_order(work, order)
        rest = tuple(each for each in case.orders if each.id != order_id)
        case.orders = (*rest, order.as_open) if order.is_open else rest
        entry = ShareMovedEntry(order_id, order.unit, order.state, order.held_for_seconds)
        self.files.record(work, case, "work-order", actor, entry, texts={"note": note} if note else None)
        emit(work, case, f"work_order.{order.state}", order.change(work.at))
        self.files.keep(work, case)
        return order


def open_order(case: Case, order_id: str) -> OpenOrder:
    """Return one of the case's open work orders.

    Raises:
        Refusal: `order-not-open`.
    """
    found = next((order for order in case.orders if order.id == order_id), None)
    if found is None:
        raise refusal("order-not-open")
    return found


def _refusal(order: OpenOrder, actor: Actor, move: OrderMove) -> Refusal | None:
    if order.unit != actor.unit:
        return refusal("order-not-yours")
    if order.part is OrderPart.LEAD:
        return refusal("order-follows-case")
    if move is OrderMove.ACCEPT and order.accepted_at is not None:
        return refusal("order-accepted-already")
    return None
