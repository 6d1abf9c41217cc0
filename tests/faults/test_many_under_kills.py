"""A hundred thousand cases while somebody dies every few hundred: in parts, each of which can be run by itself.

`make faults PYTEST_ARGS="tests/faults/test_many_under_kills.py -k part-3"` runs one part.
"""

import random
import time

import pytest

from tests.faults.deaths import Reviver
from tests.faults.load import Load
from tests.faults.record import record_deaths
from tests.faults.test_random_kills import PROCESSES, SERVERS, kill_server
from tests.servers import Servers

WAY = "many cases"
PARTS = 10
CASES, KILLS = 10_000, 20  # of each part
AT_A_TIME = 60


@pytest.mark.whole
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("part", range(PARTS), ids=lambda part: f"part-{part}")
def test_ten_thousand_cases_under_twenty_kills(real_load: Load, troubled_servers: Servers, part: int) -> None:
    """Whoever dies while reports keep coming: what was acknowledged is there, once, and every deadline fires once."""
    chance = random.Random(f"many {part}")
    with Reviver(real_load.house, real_load.time) as reviver:
        _live(real_load, reviver, troubled_servers, chance)
        count = real_load.settle()
        record_deaths(WAY, reviver.take_recovered(), count, real_load.time.take_firing())
    assert count.wrong() == {}
    assert count.acknowledged >= CASES


def _live(load: Load, reviver: Reviver, servers: Servers, chance: random.Random) -> None:
    began = len(load.acknowledged)
    reporting = load.in_background(lambda: _report(load, began + CASES))
    for kill in range(KILLS):
        wanted = began + (CASES * kill) // KILLS + chance.randint(1, CASES // KILLS - 1)
        while len(load.acknowledged) < wanted and not reporting.done():
            time.sleep(0.01)
        _kill(reviver, servers, chance)
    reporting.result()


def _report(load: Load, until: int) -> None:
    while len(load.acknowledged) < until:
        load.report(AT_A_TIME)


def _kill(reviver: Reviver, servers: Servers, chance: random.Random) -> None:
    victim = chance.choice((*PROCESSES, *SERVERS))
    if victim in SERVERS:
        kill_server(reviver, servers, victim, chance.uniform(0.0, 1.0))
    else:
        reviver.kill(victim)
