"""What intake says of a unit's share of a case."""

from enum import StrEnum

from shared.contracts.messages.body import Body
from shared.kernel.instants import Instant


class OrderPart(StrEnum):
    """In what part a unit has a case."""

    LEAD = "lead"
    ASSIST = "assist"


class OrderState(StrEnum):
    """How far a work order has come."""

    ISSUED = "issued"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    DONE = "done"
    WITHDRAWN = "withdrawn"


class WorkOrderChanged(Body, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """A unit's share of a case: lead or assisting.

    Args:
        work_order: its id.
        unit: 'jurisdiction/unit'.
        at: when it came to this state.
        held_for_seconds: from issue to end; None while it is open.
    """

    case: str
    number: str
    work_order: str
    unit: str
    part: OrderPart
    state: OrderState
    held_for_seconds: int | None = None
    at: Instant
