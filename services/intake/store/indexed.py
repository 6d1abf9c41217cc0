"""Of which rows partial indexes are kept: written once, for the tables and for what is asked (`shared.db.partial`)."""

from services.intake.domain.milestones import DRAFT, ENDED
from shared.contracts.messages import OrderState
from shared.rules.pack.model import DataClass


def _names(*names: str) -> str:
    return ", ".join(f"'{name}'" for name in sorted(names))


# of `cases`
OVERDUE = "breached"
FLAGGED = "flagged"
EXTENDED = f"extended_without_due and state not in ({_names(DRAFT, *ENDED)})"
UNACCEPTED = f"accepted_at is null and state not in ({_names(DRAFT, *ENDED)})"
# of `work_orders`: somebody has it in hand; and whoever had it saw the case, but for what was withdrawn or declined
HELD = f"state in ({_names(OrderState.ISSUED, OrderState.ACCEPTED)})"
HANDLED = f"state in ({_names(OrderState.ISSUED, OrderState.ACCEPTED, OrderState.DONE)})"
# of `publications`: counted, and not shown
PRIVATE = "category is null"


def still_held(data: DataClass) -> str:
    """Say that a row of `retained_cases` is of a case that is over and still holds such data."""
    return f"{data.value} and ended_at is not null"
