"""Builds the areas of places from the town's GeoJSON files.

Decides whether a feature draws the area of a place: known place, closed rings, coordinates on the earth,
lines that don't cross. Whether areas get in each other's way is for the checks.
"""

from collections.abc import Callable, Mapping
from typing import Any

from shared.rules.language.errors import Where
from shared.rules.pack.build.drafting import Draft
from shared.rules.pack.build.geojson import Feature, features_of
from shared.rules.pack.model import Polygon, Ring

MOST_POINTS = 5_000  # of one area: what two outlines can do to one another grows with the square of it
_SHORTEST = 4  # a triangle, its first point again at the end
_PLACES = 9  # decimal places of a degree that are kept: a tenth of a millimetre

Complain = Callable[..., None]


def build_areas(draft: Draft) -> Mapping[str, tuple[Polygon, ...]]:
    """Return the area of every place that has one; where each is written goes into the draft."""
    areas: dict[str, tuple[Polygon, ...]] = {}
    for file, text in draft.assembly.areas.items():
        for feature in features_of(text, file, draft.complaints):
            place = _place(draft, feature)
            if place is not None:
                draft.areas[place] = feature.where
                areas[place] = _area(draft, place, feature)
    return {place: area for place, area in areas.items() if area}


def _place(draft: Draft, feature: Feature) -> str | None:
    """Return the known place that a feature names, if it is the first to do so."""
    content = feature.content if isinstance(feature.content, dict) else {}
    properties = content.get("properties")
    place = properties.get("place") if isinstance(properties, dict) else None
    if content.get("type") != "Feature" or not isinstance(place, str):
        draft.complain("area-without-place", feature.where, number=feature.number)
        return None
    if not draft.names.refer("place", place, feature.where):
        return None
    before = draft.areas.get(place)
    if before is not None:
        draft.complain("area-twice", feature.where, place=place, file=before.file, line=before.line)
    return place if before is None else None


def _area(draft: Draft, place: str, feature: Feature) -> tuple[Polygon, ...]:
    """Return the polygons of a place, or none after a complaint."""
    polygons = _polygons(feature.content.get("geometry"))
    if not polygons:
        draft.complain("area-not-polygon", feature.where, place=place)
        return ()
    points = sum(len(ring) for polygon in polygons for ring in polygon)
    if points > MOST_POINTS:
        draft.complain("area-too-fine", feature.where, place=place, points=points, most=MOST_POINTS)
        return ()
    faulty = [
        ring for polygon in polygons for ring in polygon if not _is_sound(draft, place, ring, feature.where)
    ]
    return polygons if not faulty and _is_drawn_well(draft, place, polygons, feature.where) else ()


def _polygons(geometry: Any) -> tuple[Polygon, ...]:
    """Return what a geometry draws; nothing where it is no polygon."""
    if not isinstance(geometry, dict) or geometry.get("type") not in ("Polygon", "MultiPolygon"):
        return ()
    drawn: Any = geometry.get("coordinates")
    polygons = [drawn] if geometry["type"] == "Polygon" else drawn
    try:
        return tuple(tuple(_ring(ring) for ring in polygon) for polygon in polygons if polygon)
    except (TypeError, ValueError, IndexError, OverflowError):
        return ()


def _ring(points: Any) -> Ring:
    if not isinstance(points, list):
        raise TypeError
    return tuple((_number(point[0]), _number(point[1])) for point in points)


def _number(value: Any) -> float:
    # A JSON `true` would pass for the number 1.
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise TypeError
    return round(float(value), _PLACES)


def _is_sound(draft: Draft, place: str, ring: Ring, where: Where) -> bool:
    """Tell whether a ring has corners enough, lies on the earth and is closed."""
    outside = next((point for point in ring if not _is_on_earth(*point)), None)
    if outside is not None:
        draft.complain("coordinates-out-of-range", where, place=place, lon=outside[0], lat=outside[1])
        return False
    if len(ring) < _SHORTEST:
        draft.complain("ring-too-short", where, place=place, points=len(ring))
        return False
    if ring[0] != ring[-1]:
        draft.complain("ring-open", where, place=place, first=_said(ring[0]), last=_said(ring[-1]))
        return False
    return True


def _is_on_earth(lon: float, lat: float) -> bool:
    return -180 <= lon <= 180 and -90 <= lat <= 90


def _said(point: tuple[float, float]) -> str:
    return f"{point[0]}, {point[1]}"


def _is_drawn_well(draft: Draft, place: str, polygons: tuple[Polygon, ...], where: Where) -> bool:
    from shared.rules.pack import geometry  # only a town with areas pays for the geometry library

    fault = geometry.fault_of(polygons)
    if fault is not None:
        draft.complain("area-crosses-itself", where, place=place, lon=fault[0], lat=fault[1])
    return fault is None
