"""Every process killed at every named place: nothing lost, nothing doubled, no deadline early or twice.

A short part runs always; `make faults` runs every place of every process with twenty seeds.
"""

import threading
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from shared.rules.pack.scenario import label_to_instant
from tests.e2e.houses import RunningHouse, real_house
from tests.faults.load import PATIENCE_SECONDS, Load, fail_at
from tests.faults.record import record

START = label_to_instant("2026-03-02 08:00", "Asia/Shanghai")
SEEDS = 20
CASES = 12
# Which process passes which place; the same list is what `docs/faults.md` counts.
PLACES = {
    "intake": ("before-commit", "after-commit", "in-batch", "before-ack", "after-publish"),
    "routing": ("before-commit", "after-commit", "in-batch", "before-ack", "after-publish"),
    "sla": ("before-commit", "after-commit", "in-batch", "before-ack", "after-publish", "in-scan"),
    "notify": ("before-commit", "after-commit", "in-batch", "before-ack", "after-publish"),
    "registry": ("before-commit", "after-publish"),
}
EVERY = [(service, place) for service, places in PLACES.items() for place in places]
SHORT = [("intake", "after-commit"), ("intake", "after-publish"), ("routing", "in-batch"), ("routing", "before-ack"),
         ("sla", "before-commit"), ("sla", "in-scan"), ("notify", "after-commit"), ("notify", "before-ack")]


@pytest.fixture
def load(tmp_path: Path, fresh_database: str, fresh_vhost: str) -> Iterator[Load]:
    """A caseload on a house of processes, under simulated time."""
    with real_house(tmp_path, fresh_database, fresh_vhost, START) as house:
        made = Load(house)
        made.prepare()
        yield made


def kill_at(house: RunningHouse, service: str, place: str, seed: int) -> None:
    """Run a service so that it dies at a place, and start it again whenever it did."""
    house.stop(service)
    house.environment[service]["GRIDCASE_FAIL_AT"] = fail_at(place, seed)
    house.start(service)
    del house.environment[service]["GRIDCASE_FAIL_AT"]


def revive(house: RunningHouse, stop: threading.Event) -> None:
    """Start every service again that has died, until told to stop."""
    while not stop.wait(0.1):
        for name, process in list(house.processes.items()):
            if process.poll() is not None:
                house.processes.pop(name)
                house.start(name)


def live_through(load: Load, service: str, place: str, seed: int) -> None:
    """Report cases and let them fall due while a service dies on the way."""
    kill_at(load.house, service, place, seed)
    stop = threading.Event()
    reviver = threading.Thread(target=revive, args=(load.house, stop))
    reviver.start()
    try:
        if service == "registry":  # it passes its places when something is published
            load.house.desk.issue_token("operator", None, f"p-{seed}", ("t-vtc",))
        load.report(CASES)
        load.house.time.wait_quiet(PATIENCE_SECONDS)
        load.house.time.advance(next_week(load.house.time.now()), PATIENCE_SECONDS)
    finally:
        stop.set()
        reviver.join()


def next_week(at: datetime) -> datetime:
    """Return an instant by which what was reported is past due."""
    return at + timedelta(days=7)


@pytest.mark.timeout(3600)
def test_a_killed_process_loses_and_doubles_nothing(load: Load, request: pytest.FixtureRequest) -> None:
    """Killed at a named place and started again, a process takes up where its store says it was."""
    is_whole = request.config.getoption("--whole")
    plan = [(*pair, seed) for pair in EVERY for seed in range(SEEDS)] if is_whole else [(*pair, 1) for pair in SHORT]
    for service, place, seed in plan:
        live_through(load, service, place, seed)
        count = load.count()
        record("real servers", f"{service} {place}", seed, count)
        assert count.wrong() == {}, f"{service} killed at {fail_at(place, seed)}"


@pytest.mark.timeout(600)
@pytest.mark.parametrize("stopped", [("routing",), ("sla",), ("notify",), ("registry",), ("routing", "sla", "notify")])
def test_the_stopped_catch_up_and_the_rest_keep_their_promises(load: Load, stopped: tuple[str, ...]) -> None:
    """With one service stopped, or three at once, reports are still acknowledged, and the stopped catch up."""
    for name in stopped:
        load.house.stop(name)
    load.report(CASES)
    for name in stopped:
        load.house.start(name)
    load.house.time.wait_quiet(PATIENCE_SECONDS)
    load.house.time.advance(next_week(START), PATIENCE_SECONDS)
    assert load.count().wrong() == {}


@pytest.mark.timeout(600)
def test_reports_wait_for_no_one_but_intake(load: Load) -> None:
    """While intake is stopped nobody is told a report was taken; once it is back, the same reports are taken once."""
    load.house.stop("intake")
    reporter = threading.Thread(target=load.report, args=(CASES,))
    reporter.start()
    load.house.start("intake")
    reporter.join()
    load.house.time.wait_quiet(PATIENCE_SECONDS)
    assert load.count().wrong() == {}
