"""A house with one town at work, behind its one address: with accounts, cases, and the console as people meet it."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any
from wsgiref.types import WSGIApplication

from flask import Flask
from werkzeug.test import Client, TestResponse

from gridcase.embedded import EmbeddedHouse, embed, plan_in
from gridcase.front import Front
from gridcase.house import open_stores
from gridcase.registry_admin import RegistryAdmin
from gridcase.simulation.timekeeper import Timekeeper
from gridcase.staffing import staff
from gridcase.variants import with_readings
from shared.rules.pack.build.files import load_files
from shared.rules.pack.read import build_pack
from tests.console.outlines import outlines
from tests.console.team_rules import GRIDS

ROOT = Path(__file__).resolve().parents[2]
TOWN = "t-cgz"  # cases with and without a limit, several levels, steps with typed fields
PASSWORD = "a quiet river under elms"
LEADER = f"{TOWN}/grid-responsible-leader"
# Who works there: login → role, unit, person.
PEOPLE: dict[str, tuple[str, str | None, str | None]] = {
    "leader": ("unit_staff", LEADER, "staff-1"),
    "gas": ("unit_staff", f"{TOWN}/gas-unit", "staff-1"),
    "helper": ("unit_staff", f"{TOWN}/grid-responsible-person", "staff-1"),
    "office": ("unit_staff", f"{TOWN}/town-grid-office", "staff-1"),
    "walker": ("grid_worker", f"{TOWN}.drum-1/grid", "worker-1"),
    "watcher": ("supervisor", None, "watcher-1"),
    "keeper": ("operator", None, "keeper-1"),
    "engineer": ("engineer", None, None),
    "resident": ("reporter", None, "resident-1"),
    "neighbour": ("operator", None, "neighbour-1"),
}
OTHER_TOWN = "t-com"
WHERE = {"engineer": "*", "neighbour": OTHER_TOWN}  # everybody else works in the town


@dataclass(slots=True)
class ConsoleTown:
    """The house, asked as a browser or as a machine would.

    Args:
        front: what answers at the house's address.
    """

    house: EmbeddedHouse
    registry: RegistryAdmin
    front: Front
    time: Timekeeper
    operator: str = field(repr=False)

    def visitor(self, language: str = "en") -> "Visitor":
        """A browser that nobody has signed in with."""
        return Visitor(self.front, language)

    def signed_in(self, login: str, language: str = "en") -> "Visitor":
        """A browser with somebody signed in."""
        found = self.visitor(language)
        answer = found.post("/sign-in", {"login": login, "password": PASSWORD, "to": "/"})
        assert answer.status_code == 303, answer.text
        return found

    def newly_signed_in(self, login: str, first: str) -> "Visitor":
        """A browser with somebody who has just changed the first password for the one that all have."""
        return self.visitor().with_own_password(login, first)

    def api(self, method: str, path: str, token: str, body: Any = None) -> Any:
        """What a service answers."""
        headers = {"Authorization": f"Bearer {token}", "Accept-Language": "en"}
        answer = Client(self.front).open(path, method=method, headers=headers, json=body)
        assert answer.status_code < 400, answer.text
        return answer.json

    def report(
        self, category: str, text: str, place: str | None = None, point: tuple[float, float] | None = None
    ) -> dict[str, Any]:
        """Report a case as the town's operator, and wait until all that follows is done.

        Args:
            point: longitude and latitude.
        """
        body = {"category": category, "channel": "phone", "text": text} | ({"place": place} if place else {})
        if point is not None:
            body |= {"lon": point[0], "lat": point[1]}
        found: dict[str, Any] = self.api("POST", f"/v1/towns/{TOWN}/cases", self.operator, body)
        self.time.wait_quiet()
        return found

    def case(self, case: str) -> Any:
        """Everything about a case."""
        return self.api("GET", f"/v1/towns/{TOWN}/cases/{case}", self.operator)


class Visitor:
    """A browser: it keeps cookies and fills in forms as they were shown."""

    def __init__(self, front: WSGIApplication, language: str) -> None:
        self._client = Client(front)
        self._language = language

    def with_own_password(self, login: str, first: str) -> "Visitor":
        """Sign in with a first password and change it for the one that all have."""
        assert self.post("/sign-in", {"login": login, "password": first}).status_code == 303
        change = {"old": first, "new": PASSWORD, "again": PASSWORD}
        assert self.post("/account/password", change, seen_at="/account").status_code == 303
        return self

    def get(self, path: str, *, follow: bool = False) -> TestResponse:
        """Look at a page."""
        return self._client.get(
            path,
            headers={"Accept-Language": self._language},
            follow_redirects=follow,
            base_url="http://localhost",
        )

    def post(
        self,
        path: str,
        form: dict[str, Any],
        *,
        seen_at: str = "/sign-in",
        headers: dict[str, str] | None = None,
    ) -> TestResponse:
        """Send a form, with the seal of the page on which it was seen."""
        data = {"csrf": self.csrf(seen_at), **form}
        headers = {"Accept-Language": self._language, **(headers or {})}
        return self._client.post(path, data=data, headers=headers, base_url="http://localhost")

    def post_unsealed(self, path: str, form: dict[str, Any]) -> TestResponse:
        """Send a form that was seen on no page of ours."""
        return self._client.post(path, data=form, base_url="http://localhost")

    def csrf(self, path: str) -> str:
        """The seal that a page's forms carry."""
        page = self.get(path, follow=True).text
        return page.split('name="csrf" value="')[1].split('"')[0]


@contextmanager
def console_town(folder: Path, at: datetime | None = None) -> Iterator[ConsoleTown]:
    """Run a house with one town.

    Args:
        at: from when on time is simulated; None: it is the machine's.
    """
    plan = plan_in(folder, "reference")
    if at is not None:
        for store in open_stores(plan).values():
            store.make_simulated(at)
            store.close()
    house = embed(plan)
    house.start()
    try:
        registry = RegistryAdmin(house.services["registry"].store, plan.secret)
        publish(registry)
        operator = registry.issue_token("operator", None, "keeper-1", (TOWN,))
        town = ConsoleTown(house, registry, house.front(Flask("home")), Timekeeper(house.services), operator)
        town.time.wait_quiet()
        yield town
    finally:
        house.stop()


def give_accounts(town: ConsoleTown) -> None:
    """Give everybody who works there an account with the one password."""
    for login, (role, unit, person) in PEOPLE.items():
        first = town.registry.add_account(login, role, WHERE.get(login, TOWN), unit, person)
        town.newly_signed_in(login, str(first))
    town.time.wait_quiet()


def publish(registry: RegistryAdmin) -> None:
    """Have the town's rules in force, and those of a neighbour."""
    own = {f"{TOWN}/grids.geojson": outlines(), f"{TOWN}/grids.yaml": GRIDS}
    files = {**load_files(ROOT / "rules" / TOWN), **own}
    # A year whose calendar nobody has published yet would hide the deadlines that pages are about.
    registry.publish(TOWN, with_readings(files, TOWN, {"RC-22": "provisional"}))
    staff(registry, build_pack(files, TOWN))
    registry.publish(OTHER_TOWN, load_files(ROOT / "rules" / OTHER_TOWN))
