"""The embedded house killed at every named place: an acknowledged report survives `kill -9`, and happens once."""

import random
import time

import pytest

from tests.faults.deaths import Reviver, plan_of
from tests.faults.load import Load
from tests.faults.ordeal import live_through
from tests.faults.record import record_deaths

WAY = "embedded"
PLACES = ("before-commit", "after-commit", "in-batch", "before-ack", "after-publish", "in-scan")
SEEDS = 20


@pytest.mark.timeout(3600)
def test_a_killed_house_loses_and_doubles_nothing(embedded_load: Load, is_whole: bool) -> None:
    """Killed at a named place and started again, everything goes on from the files."""
    live_through(embedded_load, WAY, {"house": plan_of("house", PLACES, range(SEEDS if is_whole else 1))})


@pytest.mark.timeout(3600)
def test_kills_from_outside_at_any_moment(embedded_load: Load, is_whole: bool) -> None:
    """SIGKILL at random moments under load: acknowledged reports are there, each once."""
    load, chance = embedded_load, random.Random(7)
    for _ in range(50 if is_whole else 2):
        with Reviver(load.house, load.time) as reviver:
            reporting = load.in_background(lambda: load.report(24))
            time.sleep(chance.uniform(0.05, 0.6))
            reviver.kill("house")
            reporting.result()
            count = load.settle()
            record_deaths(WAY, reviver.take_recovered(), count, load.time.take_firing())
            assert count.wrong() == {}
    assert load.settle_all().wrong() == {}
