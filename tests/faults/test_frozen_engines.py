"""Two engines of one store, one frozen in the middle of its work: the other takes over, and nothing fires twice.

An overloaded machine or a paused virtual one freezes a process without ending its connections: what it had locked is
taken back by the database, and what it does when it thaws must do no harm.
"""

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.e2e.houses import RunningHouse
from tests.faults.load import Load
from tests.faults.record import record

WAY = "real servers"
CASES = 12
FROZEN_SECONDS = 60.0
FIRST, SECOND = "sla", "sla-1"


@pytest.fixture
def two_engines(real_load: Load) -> Iterator[Load]:
    """The house with a second process of sla beside the first."""
    house = real_load.house
    house.add_worker(FIRST)
    house.start(SECOND)
    yield real_load
    house.thaw(FIRST)
    house.thaw(SECOND)
    house.stop(FIRST, SECOND)
    house.dismiss_worker(SECOND)
    house.start(FIRST)


@pytest.mark.timeout(1800)  # only a hang is ended: much slower machines run this too
def test_a_frozen_engine_holds_nothing_up_and_fires_nothing_again(two_engines: Load, is_whole: bool) -> None:
    """Frozen while it holds what is due: the other fires all of it, and the thawed one nothing of it."""
    load = two_engines
    for _ in range(2 if is_whole else 1):
        load.report(CASES)
        load.time.wait_quiet()
        with_second_set_to_freeze(load.house, "in-scan")
        load.time.move_to_next_due()
        await_frozen(load.house, SECOND)
        thaw_first(load)
        load.time.await_fired()
        thaw_second(load, "in a scan", FROZEN_SECONDS if is_whole else 0.0)


@pytest.mark.whole
@pytest.mark.timeout(1800)  # only a hang is ended: much slower machines run this too
def test_an_engine_frozen_within_a_batch_gives_its_cases_back(two_engines: Load) -> None:
    """Frozen while it takes messages: the broker gives them to the other when it misses the frozen one's heartbeat."""
    load = two_engines
    for _ in range(2):
        with_second_set_to_freeze(load.house, "in-batch")
        load.report(CASES)
        await_frozen(load.house, SECOND)
        thaw_first(load)
        thaw_second(load, "in a batch", FROZEN_SECONDS)


def with_second_set_to_freeze(house: RunningHouse, place: str) -> None:
    """Start both anew, the second set to freeze at a place; freeze the first, so that it leaves it the work."""
    house.stop(FIRST, SECOND)
    house.environment[SECOND]["GRIDCASE_FAIL_AT"] = f"{place}:1:freeze"
    house.start(FIRST, SECOND)
    del house.environment[SECOND]["GRIDCASE_FAIL_AT"]
    house.freeze(FIRST)


def thaw_first(load: Load) -> None:
    """Let the first engine go on, while the second is frozen."""
    load.house.thaw(FIRST)
    load.time.recovered_at = time.monotonic()


def thaw_second(load: Load, where: str, after_seconds: float) -> None:
    """Count while the second is still frozen, and again when it has gone on."""
    until = time.monotonic() + after_seconds
    before = load.settle() if after_seconds else None
    assert before is None or before.wrong() == {}
    time.sleep(max(0.0, until - time.monotonic()))
    load.house.thaw(SECOND)
    count = load.settle_all() if before else load.settle()
    record(WAY, f"one of two engines frozen {where}", before or count, firing=load.time.take_firing())
    assert count.wrong() == {}


def await_frozen(house: RunningHouse, name: str, seconds: float = 60.0) -> None:
    """Wait until a process has come to the place where it freezes."""
    stat = Path(f"/proc/{house.processes[name].pid}/stat")
    until = time.monotonic() + seconds
    while stat.read_text().rsplit(")", 1)[1].split()[0] != "T":
        assert time.monotonic() < until, f"{name} never came to the place where it freezes"
        time.sleep(0.01)
