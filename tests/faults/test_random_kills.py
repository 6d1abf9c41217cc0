"""Everything killed at any moment under load: every process, the broker and the database, until counting is over."""

import random
import threading
import time

import pytest

from tests.faults.deaths import Death, Reviver
from tests.faults.load import Load
from tests.faults.record import record_deaths
from tests.servers import Servers

WAY = "real servers"
SERVERS = {"rabbit": "broker", "pg": "database"}
PROCESSES = ("intake", "routing", "sla", "notify", "registry")
SHORT = ("sla", "pg", "rabbit", "intake")
CASES = 6
ROUNDS, STRIKES = 10, 8


@pytest.mark.timeout(3600)
def test_everything_is_killed_at_any_moment(
    real_load: Load, troubled_servers: Servers, is_whole: bool
) -> None:
    """Whoever is killed, and whenever: what was acknowledged is there, once, and every deadline fires once."""
    chance = random.Random(11)
    for _ in range(ROUNDS if is_whole else 1):
        victims = chance.choices((*PROCESSES, *SERVERS), k=STRIKES) if is_whole else SHORT
        with Reviver(real_load.house, real_load.time) as reviver:
            strike_under_load(real_load, reviver, troubled_servers, victims, chance)
            count = real_load.settle()
            record_deaths(WAY, reviver.take_recovered(), count, real_load.time.take_firing())
            assert count.wrong() == {}, victims
    if is_whole:
        assert real_load.settle_all().wrong() == {}


def strike_under_load(
    load: Load,
    reviver: Reviver,
    servers: Servers,
    victims: tuple[str, ...] | list[str],
    chance: random.Random,
) -> None:
    """Kill one after the other while cases are reported and people entered."""
    stop = threading.Event()

    def report() -> None:
        while not stop.is_set():
            load.report(CASES)
            load.enter_people(1)

    reporting = load.in_background(report)
    try:
        for victim in victims:
            time.sleep(chance.uniform(0.1, 1.5))
            if victim in SERVERS:
                kill_server(reviver, servers, victim, chance.uniform(0.0, 1.0), chance.choice(PROCESSES))
            else:
                reviver.kill(victim)
    finally:
        stop.set()
    reporting.result()


def kill_server(
    reviver: Reviver, servers: Servers, name: str, for_seconds: float, process: str | None = None
) -> None:
    """End a server as a power cut would, and start it again a moment later.

    Args:
        process: dies meanwhile, and has to come up without the server.
    """
    death = Death(SERVERS[name], "", len(reviver.deaths), died_at=time.monotonic())
    servers.kill(name)
    if process:
        reviver.kill(process)
    time.sleep(for_seconds)
    servers.restart(name)
    death.back_at = reviver.time.recovered_at = time.monotonic()
    reviver.deaths.append(death)
