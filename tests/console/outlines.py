"""Outlines of the test town's grids: a pack may draw them, and this one leaves it to the tests."""

import json
from typing import Any

WEST, SOUTH, WIDE, HIGH = 120.20, 30.20, 0.012, 0.009
# Where each lies, in steps to the east and to the north, with the corners of its shape.
CORNERS = {
    "drum-1": [(0, 0), (1.1, 0.05), (1.0, 1.0), (0.1, 0.95)],
    "drum-2": [(1.1, 0.05), (2.1, 0), (2.2, 0.7), (1.6, 1.1), (1.0, 1.0)],
    "bridge-1": [(0.1, 0.95), (1.0, 1.0), (1.6, 1.1), (1.5, 1.9), (0.3, 1.8)],
}


def outlines() -> str:
    """Return the file in which a pack draws its grids."""
    return json.dumps({"type": "FeatureCollection", "features": [_feature(place) for place in CORNERS]})


def at(east: float, north: float) -> tuple[float, float]:
    """Return longitude and latitude of a place on the map."""
    return (round(WEST + east * WIDE, 6), round(SOUTH + north * HIGH, 6))


def _feature(place: str) -> dict[str, Any]:
    corners = [at(*corner) for corner in CORNERS[place]]
    ring = [list(corner) for corner in (*corners, corners[0])]
    area = {"type": "Polygon", "coordinates": [ring]}
    return {"type": "Feature", "properties": {"place": place}, "geometry": area}
