"""Several workers of one service, one killed for good: the others take over its share, in order."""

import time
from collections.abc import Iterator

import pytest

from tests.faults.load import Load
from tests.faults.record import record

WAY = "real servers"
CASES = 24
SERVICE = "routing"


@pytest.fixture
def three_workers(real_load: Load) -> Iterator[Load]:
    """The house with three processes of routing."""
    house = real_load.house
    others = [house.add_worker(SERVICE) for _ in range(2)]
    house.stop(SERVICE)
    house.start(SERVICE, *others)
    yield real_load
    left = [name for name in (SERVICE, *others) if name in house.processes]
    house.stop(*left)
    for name in others:
        house.dismiss_worker(name)
    house.start(SERVICE)


def test_others_take_over_the_share_of_a_killed_worker(three_workers: Load, is_whole: bool) -> None:
    """Killed under load and not started again, a worker's messages are taken by those that are left, each once."""
    load = three_workers
    for victim in ("routing-1", "routing") if is_whole else ("routing-1",):
        reporting = load.in_background(lambda: load.report(CASES))
        time.sleep(0.2)
        load.house.kill(victim)
        died_at = time.monotonic()
        reporting.result()
        load.time.wait_quiet()
        taken_over_in = (load.time.first_quiet_after(died_at) or died_at) - died_at
        count = load.settle()
        record(WAY, f"one of several {SERVICE} workers killed for good", count, recovered=[taken_over_in],
               firing=load.time.take_firing())  # fmt: skip
        assert count.wrong() == {}
