"""Every process killed at every named place: nothing lost, nothing doubled, no deadline early or twice.

A short part runs always; `make faults` runs every place of every process with twenty seeds.
"""

from collections.abc import Mapping

import pytest

from tests.faults.deaths import Death, plan_of
from tests.faults.load import Load
from tests.faults.ordeal import live_through

SEEDS = 20
WAY = "real servers"
# Which process passes which place; the same list is what `docs/faults.md` counts.
ALWAYS = ("before-commit", "after-commit", "after-publish")
LISTENING = (*ALWAYS, "in-batch", "before-ack")
PLACES = {
    "intake": LISTENING,
    "routing": LISTENING,
    "sla": (*LISTENING, "in-scan"),
    "notify": LISTENING,
    "registry": ALWAYS,
}
SHORT = {
    "intake": ("after-commit", "after-publish"),
    "routing": ("in-batch", "before-ack"),
    "sla": ("in-scan", "before-commit"),
    "notify": ("after-commit", "before-ack"),
    "registry": ("after-commit",),
}


def test_killed_processes_take_up_where_their_stores_say_they_were(real_load: Load) -> None:
    """Killed at a named place and started again, processes lose and double nothing, one or several at once."""
    live_through(real_load, WAY, {name: plan_of(name, places, range(1)) for name, places in SHORT.items()})


@pytest.mark.whole
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("process", PLACES)
def test_every_place_of_every_process(real_load: Load, process: str) -> None:
    """Whichever process is killed, and wherever: nothing is lost, nothing doubled, nothing fires early or twice."""
    plans: Mapping[str, list[Death]] = {process: plan_of(process, PLACES[process], range(SEEDS))}
    live_through(real_load, WAY, plans)
