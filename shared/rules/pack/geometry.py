"""Areas as shapes of the geometry library: whether one is drawn well, which overlap, which hold a point.

Decides how much overlap is only the thickness of a pencil. Knows no files and no rules. Areas are plain tuples
elsewhere; whoever has none never loads the library.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise

import shapely
from shapely.geometry.base import BaseGeometry

from shared.rules.pack.model import Polygon

_PENCIL = 1e-6  # share of the smaller area that two neighbours may both claim
_AT_A_TIME = 50  # segments asked for at once, so that stopping comes soon enough
_PLACE = re.compile(r"\[(-?[0-9.e+-]+) (-?[0-9.e+-]+)\]")


def shape_of(area: tuple[Polygon, ...]) -> BaseGeometry:
    """Return the shape of an area."""
    parts = [shapely.Polygon(polygon[0], polygon[1:]) for polygon in area]
    return parts[0] if len(parts) == 1 else shapely.MultiPolygon(parts)


def fault_of(area: tuple[Polygon, ...]) -> tuple[float, float] | None:
    """Return where an area's lines cross or touch wrongly, None for one that is drawn well."""
    shape = shape_of(area)
    if shapely.is_valid(shape):
        return None
    found = _PLACE.search(shapely.is_valid_reason(shape))
    return (float(found[1]), float(found[2])) if found else area[0][0][0]


def overlapping(
    areas: Sequence[tuple[Polygon, ...]], concerned: Callable[[int, int], bool]
) -> Iterator[tuple[int, int]]:
    """Return the pairs of areas, by their numbers, that claim the same ground; neighbours may touch.

    Only pairs that are `concerned` are looked at. Whoever stops asking after some pairs has bounded the time,
    however the areas are drawn.
    """
    shapes = [shape_of(area) for area in areas]
    tree = shapely.STRtree(shapes)
    for one, shape in enumerate(shapes):
        for other in sorted(int(number) for number in tree.query(shape)):
            if one >= other or not concerned(one, other):
                continue
            if _cross_often(areas[one], areas[other]) or _claim(shape, shapes[other]):
                yield one, other


def _cross_often(one: tuple[Polygon, ...], other: tuple[Polygon, ...]) -> bool:
    """Tell whether outlines cross more often than they have points: then they are no neighbours.

    What such areas share is never drawn, which would take time and memory beyond all bounds.
    """
    ours, theirs = _segments(one), _segments(other)
    tree, left = shapely.STRtree(shapely.linestrings(ours)), len(ours) + len(theirs)
    for start in range(0, len(theirs), _AT_A_TIME):
        some = shapely.linestrings(theirs[start : start + _AT_A_TIME])
        left -= tree.query(some, predicate="crosses").shape[1]
        if left < 0:
            return True
    return False


def _segments(area: tuple[Polygon, ...]) -> list[tuple[tuple[float, float], tuple[float, float]]]:
    """Return the straight pieces of an outline."""
    return [piece for polygon in area for ring in polygon for piece in pairwise(ring)]


def _claim(one: BaseGeometry, other: BaseGeometry) -> bool:
    both = shapely.area(shapely.intersection(one, other))
    return bool(both > _PENCIL * min(shapely.area(one), shapely.area(other)))


class Atlas:
    """Areas ready to be asked for points. Immutable; safe to share between threads."""

    def __init__(self, areas: Sequence[tuple[Polygon, ...]]) -> None:
        self._shapes = [shape_of(area) for area in areas]
        shapely.prepare(self._shapes)
        self._tree = shapely.STRtree(self._shapes)

    def at(self, lon: float, lat: float) -> tuple[int, ...]:
        """Return the numbers of the areas that hold a point, its border counted in, in order."""
        point = shapely.Point(lon, lat)
        return tuple(sorted(int(number) for number in self._tree.query(point, predicate="intersects")))
