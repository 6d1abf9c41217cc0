"""Points on the map: what lies near is alike, whichever grid it is in; one hardly meant is said to be so."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from tests.e2e.own_town import PACK, OwnTown

# A thousandth of a degree of latitude is 111 metres.
HERE = {"lat": 30.2500, "lon": 120.1500}
AT_50_METRES = {"lat": 30.25045, "lon": 120.1500}
AT_200_METRES = {"lat": 30.2518, "lon": 120.1500}
NEAR = PACK.replace(
    "fallback: station", "fallback: station\nduplicates: {because: P, within: 2 days, near: 100}"
)


@pytest.fixture
def town() -> Iterator[OwnTown]:
    """The town, which takes what lies within 100 metres for the same place."""
    made = OwnTown(pack=NEAR)
    yield made
    made.close()


def report(town: OwnTown, **where: Any) -> Any:
    """Report something and return the receipt."""
    body = {"category": "quarrel", "channel": "app", "text": "rubble", **where}
    answer = town.ask("POST", "/cases", "operator", json=body)
    assert answer.status_code == 201, answer.text
    return answer.json


def alike(town: OwnTown, **where: Any) -> list[str]:
    """Report something; return the numbers of cases that look like it."""
    return [found["number"] for found in report(town, **where)["duplicates"]]


def test_what_lies_near_is_alike_across_a_border(town: OwnTown) -> None:
    """Fifty metres away in the next grid it looks the same; two hundred away in the same grid it does not."""
    first = report(town, place="grid-1", **HERE)
    assert alike(town, place="grid-2", **AT_50_METRES) == [first["number"]]
    assert first["number"] not in alike(town, place="grid-1", **AT_200_METRES)
    view = town.view(first["case"])
    assert len(view["duplicates"]) == 1


def test_without_a_point_the_name_decides(town: OwnTown) -> None:
    """Where one of the two has none, or one at 0,0, the place's name is what there is."""
    first = report(town, place="grid-1", **HERE)
    second = report(town, place="grid-1")
    assert [found["number"] for found in second["duplicates"]] == [first["number"]]
    third = alike(town, place="grid-1", lat=0, lon=0)
    assert third == [second["number"], first["number"]]
    assert alike(town, place="grid-2", lat=0, lon=0) == []


def test_other_categories_and_other_days_are_not_alike(town: OwnTown) -> None:
    """The rest of the town's measure holds as ever."""
    report(town, place="grid-1", **HERE)
    assert alike(town, place="grid-1", category="noise", **HERE) == []
    town.advance("2026-03-12 09:00")
    assert alike(town, place="grid-1", **HERE) == []


def test_a_point_at_zero_is_flagged(town: OwnTown) -> None:
    """A device without a fix says 0,0: on the receipt and on the case."""
    receipt = report(town, place="grid-1", lat=0, lon=0)
    assert receipt["point_doubt"] == "no-fix"
    assert town.view(receipt["case"])["point_doubt"] == "no-fix"
    assert report(town, place="grid-1", **HERE)["point_doubt"] is None
    assert report(town, place="grid-1")["point_doubt"] is None


def test_a_point_outside_all_areas_is_flagged() -> None:
    """Only a town that has drawn its areas can tell."""
    outline = [[120.1, 30.2], [120.2, 30.2], [120.2, 30.3], [120.1, 30.3], [120.1, 30.2]]
    area = {"type": "Polygon", "coordinates": [outline]}
    grid = {"type": "Feature", "properties": {"place": "grid-1"}, "geometry": area}
    drawn = json.dumps({"type": "FeatureCollection", "features": [grid]})
    town = OwnTown()
    town.registry.publish("t-own", {"t-own/pack.yaml": PACK, "t-own/grids.geojson": drawn})
    town.house.world.settle()
    inside, outside = report(town, **HERE), report(town, lat=31.0, lon=120.15)
    assert (inside["point_doubt"], outside["point_doubt"]) == (None, "outside")
    assert town.view(inside["case"])["report"]["place"]["key"] == "grid-1"
    assert report(town, place="grid-2", lat=31.0, lon=120.15)["point_doubt"] == "outside"
    town.close()
