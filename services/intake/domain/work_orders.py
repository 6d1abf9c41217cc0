"""A unit's share of a case: the work order as it stands, how it moves on, and what the history says of it.

Decides how long a work order was held. Who may move it is the handlers'.
"""

from datetime import datetime
from enum import StrEnum

from msgspec import Struct
from msgspec.structs import replace

from services.intake.domain.case import OpenOrder
from shared.contracts.messages import OrderPart, OrderState, WorkOrderChanged

ENDS = frozenset({OrderState.DECLINED, OrderState.DONE, OrderState.WITHDRAWN})


class WorkOrder(Struct, frozen=True, kw_only=True):
    """A unit's share of a case, whole.

    Args:
        decision, round: in which it was issued.
        held_for_seconds: from issue to end; None while it is open.
        assignee: the person who works on it, by reference; left_alarmed_at: when the operator heard that this
            person is gone.
    """

    id: str
    case_id: str
    town: str
    number: str
    unit: str
    part: OrderPart
    state: OrderState
    decision: int
    round: int
    issued_at: datetime
    accepted_at: datetime | None = None
    ended_at: datetime | None = None
    held_for_seconds: int | None = None
    assignee: str | None = None
    left_alarmed_at: datetime | None = None

    @property
    def is_open(self) -> bool:
        """Tell whether it has not ended."""
        return self.state not in ENDS

    @property
    def as_open(self) -> OpenOrder:
        """What the case itself knows of it while it is open."""
        return OpenOrder(self.id, self.unit, self.part, self.issued_at, self.accepted_at)

    def moved(self, state: OrderState, at: datetime) -> "WorkOrder":
        """Return the work order once it was accepted or has ended at an instant."""
        if state is OrderState.ACCEPTED:
            return replace(self, state=state, accepted_at=at)
        if state not in ENDS:
            return replace(self, state=state)
        held_for = int((at - self.issued_at).total_seconds())
        return replace(self, state=state, ended_at=at, held_for_seconds=held_for)

    def change(self, at: datetime) -> WorkOrderChanged:
        """Return the message that tells of it as it now stands."""
        return WorkOrderChanged(
            case=self.case_id,
            number=self.number,
            work_order=self.id,
            unit=self.unit,
            part=self.part,
            state=self.state,
            held_for_seconds=self.held_for_seconds,
            at=at,
        )


class AssigneeState(StrEnum):
    """Where the person is who works on a work order."""

    HERE = "here"
    LEFT = "left"  # holds no place in the unit any more
    ABSENT = "absent"


class StaffedOrder(WorkOrder, frozen=True, kw_only=True):
    """A work order with its person's whereabouts; `substitute` gets what somebody absent would get."""

    assignee_state: AssigneeState | None
    substitute: str | None


class OrderEntry(Struct, frozen=True):
    """What a change made of a work order."""

    id: str
    unit: str
    part: OrderPart
    state: OrderState
    held_for_seconds: int | None


def order_entry(order: WorkOrder) -> OrderEntry:
    """Return what the history says of a work order within a change."""
    return OrderEntry(order.id, order.unit, order.part, order.state, order.held_for_seconds)


class ShareMovedEntry(Struct, frozen=True):
    """What a unit did with its own share."""

    id: str
    unit: str
    state: OrderState
    held_for_seconds: int | None


class AssigneeEntry(Struct, frozen=True):
    """A work order was given to a person, or taken back from one."""

    id: str
    unit: str
    person: str | None


class AssigneeGoneEntry(Struct, frozen=True):
    """The person who works on a work order is not there."""

    work_order: str
    unit: str
    person: str | None
    cause: str
    substitute: str | None
