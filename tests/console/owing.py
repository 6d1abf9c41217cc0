"""The console before a town of duties under simulated time: a Monday morning, with accounts for its people."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from flask import Flask
from werkzeug.test import Client

from gridcase.front import Front
from gridcase.registry_admin import RegistryAdmin
from gridcase.simulation.house import SimulatedHouse
from services.console import bootstrap as console
from shared.rules.scenario.model import label_to_instant
from tests.console.town import PASSWORD, Visitor
from tests.occurrences.conftest import PEOPLE
from tests.occurrences.packs import FILES, TOWN

BASE = f"/towns/{TOWN}"
DAWN = datetime(2026, 3, 1, 16, tzinfo=UTC)  # the town's midnight before the 2nd of March
WORKING = ("east", "west", "office", "centre", "officer", "supervisor", "operator")


@dataclass
class _HouseTime:
    """The time that the house has."""

    house: SimulatedHouse

    def now(self) -> datetime:
        store = self.house.services["registry"].store
        with store.read() as conn:
            return store.now(conn)


@dataclass
class OwingConsole:
    """The pages, and the services behind them."""

    house: SimulatedHouse
    registry: RegistryAdmin
    front: Front
    tokens: dict[str, str] = field(default_factory=dict)

    def advance(self, label: str) -> None:
        """Move time to a local label."""
        self.house.world.settle()
        self.house.world.advance(label_to_instant(label, "Asia/Shanghai"))

    def signed_in(self, login: str, language: str = "en") -> Visitor:
        """A browser with somebody signed in."""
        found = Visitor(self.front, language)
        answer = found.post("/sign-in", {"login": login, "password": PASSWORD, "to": "/"})
        assert answer.status_code == 303, answer.text
        return found

    def ask(self, path: str, who: str, **query: str) -> Any:
        """What a service answers."""
        self.house.world.settle()
        headers = {"Authorization": f"Bearer {self.tokens[who]}", "Accept-Language": "en"}
        answer = Client(self.front).get(f"/v1/towns/{TOWN}{path}", headers=headers, query_string=query)
        assert answer.status_code == 200, answer.text
        return answer.json

    def occurrence(self, duty: str, day: str, post: str) -> dict[str, Any]:
        """An occurrence as its supervisor sees it."""
        query = {"from": day, "to": day, "duty": duty, "unit": post}
        (found,) = self.ask("/occurrences", "supervisor", **query)["occurrences"]
        return dict(found)

    def records(self, **query: str) -> list[dict[str, Any]]:
        """Records as the supervisor sees them, the newest first."""
        found: list[dict[str, Any]] = self.ask("/records", "supervisor", **query)["records"]
        return found


@contextmanager
def owing_console(files: Mapping[str, str] = FILES) -> Iterator[OwingConsole]:
    """Run the town, on the morning of Monday the 2nd of March 2026."""
    house = SimulatedHouse(DAWN, "reference")
    try:
        registry = RegistryAdmin(house.services["registry"].store, house.secret)
        registry.publish(TOWN, dict(files))
        calls = console.WsgiCalls()
        pages = console.build(console.ConsoleSettings(house.secret), calls, time=_HouseTime(house))
        apps = {name: service.app for name, service in house.services.items()}
        front = Front({**apps, console.NAME: pages}, Flask("home"), house.metrics)  # type: ignore[dict-item]
        calls.reach(front)
        town = OwingConsole(house, registry, front)
        house.world.settle()
        for login in WORKING:
            _let_in(town, login)
        town.advance("2026-03-02 08:00")
        yield town
    finally:
        house.close()


def _let_in(town: OwingConsole, login: str) -> None:
    role, unit, person = PEOPLE[login]
    town.tokens[login] = town.registry.issue_token(role, unit, person, (TOWN,))
    first = town.registry.add_account(login, role, TOWN, unit, person)
    if unit is not None:
        town.registry.enter_member(TOWN, unit, role, str(person))
    town.house.world.settle()
    Visitor(town.front, "en").with_own_password(login, str(first))
