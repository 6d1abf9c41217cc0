"""Three machines, troubled one thing after another: whatever is lost, the others take over, and nothing is missing."""

import random
import threading
import time
from collections.abc import Callable, Iterator

import pytest

from tests.faults.cluster.conftest import vhost_of
from tests.faults.cluster.machines import Machines
from tests.faults.cluster.troubles import TROUBLES, Scene
from tests.faults.deaths import Reviver
from tests.faults.load import Load
from tests.faults.record import record

WAY = "three machines"
CASES = 6
LOADED_SECONDS = 5.0  # reporting goes on after a strike


@pytest.mark.cluster
@pytest.mark.timeout(0)  # it ends by the minutes that it is given
def test_nothing_is_lost_with_any_one_part_of_three_machines(
    doubled_load: Load, machines: Machines, cluster_minutes: float, cluster_seed: int
) -> None:
    """Struck under load or as deadlines fall due: everything acknowledged is there, once, and every deadline fires
    once, while what was struck stays away; then it comes back and the next is struck.
    """
    until, chance = time.monotonic() + 60 * cluster_minutes, random.Random(cluster_seed)
    with Reviver(doubled_load.house, doubled_load.time) as reviver:
        scene = Scene(machines, vhost_of(doubled_load.house), reviver, chance)
        for kind, is_under_load in plan(chance):
            heal = (
                under_load(doubled_load, scene, kind) if is_under_load else at_rest(doubled_load, scene, kind)
            )
            heal()
            machines.await_whole(scene.vhost)
            reviver.take_recovered()
            if time.monotonic() > until:
                break
    assert doubled_load.settle_all().wrong() == {}


def plan(chance: random.Random) -> Iterator[tuple[str, bool]]:
    """Yield what strikes next, and whether under load, for ever: each of them before any comes again."""
    while True:
        strikes = [(kind, is_under_load) for kind in TROUBLES for is_under_load in (True, False)]
        chance.shuffle(strikes)
        yield from strikes


def under_load(load: Load, scene: Scene, kind: str) -> Callable[[], None]:
    """Strike while reports come in; count while what was struck is still away; return what ends the trouble."""
    stop = threading.Event()

    def report() -> None:
        while not stop.is_set():
            load.report(CASES)

    load.take_waited()
    reporting = load.in_background(report)
    time.sleep(scene.chance.uniform(0.2, 2.0))
    struck_at = load.time.recovered_at = time.monotonic()
    try:
        heal = TROUBLES[kind].strike(scene)
        time.sleep(TROUBLES[kind].shows_after)
    finally:
        stop.set()
    reporting.result()
    load.time.wait_quiet()
    settle(load, kind, struck_at)
    return heal


def at_rest(load: Load, scene: Scene, kind: str) -> Callable[[], None]:
    """Strike when nothing moves, and let deadlines fall due at once; count, and return what ends the trouble."""
    load.report(CASES)
    load.time.wait_quiet()
    load.take_waited()
    struck_at = time.monotonic()
    heal = TROUBLES[kind].strike(scene)
    load.time.move_to_next_due()
    load.time.await_fired()
    load.time.wait_quiet()
    settle(load, kind, struck_at)
    return heal


def settle(load: Load, kind: str, struck_at: float) -> None:
    """Count, and write down how long it took until all was done."""
    recovered = (load.time.first_quiet_after(struck_at) or struck_at) - struck_at
    count = load.settle()
    firing, waited = load.time.take_firing(), load.take_waited()
    record(WAY, kind, count, recovered=[recovered], firing=firing, waited=waited)
    assert count.wrong() == {}, kind
