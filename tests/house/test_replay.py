"""A service that lost everything is filled from what the others said, and holds what it held before."""

import secrets
from collections.abc import Iterator, Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from msgspec import to_builtins

from gridcase.house import HousePlan, build_house, passing_stores
from gridcase.scenarios.play import play_run
from gridcase.scenarios.runs import ScenarioRun, runs_of
from gridcase.scenarios.stage import DAWN, Stage
from gridcase.simulation.house import SimulatedHouse
from shared.contracts.routes import REPLAYABLE
from shared.db.store import Store
from shared.flow.replay import Replayed, empty_store, replay
from shared.flow.service import Service
from shared.kernel.problems import Problem
from shared.obs.metrics import Metrics
from shared.rules.pack.build.files import load_files
from shared.rules.scenario.read import load_scenarios
from tests.e2e.houses import ROOT

# What only the service itself knew: when it wrote, under which id of its own, how a letter went.
FORGOTTEN: Mapping[str, frozenset[str]] = {
    "decisions": frozenset({"decided_at"}),
    "cases": frozenset({"waits_until"}),
    "situations": frozenset({"as_of"}),
    "clock_versions": frozenset({"recorded_at"}),
    "deadlines": frozenset({"fired_at"}),
    "notifications": frozenset(
        {"notification", "made_at", "sent_at", "attempts", "try_at", "lease_until", "state"}
    ),
    "memberships": frozenset({"as_of"}),
    "absences": frozenset({"as_of"}),
    "raised": frozenset({"raised_at"}),
    "clock_counts": frozenset(),
}
OF_FLOW = frozenset({"inbox", "outbox", "stream_in", "clock_deltas", "clock_counts", "rosters"})
TOWNS = ("t-vtc", "t-cgz", "t-com", "t-lake", "t-zq", "t-two", "t-sfs")
MOST_RUNS = 6  # of a town


@pytest.fixture(scope="module", params=TOWNS)
def house(request: pytest.FixtureRequest) -> Iterator[SimulatedHouse]:
    """All services on simulated stores in memory, with the longest life of one town's scenarios."""
    made = SimulatedHouse(DAWN, "reference")
    files = load_files(ROOT / "rules" / request.param)
    stage = Stage(made, files, request.param)
    play_run(stage, _longest(files, request.param))
    yield made
    made.close()


def _longest(files: Mapping[str, str], town: str) -> ScenarioRun:
    """The run of a town in which most happens, but for amended days: the house is emptied before each."""
    runs = (run for scenario in load_scenarios(files, town) for run in runs_of(scenario) if not run.variant)
    plain = (run for run in runs if not any(event.calendar for event in run.scenario.life))
    return max(plain, key=lambda run: len(run.scenario.life))


def _rows(store: Store) -> dict[str, list[str]]:
    """Every table's rows as texts that can be compared, without what only the service itself knew."""
    found: dict[str, list[str]] = {}
    with store.read() as conn:
        for table in store.flow.outbox.metadata.sorted_tables:
            if table.name not in OF_FLOW:
                kept = [
                    column for column in table.columns if column.name not in FORGOTTEN.get(table.name, ())
                ]
                rows = conn.execute(sa.select(*kept)).mappings()
                found[table.name] = sorted(repr(_plain(dict(row))) for row in rows)
    return found


def _plain(row: dict[str, Any]) -> Any:
    return to_builtins(
        {name: value for name, value in row.items() if not isinstance(value, bytes)}, str_keys=True
    )


def _emptied(house: SimulatedHouse, name: str, folder: Path) -> Service:
    """The same service on a store of its own that has never seen anything."""
    plan = HousePlan("sqlite://", secrets.token_bytes(32), "reference", folder, house.packs)
    store = passing_stores(plan, [name])[name]
    store.make_simulated(house.world.now)
    return build_house(plan, {name: store}, Metrics())[name]


def _replayed(house: SimulatedHouse, name: str, folder: Path) -> tuple[Service, Replayed]:
    fresh = _emptied(house, name, folder)
    stores = {each: service.store for each, service in house.services.items() if each != name}
    return fresh, replay(fresh, {**stores, name: fresh.store})


@pytest.mark.parametrize("name", REPLAYABLE)
def test_a_filled_service_holds_what_it_held_and_told_nobody(
    house: SimulatedHouse, name: str, tmp_path: Path
) -> None:
    """Decisions, clocks with every version, deadlines, notices: lived again from the producers' history alone."""
    fresh, done = _replayed(house, name, tmp_path)
    assert done.troubled == 0
    held, holds = _rows(house.services[name].store), _rows(fresh.store)
    for table in held:
        assert holds[table] == held[table], table
    assert _unsent(fresh.store) == 0, "nothing is said that was said before"
    assert _last_numbers(fresh.store) == _last_numbers(house.services[name].store)
    fresh.store.close()


def _unsent(store: Store) -> int:
    with store.read() as conn:
        return conn.scalar(sa.select(sa.func.count()).select_from(store.flow.outbox)) or 0


def _last_numbers(store: Store) -> dict[str, int]:
    table = store.flow.stream_out
    with store.read() as conn:
        return {
            stream: last for stream, last in conn.execute(sa.select(table.c.stream, table.c.last)) if last
        }


def test_only_an_empty_store_is_filled_and_only_one_that_holds_no_word_of_its_own(
    house: SimulatedHouse, tmp_path: Path
) -> None:
    """Filling twice would live the past twice; what intake holds is nobody's copy."""
    fresh, _ = _replayed(house, "routing", tmp_path)
    with pytest.raises(Problem, match="store-in-use"):
        replay(fresh, {name: service.store for name, service in house.services.items()})
    empty_store(fresh.store)
    assert replay(fresh, {name: service.store for name, service in house.services.items()}).troubled == 0
    with pytest.raises(Problem, match="not-replayable"):
        replay(house.services["intake"], {})
    fresh.store.close()
    house.world.advance(house.world.now + timedelta(days=1))


def test_an_answer_that_nobody_heard_is_given(tmp_path: Path) -> None:
    """Routing was lost before its decision went out: no case waits for ever for an answer that only it had."""
    house = SimulatedHouse(DAWN, "reference")
    files = load_files(ROOT / "rules" / "t-vtc")
    play_run(Stage(house, files, "t-vtc"), _longest(files, "t-vtc"))
    intake = house.services["intake"].store
    source = intake.flow.stream_in.c.source == "routing"
    with intake.begin() as work:
        work.conn.execute(sa.update(intake.flow.stream_in).where(source).values(next=1))
    fresh, _ = _replayed(house, "routing", tmp_path)
    decisions = _last_numbers(house.services["routing"].store)
    assert _unsent(fresh.store) == sum(decisions.values()) > 0
    assert _last_numbers(fresh.store) == decisions
    fresh.store.close()
    house.close()
