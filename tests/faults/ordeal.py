"""Living through planned deaths: report, die, come back, be quiet, count; until the plan is worked off."""

from collections import deque
from collections.abc import Mapping

from tests.faults.count import Count
from tests.faults.deaths import Death, Reviver
from tests.faults.load import Load
from tests.faults.record import record_deaths

CASES = 6  # reported at a time
BATCHES = 8  # of them at most before the house comes to rest
PEOPLE = 2
DEATHS_BETWEEN_COUNTS = 5
IDLE_ROUNDS = 12  # without a death; then a place is one that nobody passes


def live_through(load: Load, way: str, plans: Mapping[str, list[Death]]) -> Count:
    """Work off every plan and return the count of it all.

    Raises:
        AssertionError: a promise was broken, or a planned death did not come about.
    """
    queues = {name: deque(plan) for name, plan in plans.items()}
    with Reviver(load.house, load.time, queues) as reviver:
        recovered: list[Death] = []
        idle = 0
        while reviver.to_come:
            recovered += (fresh := _round(load, reviver))
            idle = 0 if fresh else idle + 1
            assert idle < IDLE_ROUNDS, f"nobody died of {reviver.next_places}"
            if len(recovered) >= DEATHS_BETWEEN_COUNTS or not reviver.to_come:
                _count(load, way, reviver, recovered)
                recovered = []
    total = load.settle_all()
    assert total.wrong() == {}
    return total


def _round(load: Load, reviver: Reviver) -> list[Death]:
    """Report until somebody has died, and wait until what follows from it all is done."""
    for _ in range(BATCHES):
        load.report(CASES)
        load.enter_people(PEOPLE if "registry" in reviver.plans else 0)
        if reviver.deaths:
            break
    load.time.wait_quiet()
    if "in-scan" in reviver.next_places:
        load.time.let_fall_due()
    return reviver.take_recovered()


def _count(load: Load, way: str, reviver: Reviver, recovered: list[Death]) -> None:
    count = load.settle()
    recovered = [*recovered, *reviver.take_recovered()]
    record_deaths(way, recovered, count, load.time.take_firing())
    assert count.wrong() == {}, [(death.process, death.setting) for death in recovered]
