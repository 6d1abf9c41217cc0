"""Grids on the map: what the edition in force has, with codes, types, people and ends (P000.4–.11)."""

import json
from typing import Any

import pytest

from services.registry.domain.members import Membership
from tests.registry.house import TOWN, House, files_of

PATH = f"/v1/towns/{TOWN}/grids"
OFFICE = "environment-office"


def square(west: float, south: float) -> dict[str, Any]:
    """A square of a tenth of a degree."""
    east, north = west + 0.1, south + 0.1
    ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
    return {"type": "Polygon", "coordinates": [ring]}


def drawn() -> dict[str, str]:
    """The example town with two drawn grids, one of them dedicated, one that ends, and codes."""
    files = dict(files_of(TOWN))
    pack = files[f"{TOWN}/pack.yaml"]
    code = "code: {street: 琅琊街道, community: 花园街, serial: 1}"
    asked = "code: {street: 南门, community: 高巷, serial: 2}"
    pack = pack.replace("Grid 1}, part_of", "Grid 1}, part_of")
    pack = pack.replace(
        "East Village grid 1}, part_of: east-village}",
        f"East Village grid 1}}, part_of: east-village, {code}, ends: 2026-07-01, becomes: [east-2]}}",
    )
    pack = pack.replace(
        "East Village grid 2}, part_of: east-village}",
        f"East Village grid 2}}, part_of: east-village, {asked}}}",
    )
    pack = pack.replace(
        "West Village grid 1}, part_of: west-village}",
        f"West Village grid 1}}, part_of: west-village, dedicated_to: {OFFICE}}}",
    )
    areas = [("east-1", square(118.0, 32.0)), ("west-1", square(118.2, 32.0))]
    collection = {
        "type": "FeatureCollection",
        "features": [
            {"type": "Feature", "properties": {"place": place}, "geometry": area} for place, area in areas
        ],
    }
    return {**files, f"{TOWN}/pack.yaml": pack, f"{TOWN}/grids.geojson": json.dumps(collection)}


def mapped() -> House:
    """A house in which the town with drawn grids is in force."""
    house = House()
    answer = house.ask("POST", f"/v1/towns/{TOWN}/editions", house.operator, {"files": drawn()})
    assert answer.status_code == 201, answer.text
    return house


def grids(house: House) -> dict[str, dict[str, Any]]:
    """The features of the town's map by place."""
    answer = house.ask("GET", PATH, house.operator)
    assert (answer.status_code, answer.content_type) == (200, "application/geo+json")
    collection = json.loads(answer.data)
    assert collection["type"] == "FeatureCollection"
    return {one["id"]: one for one in collection["features"]}


@pytest.mark.proves("P000.7", "P002A.8")
def test_the_map_shows_every_grid_with_type_code_and_end() -> None:
    """Basic and dedicated grids (P000.7), codes with parts apart (P002A.8), the end and what takes over."""
    found = grids(mapped())
    assert set(found) == {"east-1", "east-2", "west-1"}, "villages are no grids"
    east = found["east-1"]["properties"]
    assert found["east-1"]["geometry"] == square(118.0, 32.0)
    assert (east["type"], east["jurisdiction"]) == ("basic", f"{TOWN}.east-village")
    assert (east["ends_on"], east["becomes"], east["takes_cases"]) == ("2026-07-01", ["east-2"], True)
    assert east["code"] == {
        "text": "lyhyj01",
        "parts": {"street": "琅琊街道", "community": "花园街", "serial": 1},
        "letters": {"street": "ly", "community": "hyj"},
        "choices": [],
    }
    assert found["east-2"]["geometry"] is None
    west = found["west-1"]["properties"]
    assert (west["type"], west["owner"], west["code"]) == ("dedicated", f"{TOWN}/{OFFICE}", None)


def test_a_code_that_must_be_asked_about_is_not_shown_until_it_was_given() -> None:
    """高巷: no code but the choices; once the operator has said how it is read, the given code is shown."""
    house = mapped()
    code = grids(house)["east-2"]["properties"]["code"]
    assert (code["text"], code["choices"]) == (None, [{"character": "巷", "readings": ["hàng", "xiàng"]}])
    body = {"street": "南门街道", "community": "高巷社区", "serial": 2, "readings": {"巷": "x"}}
    house.ask("POST", f"/v1/towns/{TOWN}/grid-codes", house.operator, body)
    assert grids(house)["east-2"]["properties"]["code"]["text"] == "nmgx02"


def test_a_code_of_the_edition_in_force_is_taken() -> None:
    """Another grid gets no code that the town's own rules give already; the grid itself does, once."""
    house = mapped()
    path = f"/v1/towns/{TOWN}/grid-codes"
    other = {"street": "琅琊", "community": "和谊居", "serial": 1}
    assert house.ask("POST", path, house.operator, other).get_json()["code"] == "code-taken"
    itself = {"street": "琅琊街道", "community": "花园街社区", "serial": 1}
    assert house.ask("POST", path, house.operator, itself).status_code == 201
    assert house.ask("POST", path, house.operator, itself).status_code == 409


def test_the_map_shows_who_works_where_by_reference() -> None:
    """Holders of the grid's own units, and of the unit to which a grid is dedicated (P000.9, P000.11)."""
    house = mapped()
    worker = Membership("p-worker", f"{TOWN}.east-1/grid-worker", "grid_worker")
    owner = Membership("p-owner", f"{TOWN}/{OFFICE}", "unit_staff")
    for place in (worker, owner):
        house.registry.members.set(TOWN, place, name="王小明")
    found = grids(house)
    assert [one["person"] for one in found["east-1"]["properties"]["people"]] == ["p-worker"]
    assert [one["person"] for one in found["west-1"]["properties"]["people"]] == ["p-owner"]
    assert found["east-2"]["properties"]["people"] == []
    assert "王小明" not in json.dumps(found, ensure_ascii=False)


def test_a_point_finds_its_grid() -> None:
    """Inside: the feature; outside: 404 with a remedy; no longitude: 400."""
    house = mapped()
    worker = house.token("grid_worker", TOWN, unit=f"{TOWN}.east-1/grid-worker")
    inside = house.ask("GET", f"{PATH}/at", worker, lon="118.05", lat="32.05")
    assert (inside.status_code, json.loads(inside.data)["id"]) == (200, "east-1")
    outside = house.ask("GET", f"{PATH}/at", worker, lon="100", lat="10")
    assert (outside.status_code, outside.get_json()["code"]) == (404, "no-grid-there")
    assert house.ask("GET", f"{PATH}/at", worker, lat="32.05").status_code == 400
    assert house.ask("GET", f"{PATH}/at", worker, lon="nan", lat="32.05").status_code == 400


def test_a_town_without_an_edition_has_no_map() -> None:
    """404 with a remedy."""
    house = House()
    assert house.ask("GET", PATH, house.operator).get_json()["code"] == "no-edition"


def test_the_public_and_other_towns_do_not_see_who_works_where() -> None:
    """Reporters may not look; another town's people find nothing."""
    house = mapped()
    assert house.ask("GET", PATH, house.token("reporter", TOWN, person="p-r")).status_code == 403
    assert house.ask("GET", PATH, house.token("operator", "t-zq")).status_code == 404
