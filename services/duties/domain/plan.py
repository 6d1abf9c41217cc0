"""What is planned of a meeting or a training, made ahead: its items, by whom, by when, and what was held in the end.

Decides whether a plan came in time. A plan is no promise: what is held otherwise is not wrong, and stands beside it.
"""

from datetime import date
from enum import StrEnum

from msgspec import Struct

from services.duties.domain.refusals import refusal
from shared.kernel.instants import Instant
from shared.rules.duties import Occurrence
from shared.rules.pack.model import Duty

LONGEST = 2000  # characters of an item


class PlanState(StrEnum):
    """How a plan stands."""

    MADE = "made"
    LATE = "late"  # made after its day
    OPEN = "open"
    MISSING = "missing"  # its day is over, and there is none


class Plan(Struct, frozen=True, kw_only=True):
    """What somebody planned of an occurrence; a later word on it stands in its place.

    Args:
        label: the day by which the occurrence is called.
        person: a reference.
        items: one for each that the duty asks for, in its order.
    """

    id: str
    town: str
    duty: str
    post: str
    label: date
    person: str | None
    made_at: Instant
    items: tuple[str, ...]


def plan_due(duty: Duty, found: Occurrence) -> date | None:
    """Return the last day on which a plan is in time: as the rules say, else its own; None: no day is known."""
    by = duty.meeting.plan_by if duty.meeting else None
    if by is not None:
        return date(found.label.year, *by)
    return found.on


def plan_state(made_on: date | None, due: date | None, today: date) -> PlanState:
    """Tell how a plan stands.

    Args:
        made_on: the day of its first word; None: there is none.
    """
    if made_on is not None:
        return PlanState.LATE if due is not None and made_on > due else PlanState.MADE
    return PlanState.MISSING if due is not None and today > due else PlanState.OPEN


def check_items(duty: Duty, items: tuple[str, ...]) -> tuple[str, ...]:
    """Return what was planned, without blanks around it.

    Raises:
        Problem: `nothing-to-plan`, `plan-incomplete`, `entry-too-long`.
    """
    needs = duty.meeting.plan_needs if duty.meeting else ()
    if not needs:
        raise refusal("nothing-to-plan", {"field": "duty"}, duty=duty.name)
    said = tuple(item.strip() for item in items)
    if len(said) != len(needs) or not all(said):
        padded = (*said, *[""] * len(needs))
        missing = next((need for need, item in zip(needs, padded, strict=False) if not item), needs[-1])
        raise refusal("plan-incomplete", {"field": "items"}, item=missing)
    for need, item in zip(needs, said, strict=True):
        if len(item) > LONGEST:
            raise refusal("entry-too-long", {"field": "items"}, entry=need, most=LONGEST)
    return said
