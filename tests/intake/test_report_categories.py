"""What a report is about and where: further categories, a point in the place of a place."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from shared.rules.pack.model import NamedPlace
from tests.intake.house import House
from tests.intake.town import SPOT, TOWN, name

CASES = f"/v1/towns/{TOWN}/cases"


def square(west: float, south: float, size: float = 1.0) -> tuple[Any, ...]:
    east, north = west + size, south + size
    ring = ((west, south), (east, south), (east, north), (west, north), (west, south))
    return ((ring,),)


@pytest.fixture
def house() -> Iterator[House]:
    """Two drawn grids in the east, one of which becomes two on 1 April."""
    made = House()
    places = dict(made.packs[TOWN].places)
    places["east-1"] = replace(
        places["east-1"], area=square(118, 32, 2), ends_on=date(2026, 4, 1), becomes=("east-1a", "east-1b")
    )
    for key, west in (("east-1a", 118.0), ("east-1b", 119.0)):
        places[key] = NamedPlace(key, name(key), None, "east-village", None, SPOT, area=square(west, 32, 1))
    places["west-1"] = NamedPlace("west-1", name("west 1"), None, None, None, SPOT, area=square(116, 32))
    places["old"] = NamedPlace(
        "old", name("old"), None, None, None, SPOT, ends_on=date(2026, 3, 1), becomes=("west-1",)
    )
    places["gone"] = NamedPlace("gone", name("gone"), None, None, None, SPOT, ends_on=date(2026, 3, 1))
    made.amend(places=places)
    yield made
    made.store.close()


def report(house: House, **more: Any) -> Any:
    body = {"category": "ditch", "channel": "app", "text": "t", **more}
    return house.call("POST", CASES, "citizen", json=body)


def place_of(house: House, **where: Any) -> Any:
    answer = report(house, **where)
    assert answer.status_code == 201, answer.text
    return house.view(answer.json["case"])["report"]["place"]


def test_further_categories_stand_on_the_case_and_in_its_messages(house: House) -> None:
    """In the order of the report, each once, the one named first apart; routing decides which leads (RC-17)."""
    also = ["dumping", "ditch", "dumping"]
    answer = report(house, place="east-1", also=also, answers={"litres": 1, "smell": "none"})
    assert answer.json["also"] == ["dumping"]
    case = answer.json["case"]
    assert house.view(case)["report"]["also"] == ["dumping"]
    house.route(case)
    assert [message.data.also for message in house.said(case)[:2]] == [("dumping",), ("dumping",)]


def test_each_category_asks_its_questions(house: House) -> None:
    """What a further category asks must be answered as well."""
    assert report(house, place="east-1", also=["dumping"]).json["code"] == "answers-missing"


def test_an_unknown_further_category_is_refused(house: House) -> None:
    """With the nearest one named, as for the first category."""
    answer = report(house, place="east-1", also=["dumpling"])
    assert (answer.json["code"], answer.json["where"]["field"]) == ("unknown-category", "also")
    assert "dumping" in answer.json["remedy"]


def test_one_private_category_makes_the_case_private(house: House) -> None:
    """Whichever of them is private."""
    case = report(house, place="east-1", also=["family"]).json["case"]
    assert house.call("GET", f"{CASES}/{case}", "office").status_code == 404


def test_a_point_stands_for_the_place_in_which_it_lies(house: House) -> None:
    """The case gets the grid's key and jurisdiction, and keeps the point."""
    found = place_of(house, lon=118.5, lat=32.5)
    assert found == {"key": "east-1", "jurisdiction": f"{TOWN}.east-village", "lat": 32.5, "lon": 118.5}
    assert place_of(house, lon=116.5, lat=32.5)["key"] == "west-1"


def test_a_point_in_no_area_is_kept_without_a_place(house: House) -> None:
    """Nobody guesses a grid; the point is on the case."""
    assert place_of(house, lon=100.0, lat=10.0) == {
        "key": None,
        "jurisdiction": TOWN,
        "lat": 10.0,
        "lon": 100.0,
    }


def test_a_named_place_goes_before_the_point(house: House) -> None:
    """Whoever names the place is believed."""
    assert place_of(house, place="west-1", lon=118.5, lat=32.5)["key"] == "west-1"


def test_a_place_that_ended_hands_its_reports_on(house: House) -> None:
    """The only successor takes them; of several the one in which the point lies; otherwise the reporter is asked."""
    assert place_of(house, place="old")["key"] == "west-1"
    assert report(house, place="gone").json["code"] == "place-ended"
    assert place_of(house, place="east-1")["key"] == "east-1"
    house.pass_time(days=30)
    refused = report(house, place="east-1")
    assert (refused.status_code, refused.json["code"]) == (422, "place-ended")
    assert "east-1a, east-1b" in refused.json["remedy"]
    assert place_of(house, place="east-1", lon=119.5, lat=32.5)["key"] == "east-1b"
    assert place_of(house, lon=118.5, lat=32.5)["key"] == "east-1a"
