"""Assessment while it is killed: what it holds is what replaying the others' word gives, to the byte; nothing twice."""

import secrets
from collections.abc import Sequence
from pathlib import Path

from gridcase.house import HousePlan, build_house, passing_stores
from shared.flow.replay import replay
from shared.obs.metrics import Metrics
from tests.e2e.houses import embedded_process
from tests.faults.conftest import house_on
from tests.faults.test_duties_killed import DYING_ALONE, START, Owing
from tests.house.test_new_services import counted
from tests.occurrences.conftest import EAST
from tests.servers import Servers

DEATHS = ("in-batch:9", "before-commit:30", "after-commit:40", "in-batch:4")
# As a process of its own it says nothing and passes fewer places.
ALONE = ("in-batch:2", "before-commit:2", "after-commit:2", "before-commit:3")
SHORT = 2


def test_what_is_counted_is_what_was_said_whoever_dies(tmp_path: Path, is_whole: bool) -> None:
    """Killed at named places within a transaction and beside it, the embedded house counts each word once."""
    with embedded_process(tmp_path, START, logs=tmp_path) as house:
        _live_through(Owing(house, "house"), DEATHS if is_whole else DEATHS[:SHORT], tmp_path)


def test_its_process_is_killed_on_real_servers(
    troubled_servers: Servers, tmp_path: Path, is_whole: bool
) -> None:
    """The same on RabbitMQ and PostgreSQL, where the others go on meanwhile."""
    deaths = ALONE if is_whole else ALONE[:SHORT]
    with house_on(troubled_servers, tmp_path, START) as house:
        town = Owing(house, "assess", DYING_ALONE)
        _live_through(town, deaths, tmp_path)
    assert town.deaths == len(deaths)


def _live_through(town: Owing, deaths: Sequence[str], folder: Path) -> None:
    town.surely_keep(EAST, next(town.keys))
    for death in deaths:
        town.live_through(death)
    town.await_quiet()
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
