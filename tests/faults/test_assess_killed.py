"""Assessment while it is killed: what it holds is what replaying the others' word gives, to the byte; nothing twice."""

import secrets
from pathlib import Path

import pytest

from gridcase.house import HousePlan, build_house, passing_stores
from shared.flow.replay import replay
from shared.obs.metrics import Metrics
from tests.e2e.houses import embedded_process
from tests.faults.conftest import house_on
from tests.faults.deaths import plan_of
from tests.faults.test_duties_killed import START, Owing
from tests.house.test_new_services import counted
from tests.occurrences.conftest import EAST
from tests.servers import Servers

PLACES = ("in-batch", "before-commit", "after-commit")
SEEDS, SHORT = 4, 2


@pytest.mark.timeout(3600)
def test_what_is_counted_is_what_was_said_whoever_dies(tmp_path: Path, is_whole: bool) -> None:
    """Killed at named places within a transaction and beside it, the embedded house counts each word once."""
    with embedded_process(tmp_path, START, logs=tmp_path) as house:
        _live_through(Owing(house, "house"), is_whole, tmp_path)


@pytest.mark.timeout(3600)
def test_its_process_is_killed_on_real_servers(
    troubled_servers: Servers, tmp_path: Path, is_whole: bool
) -> None:
    """The same on RabbitMQ and PostgreSQL, where the others go on meanwhile."""
    with house_on(troubled_servers, tmp_path, START) as house:
        _live_through(Owing(house, "assess"), is_whole, tmp_path)


def _live_through(town: Owing, is_whole: bool, folder: Path) -> None:
    town.surely_keep(EAST, next(town.keys))
    who = "assess" if town.mortal.name == "assess" else "house of assess"
    deaths = plan_of(who, PLACES, range(SEEDS))
    for death in deaths if is_whole else deaths[:SHORT]:
        town.live_through(death)
    stores = {name: service.store for name, service in town.house.services.items()}
    plan = HousePlan("sqlite://", secrets.token_bytes(32), "reference", folder)
    fresh = passing_stores(plan, ["assess"])["assess"]
    fresh.make_simulated(town.now)
    service = build_house(plan, {"assess": fresh}, Metrics())["assess"]
    assert replay(service, {**stores, "assess": fresh}).troubled == 0
    held = counted(stores["assess"])
    assert held == counted(fresh)
    assert {row[2] for row in held} >= {"duty", "record"}
    fresh.close()
