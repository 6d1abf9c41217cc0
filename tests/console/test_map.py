"""The map and the wall screen: where how much runs and is late, who answers there, and nobody's name on the wall."""

import re
from math import cos, radians

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.console.domain.grid_map import BORDER, MOST_HIGH, WIDTH, map_of
from services.console.domain.grid_sheets import GridFacts, GridFeatureSheet, PolygonShape
from services.console.domain.sheets import ProblemSheet
from services.console.handlers.client import ApiRefused
from tests.console.outlines import CORNERS, at
from tests.console.town import TOWN, ConsoleTown

BASE = f"/towns/{TOWN}"
LON, LAT = st.floats(-170, 170), st.floats(-80, 80)


def square(place: str, west: float, south: float, side: float) -> GridFeatureSheet:
    """A grid of four corners."""
    corners = (
        (west, south),
        (west + side, south),
        (west + side, south + side),
        (west, south + side),
        (west, south),
    )
    return GridFeatureSheet(GridFacts(place), PolygonShape((corners,)))


@given(LON, LAT, st.floats(0.0001, 2))
def test_a_square_of_degrees_is_as_wide_as_its_latitude_makes_it(
    west: float, south: float, side: float
) -> None:
    """Everything lies on the sheet, within its border; north is above; east and west are shortened."""
    found = map_of([square("a", west, south, side)], [])
    assert found is not None
    numbers = [
        tuple(map(float, pair.split(",")))
        for pair in re.findall(r"[-0-9.e+]+,[-0-9.e+]+", found.grids[0].path)
    ]
    xs, ys = [x for x, _ in numbers], [y for _, y in numbers]
    assert min(xs) >= BORDER - 1
    assert max(xs) <= WIDTH - BORDER + 1
    assert max(ys) <= found.height - BORDER + 1 <= MOST_HIGH - BORDER + 1.2
    assert numbers[0][1] > numbers[2][1]
    wanted = cos(radians(south + side / 2))
    assert (max(xs) - min(xs)) / (max(ys) - min(ys)) == pytest.approx(wanted, rel=0.02, abs=0.02)


def test_what_is_larger_is_drawn_below() -> None:
    """A community around its grids must not hide them."""
    found = map_of([square("small", 120, 30, 0.1), square("large", 120, 30, 1)], [])
    assert found is not None
    assert [grid.place for grid in found.grids] == ["large", "small"]
    assert map_of([GridFeatureSheet(GridFacts("nowhere"))], []) is None


def test_the_map_shows_load_cases_and_who_answers(town: ConsoleTown) -> None:
    """Each grid opens its list; a case with a point is on the map; the table says the same without a picture."""
    number = town.report("noise", "a drill", "drum-1", at(0.5, 0.5))["number"]
    page = town.signed_in("watcher").get(f"{BASE}/map").text
    picture, table = page.split('<svg class="grids"')[1].split("</svg>")[0], page.split("<tbody>")[1]
    assert picture.count("<path") >= len(CORNERS)
    assert number in picture
    assert re.search(r"list\?place=drum-1", picture)
    assert "people: 2" in table
    (load,) = re.findall(r'place=drum-1" aria-label="[^"]*: (\d+) running', picture)
    listed = town.signed_in("watcher").get(f"{BASE}/supervision/list?place=drum-1").text
    assert listed.split("<tbody>")[1].count("<tr>") == int(load)


def test_an_engineer_sees_no_case_on_the_map(town: ConsoleTown) -> None:
    """Figures alone: whoever has no part in cases has none in points."""
    number = town.report("noise", "a drill", "drum-1", at(0.4, 0.4))["number"]
    assert number not in town.signed_in("engineer").get(f"{BASE}/map").text


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_wall_goes_round_by_itself_and_names_nobody(town: ConsoleTown, language: str) -> None:
    """Every panel leads to the next and the last to the first; no link, no form, no script, no case, no person."""
    number = town.report("noise", "a drill", "drum-1")["number"]
    browser, path, seen = town.signed_in("watcher", language), f"{BASE}/wall", []
    while path not in seen:
        seen.append(path)
        page = browser.get(path)
        seconds, path = page.headers["Refresh"].split("; url=")
        assert 5 <= int(seconds) <= 60
        for banned in ("<a ", "<form", "<script", number, "staff-1", "worker-1", "drum-1"):
            assert banned not in page.text, (path, banned)
    assert [each.partition("panel=")[2] for each in seen] == ["", "unit", "category", "map", "all"]


def test_a_wall_whose_house_is_away_tries_again(town: ConsoleTown, monkeypatch: pytest.MonkeyPatch) -> None:
    """No page of an error stays on a wall for a night."""

    def away(*_: object, **__: object) -> None:
        raise ApiRefused(503, ProblemSheet())

    monkeypatch.setattr("services.console.api.wall.load_of", away)
    page = town.signed_in("watcher").get(f"{BASE}/wall")
    assert (page.status_code, "tries again" in page.text) == (200, True)
    assert page.headers["Refresh"]
