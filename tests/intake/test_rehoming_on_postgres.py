"""Cases of ended grids on PostgreSQL, with two processes that look at once."""

import threading
from dataclasses import replace
from datetime import timedelta

import pytest

from services.intake.store import tables
from services.intake.succession import handlers as succession
from tests.intake.house import MONDAY, House
from tests.intake.town import TOWN

pytestmark = pytest.mark.servers


def test_two_processes_move_every_case_once(houses: list[House], monkeypatch: pytest.MonkeyPatch) -> None:
    """However the two share the work: each case moves, with one entry in its history and one message."""
    monkeypatch.setattr(succession, "PAGE", 3)
    reported = [houses[0].report() for _ in range(20)]
    for house in houses:
        _end_the_grid(house)
    _run_at_once(houses)
    rows = houses[0].rows(tables.cases)
    assert {row["place_key"] for row in rows} == {"market"}
    moved = [row["case_id"] for row in houses[0].rows(tables.history) if row["what"] == "rehomed"]
    assert sorted(moved) == sorted(reported)
    assert all(houses[0].types(case).count("case.corrected") == 1 for case in reported)


def _end_the_grid(house: House) -> None:
    pack = house.packs[TOWN]
    ended = replace(pack.places["east-1"], ends_on=(MONDAY - timedelta(days=1)).date(), becomes=("market",))
    house.pack_cache.packs[pack.edition] = replace(pack, places={**pack.places, "east-1": ended})


def _run_at_once(houses: list[House]) -> None:
    def run(house: House) -> None:
        duty = next(duty for duty in house.service.duties if duty.name == "rehome")
        while duty.run(5):
            pass

    threads = [threading.Thread(target=run, args=(house,)) for house in houses for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
