"""A house of two towns in one thread under simulated time, on files or on PostgreSQL under its provisioned roles."""

import io
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from werkzeug.test import Client, TestResponse

from gridcase.house import HousePlan, build_house, open_stores
from gridcase.house_stores import NAMES
from gridcase.registry_admin import RegistryAdmin
from gridcase.simulation.world import World
from gridcase.towns.files import HouseFiles
from gridcase.towns.stores import TownStores, metadata_of, tables_of_towns
from services.intake.bootstrap import HEADS_FILE
from shared.db.belonging import OfHouse, belonging_of, rows_of
from shared.db.provision import provision
from shared.db.types import JsonText
from shared.flow.service import Service
from shared.kernel.keyring import Keyring
from shared.obs.metrics import Metrics
from tests.e2e.own_town import PACK, at
from tests.upgrade.look import Eyes
from tests.upgrade.seams import Answer

SECRET = b"a secret of two towns' tests ......"
OWN, OTHER = "t-own", "t-two"
TOWNS = (OWN, OTHER)
START = at("2026-03-09 09:00")
DRAWN_ANEW = ("id",)
RECORDS = """
records:
  look:
    name: {zh: 巡查记录, en: patrol}
    because: P
    about: unit
    by: [unit_staff]
    facts: {found: text}
    pictures: yes
"""


def pack_of(town: str) -> str:
    """Return a town's file."""
    return (PACK.replace("does: [close]", "does: [close, publish]") + RECORDS).replace("t-own", town)


class House:
    """All services on stores that lie there.

    Args:
        database: of PostgreSQL, empty, as a superuser; None: files.
    """

    def __init__(self, folder: Path, database: str | None = None, secret: bytes = SECRET) -> None:
        self.folder = folder
        self.url, self.admin_url = f"sqlite:///{folder}/{{service}}.db", None
        if database is not None:
            urls = provision(database, dict.fromkeys(NAMES, "of-these-tests"))
            self.url, self.admin_url = urls["sla"].replace("_sla:", "_{service}:"), database
        self.secret = secret
        self._plan = HousePlan(self.url, secret, "reference", folder, admin_url=self.admin_url)
        self.stores = open_stores(self._plan)
        for store in self.stores.values():
            store.make_simulated(START)
        self.services = build_house(self._plan, self.stores, Metrics())
        self.world = World(self.services, START)
        self.registry = RegistryAdmin(self.stores["registry"], secret)
        self._clients = {name: Client(service.app) for name, service in self.services.items()}
        self.owned = TownStores.at(self.admin_url or self.url)
        self.files = HouseFiles(folder)
        self.tokens: dict[tuple[str, str], str] = {}

    def afresh(self, name: str) -> Service:
        """Return a service as a new process has it: it remembers nothing that is not in its store."""
        return build_house(self._plan, {name: self.stores[name]}, Metrics())[name]

    @property
    def keyring(self) -> Keyring:
        """The house's secrets."""
        return Keyring((self.secret,))

    @property
    def heads(self) -> Path:
        """The file with the heads of days."""
        return self.folder / HEADS_FILE

    def settle(self) -> None:
        """Let everything come to rest, also what a command wrote."""
        for store in self.stores.values():
            store.committed.set()
        self.world.settle()

    def advance(self, to: datetime) -> None:
        """Move time."""
        self.world.advance(to)

    def token(self, who: str, town: str) -> str:
        """Return a token of a town's own."""
        roles = {
            "citizen": ("reporter", None),
            "station": ("unit_staff", f"{town}/station"),
            "bureau": ("unit_staff", f"{town}/bureau"),
            "operator": ("operator", f"{town}/office"),
        }
        if (who, town) not in self.tokens:
            role, unit = roles[who]
            self.tokens[who, town] = self.registry.issue_token(role, unit, f"p-{who}", (town,))
            self.settle()
        return self.tokens[who, town]

    def engineer(self) -> str:
        """Return a token of the whole platform."""
        if ("engineer", "*") not in self.tokens:
            self.tokens["engineer", "*"] = self.registry.issue_token("engineer", None, "p-e", ("*",))
            self.settle()
        return self.tokens["engineer", "*"]

    def ask(self, service: str, method: str, path: str, token: str, **more: Any) -> TestResponse:
        """Ask a service something."""
        headers = {"Authorization": f"Bearer {token}", "Accept-Language": "en", **more.pop("headers", {})}
        return self._clients[service].open(path, method=method, headers=headers, **more)

    def of(self, town: str, method: str, path: str, who: str = "operator", **more: Any) -> TestResponse:
        """Ask intake for something of a town as one of its people; what follows is done."""
        answer = self.ask("intake", method, f"/v1/towns/{town}{path}", self.token(who, town), **more)
        self.settle()
        return answer

    def report(self, town: str, who: str = "citizen", **more: Any) -> str:
        """Report something; return the case's id."""
        body = {"category": "quarrel", "channel": "app", "place": "grid-1", "text": "two neighbours", **more}
        answer = self.of(town, "POST", "/cases", who, json=body)
        assert answer.status_code == 201, answer.text
        return str(answer.json["case"])

    def step(self, town: str, case: str, step: str, who: str = "station", **facts: Any) -> None:
        """Take a step."""
        answer = self.of(town, "POST", f"/cases/{case}/steps", who, json={"step": step, "facts": facts})
        assert answer.status_code == 200, answer.text

    def attach(self, town: str, case: str, content: bytes) -> None:
        """Attach a file."""
        data = {"file": (io.BytesIO(content), "photo.png", "image/png")}
        answer = self.of(town, "POST", f"/cases/{case}/attachments", "station", data=data)
        assert answer.status_code == 201, answer.text

    def eyes(self, *towns: str) -> Eyes:
        """Return who sees all of some towns."""
        key = ("all", ",".join(towns))
        if key not in self.tokens:
            # The inbox is a person's: one of a unit of each town sees what was told there.
            self.tokens[key] = self.registry.issue_token(
                "operator", f"{towns[0]}/office", "p-all", (*towns, "t-none")
            )
            self.settle()

        def ask(service: str, path: str) -> Answer:
            got = self.ask(service, "GET", path, self.tokens[key])
            return Answer(got.status_code, got.json if got.is_json else got.data)

        return Eyes(ask, towns)

    def rows(self, town: str) -> Mapping[str, list[bytes]]:
        """Return all rows of a town by 'service.table', without the keys that the database draws."""
        with self.owned.snapshots() as conns:
            return {
                f"{name}.{table.name}": sorted(_plain(conns[name], table, rows_of(table, town)))
                for name in NAMES
                for table in tables_of_towns(name)
            }

    def everything_but(self, town: str) -> Mapping[str, list[bytes]]:
        """Return all rows of all stores but a town's, the keys that the database drew among them.

        But for tokens and what is said of them, which removing a town changes; and what is noted of the removal.
        """
        found = {}
        with self.owned.snapshots() as conns:
            for name in NAMES:
                for table in metadata_of(name).sorted_tables:
                    if table.name in ("tokens", "token_events", "town_moves", "quotas"):
                        continue
                    how = belonging_of(table)
                    others = sa.true() if isinstance(how, OfHouse) else sa.not_(rows_of(table, town))
                    if "stream" in table.c:
                        others = sa.and_(others, sa.not_(table.c.stream.startswith("token/")))
                    found[f"{name}.{table.name}"] = sorted(_plain(conns[name], table, others, ()))
        return found

    def close(self) -> None:
        """Give the stores back."""
        self.owned.close()
        for store in self.stores.values():
            store.close()


def _plain(
    conn: sa.Connection, table: sa.Table, condition: Any, without: tuple[str, ...] = DRAWN_ANEW
) -> Iterator[bytes]:
    drawn = {name for name in without if name in table.c and isinstance(table.c[name].type, sa.BigInteger)}
    # Documents as the texts that they are.
    columns = [
        sa.type_coerce(column, sa.Text).label(column.name) if isinstance(column.type, JsonText) else column
        for column in table.columns
    ]
    for row in conn.execute(sa.select(*columns).where(condition)).mappings():
        yield repr({name: value for name, value in row.items() if name not in drawn}).encode()


@contextmanager
def opened(folder: Path, database: str | None = None, secret: bytes = SECRET) -> Iterator[House]:
    """Open an empty house."""
    folder.mkdir(parents=True, exist_ok=True)
    house = House(folder, database, secret)
    try:
        yield house
    finally:
        house.close()


def fill(house: House, town: str) -> Mapping[str, str]:
    """Have a town live: people, days, an absence, cases in every stage, files, words in the public list.

    Returns:
        What is called how: cases by a name.
    """
    house.registry.publish(town, {f"{town}/pack.yaml": pack_of(town)})
    house.registry.enter_member(town, f"{town}/station", "unit_staff", "p-station")
    house.registry.amend_calendar(town, years=[2027], holidays={}, make_up={})
    house.settle()
    cases = {
        "running": house.report(town, reporter={"name": "Zhang San", "phone": "13800000000"}),
        "closed": house.report(town, category="noise"),
        "merged": house.report(town),
        "late": house.report(town, category="dumping", place="grid-2"),
    }
    house.attach(town, cases["running"], b"\x89PNG\r\n\x1a\n" + town.encode())
    house.step(town, cases["closed"], "settle", result="quiet again")
    house.step(town, cases["closed"], "close")
    answer = house.of(town, "POST", f"/cases/{cases['merged']}/merge", json={"into": cases["running"]})
    assert answer.status_code == 200, answer.text
    return cases
