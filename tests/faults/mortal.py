"""A process that dies at planned places while something is asked of it, and what these deaths are counted as."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field

from tests.e2e.houses import RunningHouse
from tests.faults.deaths import Death

DYING_SECONDS = 120.0  # each planned death is to come about, however busy the machine is
PAUSE_SECONDS = 0.1


@dataclass(slots=True)
class Mortal:
    """One process of a house, which dies again and again.

    Args:
        name: the process.
    """

    house: RunningHouse
    name: str
    deaths: list[Death] = field(default_factory=list)

    def die(self, death: Death, ask: Callable[[], None]) -> None:
        """Start the process set to die, ask of it until it does, and start it again.

        Raises:
            AssertionError: it did not die: nobody passes that place so often.
        """
        self.house.kill(self.name)
        environment = self.house.environment[self.name]
        environment["GRIDCASE_FAIL_AT"] = death.setting
        self.house.begin(self.name)
        del environment["GRIDCASE_FAIL_AT"]
        process, until = self.house.processes[self.name], time.monotonic() + DYING_SECONDS
        while process.poll() is None:
            assert time.monotonic() < until, f"{self.name} did not die of {death.setting}"
            ask()
            time.sleep(PAUSE_SECONDS)
        death.died_at = time.monotonic()
        self.house.kill(self.name)
        self.house.start(self.name)
        self.deaths.append(death)

    def came_to_rest(self) -> None:
        """Note that everything is done that was to be done since the last death."""
        self.deaths[-1].quiet_at = time.monotonic()
