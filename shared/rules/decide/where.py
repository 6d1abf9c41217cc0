"""In which place of a town a point lies.

Decides which of several places is meant: the innermost one that takes cases on that day. The geometry library is
loaded with the first town that has areas.
"""

from datetime import date
from functools import lru_cache
from math import isfinite
from typing import TYPE_CHECKING

from shared.rules.case.addresses import places_of
from shared.rules.pack.model import Pack, Polygon
from shared.rules.pack.succession import successors

if TYPE_CHECKING:
    from shared.rules.pack.geometry import Atlas


def place_at(pack: Pack, lon: float, lat: float, on: date) -> str | None:
    """Return the place in which a point lies on a local day; None where no area of the town holds it.

    A place that ends takes points until the day before; only then do the places that it becomes. Of places
    within one another the innermost is meant; on a common border the first in the town's file.

    Args:
        lon: degrees east, WGS 84.
        lat: degrees north.
    """
    if not (isfinite(lon) and isfinite(lat)):
        return None
    drawn = [(key, place.area) for key, place in pack.places.items() if place.area]
    if not drawn:
        return None
    numbers = _atlas(tuple(area for _, area in drawn)).at(lon, lat)
    found = [drawn[number][0] for number in numbers if pack.places[drawn[number][0]].takes_cases(on)]
    later = {after for key in found for after in successors(pack.places, key)}
    present = [key for key in found if key not in later]
    return max(present, key=lambda key: len(places_of(pack, key)), default=None)


# Kept by the outlines themselves: editions that draw the same grids share one, and none can be out of date.
@lru_cache(maxsize=64)
def _atlas(areas: tuple[tuple[Polygon, ...], ...]) -> "Atlas":
    from shared.rules.pack.geometry import Atlas

    return Atlas(areas)
