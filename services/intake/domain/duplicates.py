"""Which other cases look like this one: candidates for merging, which is always done by hand.

Decides by the pack's own measure: same category, same place, near in time.
"""

from dataclasses import dataclass
from datetime import datetime

from services.intake.domain.case import Case
from services.intake.domain.time_window import earlier, later
from shared.rules.pack.model import Pack

MOST = 10  # candidates that are suggested at once


@dataclass(frozen=True, slots=True)
class DuplicateCriteria:
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


def duplicate_criteria(pack: Pack, case: Case) -> DuplicateCriteria | None:
    """Return what makes another case look like this one, None where the town compares nothing.

    Where the place is to be the same, a case without a known place looks like no other.
    """
    measure = pack.duplicates
    if measure is None or ("place" in measure.same and case.place_key is None):
        return None
    return DuplicateCriteria(
        town=case.town,
        category=case.category if "category" in measure.same else None,
        place=case.place_key if "place" in measure.same else None,
        since_at=earlier(pack, case.reported_at, measure.within),
        until_at=later(pack, case.reported_at, measure.within),
        but=case.id,
    )


def meets(criteria: DuplicateCriteria, case: Case) -> bool:
    """Tell whether a case has what another must have to be suggested."""
    return (
        case.id != criteria.but
        and case.town == criteria.town
        and criteria.category in (None, case.category)
        and criteria.place in (None, case.place_key)
        and criteria.since_at <= case.reported_at <= criteria.until_at
    )
