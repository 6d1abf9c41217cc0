"""Grids that end: their entries are the successor's from that day on; of several a person says which (P000.4)."""

from datetime import timedelta

import pytest

from shared.kernel.instants import parse_instant
from tests.ledger.house import House, files

EVE, DAY = (
    parse_instant("2026-05-31T15:59:00Z"),
    parse_instant("2026-05-31T16:00:00Z"),
)  # the town's 1st of June


def run(house: House, limit: int = 1000) -> int:
    """Have the duty look once."""
    return next(duty for duty in house.service.duties if duty.name == "grids-that-end").run(limit)


def places(house: House) -> dict[str, str]:
    """Where each entry lies, as the centre sees it."""
    found = house.told("centre", "GET", "/entries", limit=200)["entries"]
    return {each["id"]: each["place"] for each in found}


@pytest.mark.proves("P000.4")
def test_entries_of_a_merged_grid_go_to_the_one_that_took_over_on_its_day() -> None:
    """With what belongs to them, each with a statement that says so; others are told; once more moves nothing."""
    house = House()
    family, there = house.household("east-3"), house.household("east-2", "9")
    house.clock.set(EVE)
    assert run(house) == 0
    house.clock.set(DAY)
    assert run(house) == 2
    assert set(places(house).values()) == {"east-2"}
    assert there in places(house)
    said = house.told("clerk", "GET", f"/entries/{family}/statements")["statements"][-1]
    assert (said["event"], said["since"], said["place"], said["source"]) == (
        "moved", "2026-06-01", "east-2", "east-3 → east-2",
    )  # fmt: skip
    changes = house.said()[-1].data["changes"]
    assert {(each["event"], each["place"]) for each in changes} == {("moved", "east-2")}
    assert run(house) == 0


def test_of_several_successors_none_is_guessed() -> None:
    """What lies in a grid that was split stays until a person moves it."""
    rules = {
        path: text.replace("becomes: [east-2]", "becomes: [east-1, east-2]") for path, text in files().items()
    }
    house = House(rules=rules)
    family = house.household("east-3")
    house.clock.set(DAY + timedelta(days=1))
    assert run(house) == 0
    assert places(house)[family] == "east-3"


def test_what_would_be_the_same_as_another_stays_and_holds_nothing_up() -> None:
    """Number 12 of both grids: a person looks at the two; what comes after it moves all the same."""
    house = House()
    house.household("east-2", "12")
    twin, after = house.household("east-3", "12"), house.household("east-3", "14")
    house.clock.set(DAY)
    assert run(house, limit=2) == 2
    run(house)
    found = places(house)
    assert found[after] == "east-2"
    about = house.told("centre", "GET", f"/entries/{twin}")["about"]
    assert (found[twin], found[about]) == ("east-3", "east-3"), "what belongs to it stays with it"


def test_the_work_is_done_in_bounded_steps() -> None:
    """As many as are asked for, the rest the next time."""
    house = House()
    for number in range(3):
        house.household("east-3", str(number))
    house.clock.set(DAY)
    assert [run(house, 4), run(house, 4), run(house, 4)] == [4, 2, 0]
