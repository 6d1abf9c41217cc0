"""A map of grids: outlines and points on one sheet, small enough to be written into a page as SVG.

Decides the projection: degrees as they are, longitude shortened by the latitude in the middle. A town is small enough
for that, and nothing is measured on the sheet.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import cos, radians

from services.console.domain.grid_sheets import GridFeatureSheet, Outline, Ring
from services.console.domain.sheets import CaseRow

WIDTH, MOST_HIGH, BORDER = 1000.0, 720.0, 24.0
Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class DrawnGrid:
    """A grid on the sheet.

    Args:
        path: as SVG writes outlines.
        label: where its name stands.
    """

    place: str
    path: str
    label: Point

    @property
    def rings(self) -> tuple[tuple[Point, ...], ...]:
        """The outlines as corners, for what knows no SVG."""
        closed = (ring.rstrip("Z ").split("L") for ring in self.path.split("M") if ring)
        return tuple(tuple(_corner(each) for each in ring) for ring in closed)


@dataclass(frozen=True, slots=True)
class DrawnCase:
    """A case on the sheet."""

    row: CaseRow
    at: Point


@dataclass(frozen=True, slots=True)
class DrawnMap:
    """The sheet: `height` fits its grids; of cases those that lie on it."""

    grids: tuple[DrawnGrid, ...]
    cases: tuple[DrawnCase, ...]
    height: float


@dataclass(frozen=True, slots=True)
class Projection:
    """From degrees to a place on the sheet."""

    west: float
    north: float
    x_scale: float
    y_scale: float
    height: float

    def at(self, lon: float, lat: float) -> Point:
        """Return where a point lies."""
        x, y = BORDER + (lon - self.west) * self.x_scale, BORDER + (self.north - lat) * self.y_scale
        return (round(x, 1), round(y, 1))

    def has(self, at: Point) -> bool:
        """Tell whether a place is on the sheet."""
        return 0 <= at[0] <= WIDTH and 0 <= at[1] <= self.height


def _corner(written: str) -> Point:
    x, _, y = written.partition(",")
    return float(x), float(y)


def map_of(features: Sequence[GridFeatureSheet], rows: Iterable[CaseRow]) -> DrawnMap | None:
    """Return the map; None where no grid is drawn."""
    drawn = [(each.properties.place, each.geometry.pieces) for each in features if each.geometry is not None]
    points = [point for _, pieces in drawn for piece in pieces for ring in piece for point in ring]
    if not points:
        return None
    sheet = _sheet(points)
    grids = tuple(
        DrawnGrid(place, _path(sheet, pieces), _label(sheet, pieces)) for place, pieces in _large_first(drawn)
    )
    return DrawnMap(grids, tuple(_cases(sheet, rows)), sheet.height)


def _sheet(points: Sequence[Point]) -> Projection:
    lons, lats = [lon for lon, _ in points], [lat for _, lat in points]
    west, north = min(lons), max(lats)
    shortened = cos(radians((min(lats) + north) / 2)) or 1.0
    wide, high = (max(lons) - west) * shortened or 1e-6, (north - min(lats)) or 1e-6
    scale = min((WIDTH - 2 * BORDER) / wide, (MOST_HIGH - 2 * BORDER) / high)
    return Projection(west, north, scale * shortened, scale, round(high * scale + 2 * BORDER, 1))


def _large_first(drawn: Sequence[tuple[str, tuple[Outline, ...]]]) -> list[tuple[str, tuple[Outline, ...]]]:
    """What lies around others is drawn below them."""
    return sorted(drawn, key=lambda grid: -sum(_size(piece[0]) for piece in grid[1]))


def _size(ring: Ring) -> float:
    return abs(sum(a[0] * b[1] - b[0] * a[1] for a, b in pairwise(ring))) / 2


def _path(sheet: Projection, pieces: Sequence[Outline]) -> str:
    return " ".join(_ring(sheet, ring) for piece in pieces for ring in piece)


def _ring(sheet: Projection, ring: Ring) -> str:
    return "M" + "L".join("{:g},{:g}".format(*sheet.at(lon, lat)) for lon, lat in ring) + "Z"


def _label(sheet: Projection, pieces: Sequence[Outline]) -> Point:
    """The middle of the largest piece, by its corners."""
    ring = max((piece[0] for piece in pieces), key=_size)[:-1]
    lon, lat = (sum(point[nth] for point in ring) / len(ring) for nth in (0, 1))
    return sheet.at(lon, lat)


def _cases(sheet: Projection, rows: Iterable[CaseRow]) -> Iterator[DrawnCase]:
    for row in rows:
        if row.place.lat is not None and row.place.lon is not None:
            at = sheet.at(row.place.lon, row.place.lat)
            if sheet.has(at):
                yield DrawnCase(row, at)
