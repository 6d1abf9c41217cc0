"""The embedded house killed at every named place: an acknowledged report survives `kill -9`, and happens once."""

import random
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from shared.rules.pack.scenario import label_to_instant
from tests.e2e.houses import RunningHouse, embedded_process
from tests.faults.load import PATIENCE_SECONDS, Load, fail_at
from tests.faults.record import record
from tests.faults.test_kills_on_real_servers import CASES, SEEDS, next_week, revive

START = label_to_instant("2026-03-02 08:00", "Asia/Shanghai")
PLACES = ("before-commit", "after-commit", "in-batch", "before-ack", "after-publish", "in-scan")


@pytest.fixture
def load(tmp_path: Path) -> Iterator[Load]:
    """A caseload on an embedded house in a process of its own, under simulated time."""
    with embedded_process(tmp_path, START) as house:
        made = Load(house)
        made.prepare()
        yield made


def run_until_killed(house: RunningHouse, fail: str) -> None:
    """Start the house so that it dies at a place."""
    house.stop("house")
    house.environment["house"]["GRIDCASE_FAIL_AT"] = fail
    house.start("house")
    del house.environment["house"]["GRIDCASE_FAIL_AT"]


@pytest.mark.timeout(3600)
def test_a_killed_house_loses_and_doubles_nothing(load: Load, request: pytest.FixtureRequest) -> None:
    """Killed at a named place and started again, everything goes on from the files."""
    seeds = range(SEEDS) if request.config.getoption("--whole") else range(1)
    for place in PLACES:
        for seed in seeds:
            run_until_killed(load.house, fail_at(place, seed, 40))
            _live_through(load)
            count = load.count()
            record("embedded", place, seed, count)
            assert count.wrong() == {}, fail_at(place, seed, 40)


@pytest.mark.timeout(3600)
def test_kills_from_outside_at_any_moment(load: Load, request: pytest.FixtureRequest) -> None:
    """SIGKILL at random moments under load: acknowledged reports are there, each once."""
    kills = 100 if request.config.getoption("--whole") else 3
    chance = random.Random(7)
    for number in range(kills):
        reporter = threading.Thread(target=load.report, args=(CASES,))
        reporter.start()
        threading.Event().wait(chance.uniform(0.05, 0.6))
        load.house.kill("house")
        load.house.start("house")
        reporter.join()
        load.house.time.wait_quiet(PATIENCE_SECONDS)
        count = load.count()
        record("embedded", "SIGKILL from outside", number, count)
        assert count.wrong() == {}


def _live_through(load: Load) -> None:
    stop = threading.Event()
    reviver = threading.Thread(target=revive, args=(load.house, stop))
    reviver.start()
    try:
        load.report(CASES)
        load.house.time.wait_quiet(PATIENCE_SECONDS)
        load.house.time.advance(next_week(load.house.time.now()), PATIENCE_SECONDS)
    finally:
        stop.set()
        reviver.join()
