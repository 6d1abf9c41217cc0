"""Killing processes and starting them again: at named places, at any moment, from a plan that is worked off."""

import random
import threading
import time
from collections import deque
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Self

from tests.e2e.houses import RunningHouse
from tests.faults.watched_time import WatchedTime

LOOK_SECONDS = 0.02
KILLED = -9
# Up to which of its passings a process is killed at a place: a handful of cases brings it that far.
PASSINGS = {
    "before-commit": 12,
    "after-commit": 12,
    "in-batch": 25,
    "before-ack": 8,
    "after-publish": 8,
    "in-scan": 3,
}


@dataclass(slots=True)
class Death:
    """One death, planned or come about; in real seconds on the monotonic clock.

    Args:
        place: where the process is to die; '' for a kill from outside.
    """

    process: str
    place: str
    seed: int
    died_at: float | None = None
    back_at: float | None = None  # started again, and well
    quiet_at: float | None = None  # everything done that was to be done

    @property
    def setting(self) -> str:
        """How the process is told to die."""
        chance = random.Random(f"{self.process} {self.place} {self.seed}")
        return f"{self.place}:{chance.randint(1, PASSINGS[self.place])}"


def plan_of(process: str, places: Iterable[str], seeds: Iterable[int]) -> list[Death]:
    """Return deaths at every place with every seed, in a mixed order."""
    planned = [Death(process, place, seed) for seed in seeds for place in places]
    random.Random(process).shuffle(planned)
    return planned


@dataclass(slots=True)
class Reviver:
    """Starts again whatever dies, each time set to die of what is next in its plan.

    Args:
        time: told when something has come back.
        plans: what each process is to die of, first things first.
    """

    house: RunningHouse
    time: WatchedTime
    plans: Mapping[str, deque[Death]] = field(default_factory=dict)
    deaths: list[Death] = field(default_factory=list)
    _under_way: dict[str, Death] = field(default_factory=dict)
    _armed: dict[str, Death] = field(default_factory=dict)
    _stop: threading.Event = field(default_factory=threading.Event)
    _failure: BaseException | None = None
    _thread: threading.Thread | None = None

    def __enter__(self) -> Self:
        self.house.stop(*self.plans)
        for name in self.plans:
            self._begin(name)
        for name in self.plans:
            self._await_well_or_dead(name)
        self._thread = threading.Thread(target=self._watch, daemon=True)
        self._thread.start()
        return self

    def __exit__(self, kind: object, failure: object, trace: object) -> None:
        """Leave with every process well and none set to die."""
        self._stop.set()
        if self._thread is not None:
            self._thread.join()
        if kind is None:
            self._disarm()

    def kill(self, name: str) -> None:
        """Kill a process from outside."""
        self.house.processes[name].kill()

    @property
    def to_come(self) -> int:
        """How many planned deaths have not come about."""
        return sum(len(plan) for plan in self.plans.values()) + len(self._armed)

    @property
    def next_places(self) -> set[str]:
        """Where somebody is to die next."""
        return {death.place for death in list(self._armed.values())}

    def take_recovered(self) -> list[Death]:
        """Return deaths since the last call after which the house has been quiet; the others come next time."""
        assert self._failure is None, self._failure
        recovered = []
        for death in list(self.deaths):
            death.quiet_at = self.time.first_quiet_after(death.back_at)
            if death.quiet_at is not None:
                recovered.append(death)
                self.deaths.remove(death)
        return recovered

    def _watch(self) -> None:
        try:
            while not self._stop.wait(LOOK_SECONDS):
                for name in list(self.house.processes):
                    self._look_after(name)
        except BaseException as failure:
            self._failure = failure
            raise

    def _look_after(self, name: str) -> None:
        fate = self.house.processes[name].poll()
        if fate is not None:
            assert fate == KILLED, f"{name} ended by itself with {fate}"
            self._bury(name)
            self._begin(name)
        elif name in self._under_way and self.house.is_well(name):
            self.time.recovered_at = time.monotonic()
            self._under_way.pop(name).back_at = self.time.recovered_at

    def _bury(self, name: str) -> None:
        """Note a death; one that came before the last was recovered from counts as recovered with this one."""
        death = self._armed.pop(name, None) or Death(name, "", len(self.deaths))
        death.died_at = time.monotonic()
        if name in self._under_way:
            self._under_way[name].back_at = death.died_at
        self._under_way[name] = death
        self.deaths.append(death)

    def _begin(self, name: str) -> None:
        environment, plan = self.house.environment[name], self.plans.get(name)
        environment.pop("GRIDCASE_FAIL_AT", None)
        if plan:
            self._armed[name] = plan.popleft()
            environment["GRIDCASE_FAIL_AT"] = self._armed[name].setting
        self.house.begin(name)
        environment.pop("GRIDCASE_FAIL_AT", None)

    def _await_well_or_dead(self, name: str) -> None:
        while self.house.processes[name].poll() is None and not self.house.is_well(name):
            time.sleep(LOOK_SECONDS)

    def _disarm(self) -> None:
        for name in self._armed:
            self.house.stop(name)
            self.house.start(name)
        for name in self._under_way:
            self.house.await_well(name)
