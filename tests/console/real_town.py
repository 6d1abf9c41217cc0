"""The same town on real servers, as a deployment runs it: every service and the console a process of its own, nginx at
the door, RabbitMQ and PostgreSQL behind.
"""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import requests
from flask import Flask

from gridcase.house_stores import NAMES
from gridcase.registry_admin import RegistryAdmin
from gridcase.simulation.timekeeper import Timekeeper
from scripts.servers.processes import free_port
from services.console import bootstrap as console
from tests.console.town import TOWN, Visitor, publish
from tests.deploy.gateway import Gateway
from tests.e2e.houses import RunningHouse, prepare_real_house
from tests.servers import Servers

CONSOLE = "console"


@dataclass(slots=True)
class RealTown:
    """The town behind nginx; asked as `ConsoleTown` is.

    Args:
        address: the one door.
        pages: a console in this process, before the same door: what accounts are made ready with.
    """

    house: RunningHouse
    address: str
    pages: Flask
    operator: str = field(repr=False)

    @property
    def time(self) -> Timekeeper:
        """Whoever waits until all that was said is done."""
        return self.house.time

    @property
    def registry(self) -> RegistryAdmin:
        """The registry's doings."""
        return self.house.registry

    def visitor(self, language: str = "en") -> Visitor:
        """A browser that nobody has signed in with."""
        return Visitor(self.pages, language)

    def newly_signed_in(self, login: str, first: str) -> Visitor:
        """A browser with somebody who has just changed the first password for the one that all have."""
        return self.visitor().with_own_password(login, first)

    def report(self, category: str, text: str, place: str) -> dict[str, Any]:
        """Report a case as the town's operator, and wait until all that follows is done."""
        body = {"category": category, "channel": "phone", "text": text, "place": place}
        found: dict[str, Any] = self._ask("POST", f"/v1/towns/{TOWN}/cases", body)
        self.time.wait_quiet()
        return found

    def case(self, case: str) -> Any:
        """Everything about a case."""
        return self._ask("GET", f"/v1/towns/{TOWN}/cases/{case}")

    def _ask(self, method: str, path: str, body: Any = None) -> Any:
        headers = {"Authorization": f"Bearer {self.operator}", "Accept-Language": "en"}
        answer = requests.request(method, self.address + path, headers=headers, json=body, timeout=30)
        assert answer.status_code < 400, answer.text
        return answer.json()


@contextmanager
def real_town(folder: Path, servers: Servers) -> Iterator[RealTown]:
    """Run the town; roles belong to a whole PostgreSQL, so the servers are to be its own."""
    house = prepare_real_house(folder, servers.pg_dsn, servers.amqp_url)
    house.logs = folder
    house.addresses[CONSOLE] = f"http://127.0.0.1:{(port := free_port())}"
    places = {f"{name}:8080": house.addresses[name].removeprefix("http://") for name in (*NAMES, CONSOLE)}
    gateway = Gateway(folder, places)
    try:
        house.commands[CONSOLE] = [sys.executable, "-m", "services.console"]
        house.environment[CONSOLE] = {
            **os.environ,
            "GRIDCASE_SECRET": house.secret.decode(),
            "GRIDCASE_URL": gateway.address,
            "GRIDCASE_PORT": str(port),
        }
        for (
            name
        ) in NAMES:  # whom the console asks for, it says; as all who test come from one address, so does it
            house.environment[name]["GRIDCASE_TRUSTED_PROXIES"] = "127.0.0.1/32"
        house.start(*NAMES, CONSOLE)
        publish(house.registry)
        operator = house.registry.issue_token("operator", None, "keeper-1", (TOWN,))
        house.time.wait_quiet()
        pages = console.build(console.ConsoleSettings(house.secret), console.HttpCalls(gateway.address))
        yield RealTown(house, gateway.address, pages, operator)
    finally:
        gateway.end()
        house.end()
