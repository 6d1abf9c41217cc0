"""Which other cases look like this one: candidates for merging, which is always done by hand.

Decides by the pack's own measure: same category, same place, near in time.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from services.intake.domain.case import Case
from services.intake.domain.stretch import earlier, later
from shared.kernel.instants import format_instant
from shared.rules.pack.model import Pack


@dataclass(frozen=True, slots=True)
class Likeness:
    """What another case must have to be suggested; None asks nothing.

    Args:
        but: the case itself.
    """

    town: str
    category: str | None
    place: str | None
    since_at: datetime
    until_at: datetime
    but: str


def likeness_of(pack: Pack, case: Case) -> Likeness | None:
    """Return what makes another case look like this one, None where the town compares nothing.

    Where the place is to be the same, a case without a known place looks like no other.
    """
    measure = pack.duplicates
    if measure is None or ("place" in measure.same and case.place_key is None):
        return None
    return Likeness(
        town=case.town,
        category=case.category if "category" in measure.same else None,
        place=case.place_key if "place" in measure.same else None,
        since_at=earlier(pack, case.reported_at, measure.within),
        until_at=later(pack, case.reported_at, measure.within),
        but=case.id,
    )


def suggested(case: Case) -> dict[str, Any]:
    """Return a case as it is suggested: by number and state, nothing of what was reported."""
    return {
        "case": case.id,
        "number": case.number,
        "state": case.state,
        "reported_at": format_instant(case.reported_at),
    }


def looks_like(likeness: Likeness, case: Case) -> bool:
    """Tell whether a case has what the likeness asks."""
    return (
        case.id != likeness.but
        and case.town == likeness.town
        and likeness.category in (None, case.category)
        and likeness.place in (None, case.place_key)
        and likeness.since_at <= case.reported_at <= likeness.until_at
    )
