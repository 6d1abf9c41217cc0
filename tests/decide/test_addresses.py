"""Where units sit."""

import pytest

from shared.rules.case.addresses import places_of
from shared.rules.decide import address, key_of
from shared.rules.pack.model import Pack
from tests.decide.towns import real, two_levels


@pytest.fixture(scope="module")
def pack() -> Pack:
    return two_levels()


@pytest.mark.parametrize(
    ("unit", "place", "expected"),
    [
        ("head", "lane", "a-town.hamlet/head"),  # the lane lies in the hamlet, which stands for the level
        ("head", "hamlet", "a-town.hamlet/head"),
        ("$clerk", "lane", "a-town.hamlet/head"),
        ("head", None, "a-town/head"),  # nobody knows where: the town's own
        ("head", "nowhere", "a-town/head"),
        ("office", "lane", "a-town/office"),  # no place stands for the town's level
        ("bureau", "lane", "county/bureau"),  # above the town
        ("county/bureau", "lane", "county/bureau"),  # an address already
    ],
)
def test_a_unit_sits_where_its_level_says(pack: Pack, unit: str, place: str | None, expected: str) -> None:
    """A unit of a level with places sits in the case's own; one above sits in the jurisdiction above."""
    assert address(pack, unit, place) == expected


def test_a_grid_has_units_of_its_own() -> None:
    """Of nested places, the one that stands for the unit's level is meant."""
    pack = real("t-cgz")
    assert address(pack, "grid-responsible-person", "drum-1") == "t-cgz.drum-1/grid-responsible-person"
    assert address(pack, "community-station", "drum-1") == "t-cgz.drum-community/community-station"


def test_an_address_keeps_its_key() -> None:
    """Every unit of every town is found again by the key of its address, from every place."""
    for pack in (two_levels(), real("t-vtc"), real("t-cgz"), real("t-zq"), real("los-angeles")):
        for unit in pack.units:
            assert {key_of(address(pack, unit, place)) for place in [None, *pack.places]} == {unit}


def test_places_are_named_from_the_inside_out(pack: Pack) -> None:
    """The nearest place comes first, an unknown one has none around it."""
    assert places_of(pack, "lane") == ("lane", "hamlet")
    assert places_of(pack, None) == ()
