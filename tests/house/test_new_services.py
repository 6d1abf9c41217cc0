"""A service that comes to a house with a past has all of it; what nobody has kept is passed over."""

import secrets
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from gridcase.house import HousePlan, build_house, passing_stores
from gridcase.new_services import fill_new_services
from gridcase.scenarios.play import play_run
from gridcase.scenarios.runs import runs_of
from gridcase.scenarios.stage import DAWN, Stage
from gridcase.simulation.house import SimulatedHouse
from services.assess.store.tables import cases, given, happenings
from shared.db.store import Store
from shared.flow.replay import empty_store, replay
from shared.flow.service import Service
from shared.obs.metrics import Metrics
from shared.rules.pack.build.files import load_files
from shared.rules.scenario.read import load_scenarios
from tests.e2e.houses import ROOT

TOWN = "t-vtc"


@pytest.fixture
def house() -> Iterator[SimulatedHouse]:
    """A house in which a scenario of a town was lived."""
    made = SimulatedHouse(DAWN, "reference")
    files = load_files(ROOT / "rules" / TOWN)
    lives = [run for each in load_scenarios(files, TOWN) for run in runs_of(each) if not run.variant]
    play_run(Stage(made, files, TOWN), max(lives, key=lambda run: len(run.scenario.life)))
    yield made
    made.close()


@pytest.fixture
def new(house: SimulatedHouse, tmp_path: Path) -> Iterator[Service]:
    """Assessment on a store that has never heard anything."""
    plan = HousePlan("sqlite://", secrets.token_bytes(32), "reference", tmp_path, house.packs)
    store = passing_stores(plan, ["assess"])["assess"]
    store.make_simulated(house.world.now)
    yield build_house(plan, {"assess": store}, Metrics())["assess"]
    store.close()


def counted(store: Store) -> list[tuple[Any, ...]]:
    """All that can be counted, to the byte."""
    with store.read() as conn:
        return [
            tuple(row)
            for table in (happenings, cases)
            for row in conn.execute(sa.select(table).order_by(table.c.id))
        ]


def stores_with(house: SimulatedHouse, new: Service) -> dict[str, Store]:
    """The house's stores, with the new one in the place of its own."""
    return {name: service.store for name, service in house.services.items()} | {"assess": new.store}


def test_a_house_that_is_older_fills_it_once(house: SimulatedHouse, new: Service) -> None:
    """It holds what the one holds that was there all along; the next start has nothing to do."""
    stores = stores_with(house, new)
    assert fill_new_services(stores, lambda _name: new) == ("assess",)
    assert counted(new.store) == counted(house.services["assess"].store) != []
    assert fill_new_services(stores, lambda _name: new) == ()


def test_a_filling_that_broke_off_is_begun_anew(
    house: SimulatedHouse, new: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Half a past would look like a whole one."""
    stores = stores_with(house, new)

    def half(service: Service, every: dict[str, Store]) -> None:
        replay(service, every)
        with service.store.begin() as work:
            work.conn.execute(sa.delete(happenings).where(happenings.c.kind == "clock"))
        raise KeyboardInterrupt

    monkeypatch.setattr("gridcase.new_services.replay", half)
    with pytest.raises(KeyboardInterrupt):
        fill_new_services(stores, lambda _name: new)
    monkeypatch.undo()
    assert fill_new_services(stores, lambda _name: new) == ("assess",)
    assert counted(new.store) == counted(house.services["assess"].store)


def test_beginnings_that_were_forgotten_hold_nothing_up(house: SimulatedHouse, new: Service) -> None:
    """notify let go of what it had said long ago: the rest is counted, and what it says from now on is taken."""
    notify = house.services["notify"].store
    outbox = notify.flow.outbox
    with notify.begin() as work:
        gone = work.conn.execute(sa.delete(outbox).where(outbox.c.sequence == 1)).rowcount
    assert gone
    assert replay(new, stores_with(house, new)).troubled == 0
    with notify.read() as conn:
        said = {
            (row.stream, row.last + 1) for row in conn.execute(sa.select(notify.flow.stream_out)) if row.last
        }
    heard = new.store.flow.stream_in
    with new.store.read() as conn:
        taken = conn.execute(sa.select(heard.c.stream, heard.c.next).where(heard.c.source == "notify"))
        assert {tuple(row) for row in taken} == said


def test_its_own_word_outlives_a_filling(house: SimulatedHouse, new: Service) -> None:
    """Points that somebody gave are in nobody's history: emptied, the copies go and they stay."""
    replay(new, stores_with(house, new))
    with new.store.begin() as work:
        work.rows(given).add(
            {"id": "g", "town": TOWN, "measure": "assessment", "span": "2026-Q1", "subject": "east-1", "item": "i",
             "points": "20", "words": "seen", "by_unit": None, "by_person": "p", "at": work.at}
        )  # fmt: skip
    empty_store(new.store)
    assert counted(new.store) == []
    replay(new, stores_with(house, new))
    assert counted(new.store) == counted(house.services["assess"].store)
    with new.store.read() as conn:
        assert conn.scalars(sa.select(given.c.points)).all() == ["20"]
