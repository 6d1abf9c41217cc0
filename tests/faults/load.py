"""A caseload that is reported through the door until it is acknowledged, and the count of what became of it."""

import random
import time
from collections.abc import Callable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any

import requests
import sqlalchemy as sa

from services.notify.store import tables as notify
from shared.rules.pack.build.files import load_files
from tests.e2e.houses import RunningHouse
from tests.faults.count import Count, count_of
from tests.faults.shapes import Shape, shapes_of
from tests.faults.watched_time import PATIENCE_SECONDS, WatchedTime, persisting

RULES = Path(__file__).resolve().parents[2] / "rules"
TOWN = "t-vtc"
UNIT = "t-vtc.east-1/grid"
REPORT = {"category": "ditch-and-drain", "channel": "grid", "place": "east-1", "text": "排水沟堵塞"}
MOST_AT_ONCE = 12
BUSY = (500, 503)  # says nothing about what became of the request: it is sent again as it was


@dataclass(slots=True)
class Load:
    """Reports cases and remembers those that were acknowledged.

    Attributes:
        at_first: what a case comes to before anything falls due.
        wanted: what it comes to in the end.
    """

    house: RunningHouse
    seed: int = 0
    token: str = ""
    operator: str = ""
    acknowledged: list[str] = field(default_factory=list)
    entered: list[str] = field(default_factory=list)
    at_first: Shape = field(default_factory=Shape)
    wanted: Shape = field(default_factory=Shape)
    _time: WatchedTime | None = None
    _counted: int = 0
    _number: int = 0
    _waited: float = 0.0

    @property
    def time(self) -> WatchedTime:
        """Whoever moves the house's time."""
        self._time = self._time or WatchedTime(self.house.services)
        return self._time

    def prepare(self) -> None:
        """Open the town, and let one case live undisturbed: the measure of all others."""
        self.open_town(load_files(RULES / TOWN))
        self.report(1)
        self.time.wait_quiet()
        self.at_first = self._shape_of_first()
        self.time.let_fall_due()
        self.wanted = self._shape_of_first()
        assert self.wanted["sla", "outbox", "clock.breached"] == 1, "the measure of all cases has no deadline"
        self._counted = 1

    def open_town(self, files: Mapping[str, str]) -> None:
        """Publish the town's rules, issue tokens, and wait until everybody has heard of it all."""
        self.house.registry.publish(TOWN, files)
        self.token = self.house.registry.issue_token("grid_worker", UNIT, "p-worker", (TOWN,))
        self.operator = self.house.registry.issue_token("operator", None, "p-operator", (TOWN,))
        self.house.registry.enter_member(TOWN, UNIT, "grid_worker", "p-worker")
        self.time.wait_quiet()

    def _shape_of_first(self) -> Shape:
        return shapes_of(self.house.services, self.acknowledged)[self.acknowledged[0]]

    def report(self, how_many: int) -> None:
        """Report cases, some by themselves and some together, each request until it is acknowledged."""
        chance = random.Random(f"{self.seed} {self._number}")
        while how_many > 0:
            together = min(how_many, chance.randint(1, MOST_AT_ONCE))
            self._report_many(together) if together > 1 else self._report_one()
            how_many -= together

    def enter_people(self, how_many: int) -> None:
        """Have people entered through the registry's door, each until it is acknowledged."""
        for _ in range(how_many):
            self._number += 1
            person = f"p-{self.seed}-{self._number}"
            body = {"unit": UNIT, "role": "grid_worker", "person": person}
            self._ask("registry", f"/v1/towns/{TOWN}/members", self.operator, body)
            self.entered.append(person)

    def take_waited(self) -> float:
        """Return for how long, in seconds, a request had to be repeated at most since the last call."""
        waited, self._waited = self._waited, 0.0
        return waited

    def in_background(self, act: Callable[[], None]) -> "Future[None]":
        """Do something while others break things; its failure comes out of `result`."""
        line = ThreadPoolExecutor(1)
        try:
            return line.submit(act)
        finally:
            line.shutdown(wait=False)

    def settle(self) -> Count:
        """Let all that was reported fall due, and count what has become of it since the last time."""
        self.time.let_fall_due()
        cases = self.acknowledged[self._counted :]
        self._counted = len(self.acknowledged)
        return persisting(lambda: self.count(cases))

    def settle_all(self) -> Count:
        """Count everything from the beginning once more: nothing that was right may have become wrong."""
        self.time.let_fall_due()
        return persisting(lambda: self.count(self.acknowledged))

    def count(self, cases: list[str]) -> Count:
        """Count what has become of these cases."""
        count = count_of(self.house.services, self.house.secret, cases, self.wanted, len(self.acknowledged))
        with self.house.services["notify"].store.read() as conn:
            known = set(conn.scalars(sa.select(notify.memberships.c.person)))
        unheard = [person for person in self.entered if person not in known]
        count.lost += len(unheard)
        count.details += [f"notify has not heard of {person}" for person in unheard]
        return count

    def _report_one(self) -> None:
        answer = self._ask("intake", f"/v1/towns/{TOWN}/cases", self.token, dict(REPORT))
        self.acknowledged.append(str(answer["case"]))

    def _report_many(self, how_many: int) -> None:
        body = {"cases": [dict(REPORT) for _ in range(how_many)]}
        answer = self._ask("intake", f"/v1/towns/{TOWN}/cases/bulk", self.token, body)
        assert answer["admitted"] == how_many, answer
        self.acknowledged += [str(one["case"]) for one in answer["results"]]

    def _ask(self, service: str, path: str, token: str, body: Any) -> dict[str, Any]:
        """Send a request with a key of its own until it is acknowledged, to one worker of the service after another."""
        self._number += 1
        headers = {"Idempotency-Key": f"load-{self.seed}-{self._number}"}
        doors = self.house.doors(service)
        began = time.monotonic()
        for attempt in count(self._number):
            door = doors[attempt % len(doors)]
            try:
                answer = self.house.ask(door, "POST", path, token, body, headers)
            except requests.RequestException:  # an answer may break off in its middle, too
                pass
            else:
                if answer.status_code in (200, 201):
                    self._waited = max(self._waited, time.monotonic() - began)
                    return dict(answer.json())
                assert answer.status_code in BUSY, f"{answer.status_code}: {answer.text}"
            assert time.monotonic() < began + PATIENCE_SECONDS, f"{path} was not acknowledged in time"
            time.sleep(0.02)
        raise AssertionError("counting ends nowhere")
