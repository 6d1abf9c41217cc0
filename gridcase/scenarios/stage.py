"""The stage on which lives are played: a simulated house, a town's edition on it, and tokens for its actors."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from werkzeug.test import Client

from gridcase.registry_desk import RegistryDesk
from gridcase.scenarios.actors import Actor
from gridcase.simulation.lives import SimulatedHouse
from gridcase.simulation.world import World
from gridcase.staffing import staff
from gridcase.variants import with_choices, with_readings
from shared.contracts.envelope import decode
from shared.rules.pack.model import Pack
from shared.rules.pack.read import build_pack
from shared.rules.pack.scenario import Amendment, Other
from shared.rules.pack.templates import Shelf

DAWN = datetime(2000, 1, 1, tzinfo=UTC)  # before every scenario: editions are in force from here on
WATCHER = Actor("operator", None, "operator-1")


@dataclass(frozen=True, slots=True)
class Answer:
    """What intake answered."""

    status: int
    body: Mapping[str, Any]


class Stage:
    """One town on a simulated house.

    Args:
        house: shared by all stages of a run.
        files: the town's files, as `load_files` gives them.
    """

    def __init__(self, house: SimulatedHouse, files: Mapping[str, str], town: str) -> None:
        self._house = house
        self._files = dict(files)
        self._town = town
        self._desk = RegistryDesk(house.services["registry"].store, house.secret)
        self._client = Client(house.services["intake"].app)
        self._tokens: dict[Actor, str] = {}
        self._templates = Shelf()
        self._publish(self._files)
        staff(self._desk, self.pack)
        self.world.settle()

    @property
    def world(self) -> World:
        """The world whose time the lives move."""
        return self._house.world

    def begin(self, at: datetime) -> None:
        """Forget all lives before and begin one at `at`."""
        self._house.forget_cases(at)
        self.world.settle()

    @contextmanager
    def variant(self, other: Other | None) -> Iterator["Stage"]:
        """Put the town under other readings or choices for a while; None: under its own."""
        if other is None:
            yield self
            return
        files = varied(self._files, self._town, other)
        self._publish(files)
        try:
            yield self
        finally:
            self._publish(self._files)

    def post(self, path: str, actor: Actor, body: Mapping[str, Any]) -> Answer:
        """Ask intake for something as an actor, and let everything settle that follows from it."""
        response = self._client.post(path, json=body, headers=self._headers(actor))
        self.world.settle()
        return Answer(response.status_code, response.get_json(silent=True) or {})

    def case(self, case: str) -> Mapping[str, Any]:
        """Return everything about a case."""
        response = self._client.get(f"/v1/towns/{self._town}/cases/{case}", headers=self._headers(WATCHER))
        found: Mapping[str, Any] = response.get_json()
        return found

    def sees(self, case: str, actor: Actor) -> bool:
        """Tell whether an actor can read a case now."""
        response = self._client.get(f"/v1/towns/{self._town}/cases/{case}", headers=self._headers(actor))
        return response.status_code == 200

    def publications(self, number: str) -> list[str | None]:
        """Return the level of each publication of a case; None: every level."""
        store = self._house.services["intake"].store
        table = store.flow.outbox.metadata.tables["publications"]
        with store.read() as conn:
            of_case = (table.c.town == self._town) & (table.c.number == number)
            return list(conn.scalars(sa.select(table.c.level).where(of_case)))

    def alarms(self) -> list[str]:
        """Return the codes of all alarms since the life began."""
        return [
            decode(frame).data["code"]
            for service in self._house.services.values()
            for frame in self._frames(service.store.engine, service.store.flow.outbox)
        ]

    def amend_calendar(self, change: Amendment) -> None:
        """Publish amended days of the town."""
        self._desk.amend_calendar(
            self._town,
            years=change.years,
            holidays={on: str(text) for on, text in change.holidays.items()},
            make_up={on: str(text) for on, text in change.make_up.items()},
        )
        self.world.settle()

    def _publish(self, files: Mapping[str, str]) -> None:
        self._house.forget_cases(DAWN)
        self.pack: Pack = build_pack(files, self._town, self._templates)
        self._house.packs.put(self.pack.edition, self.pack)
        self._desk.publish(self._town, files)
        self.world.settle()

    def _headers(self, actor: Actor) -> dict[str, str]:
        if actor not in self._tokens:
            self._tokens[actor] = self._desk.issue_token(actor.role, actor.unit, actor.person, (self._town,))
            self.world.settle()
        return {"Authorization": f"Bearer {self._tokens[actor]}", "Accept-Language": "zh"}

    @staticmethod
    def _frames(engine: sa.Engine, outbox: sa.Table) -> list[bytes]:
        with engine.connect() as conn:
            return list(conn.scalars(sa.select(outbox.c.frame).where(outbox.c.type == "alarm.raised")))


def varied(files: Mapping[str, str], town: str, other: Other) -> dict[str, str]:
    """Return a town's files under the readings and choices of a variant."""
    choices: dict[str, object] = {}
    if other.acceptance is not None:
        choices["acceptance|受理"] = other.acceptance
    if other.office_hours is not None:
        choices["calendar|日历"] = {
            "office_hours|办公时间": [f"{opens}-{closes}" for opens, closes in other.office_hours]
        }
    return with_choices(with_readings(files, town, other.readings), town, choices)
