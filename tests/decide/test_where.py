"""In which place a point lies."""

import math
from dataclasses import replace
from datetime import date
from functools import cache

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.rules.decide.where import place_at
from shared.rules.pack.build.files import load_files
from shared.rules.pack.model import Pack
from shared.rules.pack.read import build_pack
from tests.packs.corpus import BASE, OTHER

ON = date(2026, 3, 9)


@cache
def drawn() -> Pack:
    """The town that draws its grids: a village of two grids, and one that becomes the second."""
    return build_pack(load_files(BASE / OTHER), OTHER)


@pytest.fixture
def pack() -> Pack:
    """The same."""
    return drawn()


def test_the_innermost_place_is_meant(pack: Pack) -> None:
    """A point in a grid is in the grid, not in the village around it."""
    assert place_at(pack, 118.31, 32.31, ON) == "east-1"
    bare = replace(pack, places={**pack.places, "east-1": replace(pack.places["east-1"], area=None)})
    assert place_at(bare, 118.31, 32.31, ON) == "east"


def test_outside_every_area_is_nowhere(pack: Pack) -> None:
    """A point that no area holds, or that is none, has no place."""
    assert place_at(pack, 118.35, 32.31, ON) is None
    assert place_at(pack, math.nan, 32.31, ON) is None
    assert place_at(replace(pack, places={}), 118.31, 32.31, ON) is None


def test_a_grid_takes_points_until_its_end(pack: Pack) -> None:
    """Until the day before its end a grid takes points, from that day on the one that it becomes."""
    assert place_at(pack, 118.335, 32.305, date(2026, 5, 31)) == "east-3"
    assert place_at(pack, 118.335, 32.305, date(2026, 6, 1)) == "east-2"


def test_on_a_common_border_the_first_in_the_file(pack: Pack) -> None:
    """A point on the line between two grids has one place, always the same."""
    assert place_at(pack, 118.32, 32.31, ON) == "east-1"


@given(st.floats(118.29, 118.35), st.floats(32.29, 32.33))
def test_it_agrees_with_plain_arithmetic(lon: float, lat: float) -> None:
    """For grids that are rectangles the place is what comparing the numbers says."""
    inside = 118.30 <= lon <= 118.34 and 32.30 <= lat <= 32.32
    later = date(2027, 1, 1)
    expected = None if not inside else "east-1" if lon <= 118.32 else "east-2"
    assert place_at(drawn(), lon, lat, later) == expected
