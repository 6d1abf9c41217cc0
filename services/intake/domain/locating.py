"""Where a report is: the place that it names, or the one in which its point lies.

Decides by the town's pack and the local day: a place that has ended hands its new cases to what it became.
"""

from datetime import date
from enum import StrEnum

from services.intake.domain.duplicates import is_null_point
from services.intake.domain.grid_succession import successor_of
from services.intake.domain.refusal import refusal
from services.intake.domain.report_categories import unknown
from shared.rules.case.addresses import jurisdiction_of
from shared.rules.case.snapshot import Place
from shared.rules.decide.where import place_at
from shared.rules.pack.model import Pack


def located(pack: Pack, key: str | None, lat: float | None, lon: float | None, on: date) -> Place:
    """Return where the report is; the key is None where the point lies in no area of the town.

    Args:
        on: the local day of the report.

    Raises:
        Refusal: no such place, none at all, half a point, or an ended place that became several.
    """
    if key is not None and key not in pack.places:
        raise unknown("unknown-place", "place", key, pack.places)
    if (lat is None) != (lon is None):
        raise refusal("half-position", {"field": "lat" if lat is None else "lon"})
    if key is None and lat is None and pack.places:
        raise refusal("place-missing", {"field": "place"})
    found = _drawn(pack, lat, lon, on) if key is None else _present(pack, key, lat, lon, on)
    return Place(key=found, jurisdiction=jurisdiction_of(pack, found), lat=lat, lon=lon)


class PointDoubt(StrEnum):
    """Why a point is hardly where the matter is."""

    NO_FIX = "no-fix"  # 0,0: what a device says that has found no position
    OUTSIDE = "outside"  # in no area of a town that has drawn its own


def doubt_of(pack: Pack, place: Place, on: date) -> PointDoubt | None:
    """Return what is doubtful about a case's point; None: nothing, or there is none.

    Args:
        on: the local day of the report.
    """
    if place.lat is None or place.lon is None:
        return None
    if is_null_point(place):
        return PointDoubt.NO_FIX
    has_areas = any(named.area for named in pack.places.values())
    return PointDoubt.OUTSIDE if has_areas and place_at(pack, place.lon, place.lat, on) is None else None


def _drawn(pack: Pack, lat: float | None, lon: float | None, on: date) -> str | None:
    if lat is None or lon is None or not any(place.area for place in pack.places.values()):
        return None
    return place_at(pack, lon, lat, on)


def _present(pack: Pack, key: str, lat: float | None, lon: float | None, on: date) -> str:
    """The place itself; once it has ended, the one that took over, told from others by the point."""
    found = successor_of(pack, key, on, None if lat is None or lon is None else (lon, lat))
    if found.key is None:
        raise refusal("place-ended", {"field": "place"}, given=key, known=", ".join(found.choices) or "-")
    return found.key
