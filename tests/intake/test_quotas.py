"""Reports are charged to who makes them and to their town; a bulk of a hundred is a hundred reports."""

from typing import Any

from services.intake.store import tables
from shared.web.callers import hash_token
from shared.web.quotas import Allowance, DoorSettings, Measure
from tests.intake.house import House
from tests.intake.town import TOWN

CASES = f"/v1/towns/{TOWN}/cases"
REPORT = {"category": "ditch", "channel": "app", "place": "east-1", "text": "the ditch is full"}
TEN = Allowance(10, 10**6)


def house_with(**most: Allowance) -> House:
    """An intake whose quotas are these alone."""
    return House(door=DoorSettings({Measure[name]: allowance for name, allowance in most.items()}))


def bulk(house: House, number: int, who: str) -> Any:
    """Report so many at once."""
    return house.call("POST", f"{CASES}/bulk", who, json={"cases": [REPORT] * number})


def reported(house: House, number: int, who: str) -> list[int]:
    """Report so many, one by one."""
    return [house.call("POST", CASES, who, json=REPORT).status_code for _ in range(number)]


def test_one_citizen_is_bounded_and_the_others_are_not() -> None:
    """Two thousand in a few seconds were admitted of one token; now what a citizen may is admitted, and the rest is
    told when to come again."""
    house = house_with(CITIZEN=TEN)
    statuses = reported(house, 40, "citizen")
    assert statuses == [201] * 11 + [429] * 29  # ten, and the one that the process has in hand
    assert reported(house, 3, "other-citizen") == [201] * 3
    assert reported(house, 20, "station") == [201] * 20
    assert house.call("GET", CASES, "citizen").status_code == 200


def test_a_bulk_of_a_hundred_counts_as_a_hundred() -> None:
    """For its token and for its town."""
    house = house_with(OFFICE=Allowance(1000, 10**6), TOWN=Allowance(150, 10**6))
    assert bulk(house, 100, "station").json["admitted"] == 100
    refused = bulk(house, 100, "station")
    assert (refused.status_code, refused.json["code"]) == (429, "too-many")
    assert int(refused.headers["Retry-After"]) > 1
    assert bulk(house, 40, "office").json["admitted"] == 40
    assert len(house.rows(tables.cases)) == 140


def test_a_bad_report_of_a_bulk_counts_too() -> None:
    """It costs as much to judge."""
    house = house_with(CITIZEN=TEN)
    bad = {"cases": [{"channel": "app"}] * 10}
    assert house.call("POST", f"{CASES}/bulk", "citizen", json=bad).json["refused"] == 10
    assert reported(house, 2, "citizen") == [201, 429]


def test_a_town_that_is_full_costs_its_citizens_nothing() -> None:
    """Whoever is refused by others' doing has all of his own left when the town has room again."""
    house = house_with(CITIZEN=TEN, TOWN=Allowance(20, 10**6))
    assert bulk(house, 20, "station").status_code == 200
    assert set(reported(house, 30, "citizen")) <= {201, 429}
    free = sum(status == 201 for status in reported(house, 30, "citizen"))
    assert free == 0
    meter = house.service.app.extensions["app_config"].meter
    left = 0
    while meter.charge(Measure.CITIZEN, hash_token("citizen")) is None:
        left += 1
    assert left >= 9


def test_bringing_in_the_past_has_a_quota_of_its_own() -> None:
    """An import empties no town's bucket and is bounded by its own, line by line; what was taken before stays."""
    house = house_with(TOWN=TEN, OFFICE=TEN, IMPORT=Allowance(150, 10**6))
    lines = "\n".join(f'{{"number": "old-{n}"}}' for n in range(220))
    answer = house.call(
        "POST",
        f"{CASES}/import?source=old",
        "engineer",
        data=lines,
        headers={"Content-Type": "application/x-ndjson"},
    )
    assert (answer.status_code, answer.json["code"]) == (429, "too-many")
    assert reported(house, 10, "station") == [201] * 10
