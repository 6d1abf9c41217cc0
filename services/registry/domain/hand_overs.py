"""Hand-overs (移交): what somebody who leaves a post leaves to whoever follows, seen by both.

What is owed stays with the post and open cases with the unit, so neither is moved. Contacts are a person's: they go
over when whoever follows has seen the hand-over.
"""

from dataclasses import dataclass, replace
from datetime import datetime

from services.registry.domain.members import Membership
from services.registry.domain.refusals import refusal
from shared.kernel.roles import Role
from shared.web.callers import Caller


@dataclass(frozen=True, slots=True)
class HandOverWish:
    """Who is to leave which post to whom."""

    unit: str
    from_person: str
    to_person: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class HandOver:
    """A hand-over.

    Args:
        unit: address of the post; from_person, to_person: references.
        contacts: how many went over.
        given_at, taken_at: when whoever leaves and whoever follows has seen it; None: not yet.
    """

    id: str
    unit: str
    from_person: str
    to_person: str
    note: str
    opened_at: datetime
    opened_by: str | None
    contacts: int = 0
    given_at: datetime | None = None
    taken_at: datetime | None = None


def check_hand_over(new: HandOverWish, places: list[Membership], by: Caller) -> None:
    """Accept a hand-over that may be opened.

    Args:
        places: that the two hold or have held.

    Raises:
        Problem: `hand-over-not-yours`, `hand-over-to-self`, `hand-over-elsewhere`.
    """
    if by.role not in (Role.SUPERVISOR, Role.OPERATOR) and by.person != new.from_person:
        raise refusal("hand-over-not-yours")
    if new.from_person == new.to_person:
        raise refusal("hand-over-to-self")
    here = [place for place in places if place.unit == new.unit]
    # Whoever leaves may have left already; whoever follows must be there.
    leaves = any(place.person == new.from_person for place in here)
    follows = any(place.person == new.to_person and place.held for place in here)
    if not (leaves and follows):
        raise refusal("hand-over-elsewhere", unit=new.unit)


def seen_by(known: HandOver, person: str | None, at: datetime) -> HandOver:
    """Return a hand-over that one of the two has seen; the first time counts.

    Raises:
        Problem: `hand-over-not-yours`.
    """
    if person == known.from_person:
        return replace(known, given_at=known.given_at or at)
    if person == known.to_person:
        return replace(known, taken_at=known.taken_at or at)
    raise refusal("hand-over-not-yours")
