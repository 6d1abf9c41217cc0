"""Which other cases look like this one: candidates for merging, which is always done by hand.

Decides by the pack's own measure: same category, same place or near it, near in time.
"""

from dataclasses import dataclass
from datetime import datetime
from math import asin, cos, radians, sin, sqrt

from services.intake.domain.case import Case
from services.intake.domain.time_window import earlier, later
from shared.rules.case.snapshot import Place
from shared.rules.pack.model import Pack

MOST = 10  # candidates that are suggested at once
_EARTH = 6_371_000  # metres


@dataclass(frozen=True, slots=True)
class Nearness:
    """What another place must be to count as the same.

    Args:
        near: metres at most, where both have a point: then names say nothing, for a border of grids may run between
            two ends of one heap of rubble. None: the same name alone.
    """

    place: Place
    near: int | None

    @property
    def is_measured(self) -> bool:
        """Tell whether a distance may decide, so that cases of other places must be looked at too."""
        return self.near is not None and has_point(self.place)

    def holds(self, other: Place) -> bool:
        """Tell whether another place counts as the same."""
        if self.near is not None and has_point(self.place) and has_point(other):
            return metres_between(self.place, other) <= self.near
        return self.place.key is not None and self.place.key == other.key


def has_point(place: Place) -> bool:
    """Tell whether a place has a point that a device has found; 0,0 is what one says that has found none."""
    return place.lat is not None and place.lon is not None and not is_null_point(place)


def is_null_point(place: Place) -> bool:
    """Tell whether a point is 0,0, in the sea: a device without a fix."""
    return place.lat is not None and place.lon is not None and abs(place.lat) < 1e-3 and abs(place.lon) < 1e-3


def metres_between(here: Place, there: Place) -> float:
    """Return how far two points lie apart on the ground.

    Raises:
        ValueError: one of them has no point.
    """
    if here.lat is None or here.lon is None or there.lat is None or there.lon is None:
        raise ValueError("a place without a point lies at no distance")
    lat, other_lat = radians(here.lat), radians(there.lat)
    half = sin((other_lat - lat) / 2) ** 2
    half += cos(lat) * cos(other_lat) * sin(radians(there.lon - here.lon) / 2) ** 2
    return 2 * _EARTH * asin(min(1.0, sqrt(half)))


@dataclass(frozen=True, slots=True)
class DuplicateCriteria:
    """What another case must have to be suggested; None asks nothing.

    Args:
        but: the case itself.
    """

    town: str
    category: str | None
    where: Nearness | None
    since_at: datetime
    until_at: datetime
    but: str


def duplicate_criteria(pack: Pack, case: Case) -> DuplicateCriteria | None:
    """Return what makes another case look like this one, None where the town compares nothing.

    Where the place is to be the same, a case without a known place looks like no other.
    """
    measure = pack.duplicates
    if measure is None:
        return None
    where = Nearness(case.place, measure.near) if "place" in measure.same else None
    if where is not None and case.place_key is None and not where.is_measured:
        return None
    return DuplicateCriteria(
        town=case.town,
        category=case.category if "category" in measure.same else None,
        where=where,
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
        and (criteria.where is None or criteria.where.holds(case.place))
        and criteria.since_at <= case.reported_at <= criteria.until_at
    )
