"""What a unit does with its own share of a case: takes it, declines it, finishes it.

For assisting units; the lead's work order follows the case's steps.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from services.intake.domain.actors import Actor
from services.intake.domain.case import Case
from services.intake.domain.refusal import Refusal, refusal
from services.intake.domain.steps import LEAD
from services.intake.handlers.carry_out import say
from services.intake.messages.cases import work_order
from services.intake.ports.case_file import CaseFile
from shared.db.work import Work
from shared.kernel.instants import format_instant

Move = Literal["accept", "decline", "done"]
_STATES: Mapping[Move, str] = {"accept": "accepted", "decline": "declined", "done": "done"}


@dataclass(frozen=True, slots=True)
class OrderMover:
    """Moves assisting units' work orders within a transaction."""

    files: CaseFile

    def move(
        self, work: Work, case: Case, order_id: str, actor: Actor, move: Move, note: str | None
    ) -> dict[str, Any]:
        """Move the work order and return it.

        Raises:
            Refusal: it is not open, is the lead's, another unit's, or accepted already.
        """
        order = open_order(case, order_id)
        if no := _refusal(order, actor, move):
            raise no
        row = self.files.move_order(work, order_id, _changes(work, order, move))
        rest = [each for each in case.orders if each["id"] != order_id]
        case.orders = [*rest, {**order, "accepted_at": format_instant(work.at)}] if move == "accept" else rest
        data = {
            "id": order_id,
            "unit": row["unit"],
            "state": row["state"],
            "held_for_seconds": row["held_for_seconds"],
        }
        self.files.record(work, case, "work-order", actor, data, {"note": note} if note else None)
        say(work, case, f"work_order.{row['state']}", work_order(row, work.at))
        self.files.keep(work, case)
        return row


def open_order(case: Case, order_id: str) -> Mapping[str, Any]:
    """Return one of the case's open work orders.

    Raises:
        Refusal: `order-not-open`.
    """
    found = next((order for order in case.orders if order["id"] == order_id), None)
    if found is None:
        raise refusal("order-not-open")
    return found


def _refusal(order: Mapping[str, Any], actor: Actor, move: Move) -> Refusal | None:
    if order["unit"] != actor.unit:
        return refusal("order-not-yours")
    if order["part"] == LEAD:
        return refusal("order-follows-case")
    if move == "accept" and order["accepted_at"] is not None:
        return refusal("order-accepted-already")
    return None


def _changes(work: Work, order: Mapping[str, Any], move: Move) -> dict[str, Any]:
    if move == "accept":
        return {"state": "accepted", "accepted_at": work.at}
    held = work.at - datetime.fromisoformat(order["issued_at"])
    return {"state": _STATES[move], "ended_at": work.at, "held_for_seconds": int(held.total_seconds())}
