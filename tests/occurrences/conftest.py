"""The duties service on a store of its own, under simulated time: SQLite always, PostgreSQL where there is one."""

import io
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest
import sqlalchemy as sa

from services.duties.bootstrap import DutiesSettings, build, metadata, open_store
from services.duties.store.tables import flow, occurrences
from shared.contracts.bodies import body_of
from shared.contracts.envelope import Envelope, decode
from shared.db.store import Store
from shared.flow.receive import Receiver, Tally
from shared.flow.service import Service
from shared.web.callers import hash_token
from tests.occurrences.packs import CENTRE, LEADERS, OFFICE, OFFICER, TOWN, Mail, at

SECRET = b"a secret of at least sixteen bytes"
EAST, WEST = LEADERS
PEOPLE = {
    "east": ("grid_worker", EAST, "p-east"),
    "west": ("grid_worker", WEST, "p-west"),
    "office": ("unit_staff", OFFICE, "p-office"),
    "centre": ("unit_staff", CENTRE, "p-centre"),
    "officer": ("unit_staff", OFFICER, "p-officer"),
    "substitute": ("unit_staff", CENTRE, "p-substitute"),
    "supervisor": ("supervisor", None, "p-supervisor"),
    "operator": ("operator", None, "p-operator"),
    "engineer": ("engineer", None, None),
    "reporter": ("reporter", None, "p-reporter"),
}


@dataclass
class House:
    """One process of the service."""

    store: Store
    service: Service
    pictures: Path
    mail: Mail = field(default_factory=Mail)

    def take(self, *messages: Envelope) -> Tally:
        """Take messages as they arrive."""
        return Receiver(self.service).take(messages)

    def at(self, text: str) -> None:
        """Move time and do what falls due."""
        self.store.set_now(at(text))
        self.work()

    def work(self) -> None:
        """Do every duty until nothing is left."""
        while sum(duty.run(1000) for duty in self.service.duties):
            pass

    def said(self, *types: str) -> list[Envelope]:
        """What was said, in order, as listeners get it."""
        with self.store.read() as conn:
            frames = conn.scalars(sa.select(flow.outbox.c.frame).order_by(flow.outbox.c.id)).all()
        messages = [decode(frame) for frame in frames]
        return [replace(each, data=body_of(each)) for each in messages if not types or each.type in types]

    def rows(self, duty: str, post: str = EAST) -> dict[str, dict[str, Any]]:
        """A post's occurrences of a duty, by label."""
        c = occurrences.c
        wanted = sa.select(occurrences).where(c.duty == duty, c.post == post).order_by(c.label)
        with self.store.read() as conn:
            return {row["label"]: dict(row) for row in conn.execute(wanted).mappings()}

    def letting_in(self) -> None:
        """Everybody of the town has a token, and most hold a post."""
        for name, (role, unit, person) in PEOPLE.items():
            data = {
                "token_hash": hash_token(f"token-{name}"),
                "role": role,
                "unit": unit,
                "person": person,
                "towns": [TOWN],
                "valid_until": None,
                "revoked": False,
            }
            self.take(self.mail.message("token.changed", f"token/{name}", data, at("2025-01-01 08:00")))
        for name in ("east", "west", "office", "centre", "officer"):
            _, unit, person = PEOPLE[name]
            assert unit is not None
            assert person is not None
            self.take(self.mail.member(person, unit))

    def ask(
        self,
        method: str,
        path: str,
        who: str,
        body: Mapping[str, Any] | None = None,
        *,
        key: str | None = None,
        language: str = "en",
        **query: str,
    ) -> tuple[int, Any]:
        """Ask as somebody; the answer's status and what it says."""
        headers = {"Authorization": f"Bearer token-{who}", "Accept-Language": language}
        if key is not None:
            headers["Idempotency-Key"] = key
        answer = self.service.app.test_client().open(  # type: ignore[attr-defined]
            f"/v1/towns/{TOWN}{path}", method=method, json=body, query_string=query, headers=headers
        )
        return answer.status_code, answer.get_json(silent=True) or answer.data

    def hand_in(
        self,
        who: str,
        content: bytes,
        said: str = "image/jpeg",
        *,
        key: str | None = None,
        name: str = "a.jpg",
    ) -> tuple[int, Any]:
        """Hand in a picture as somebody; the answer's status and what it says."""
        headers = {"Authorization": f"Bearer token-{who}", "Accept-Language": "en"}
        if key is not None:
            headers["Idempotency-Key"] = key
        answer = self.service.app.test_client().post(  # type: ignore[attr-defined]
            f"/v1/towns/{TOWN}/pictures", data={"file": (io.BytesIO(content), name, said)}, headers=headers
        )
        return answer.status_code, answer.get_json()

    def get(self, path: str, who: str = "supervisor", **query: str) -> Any:
        """Read as somebody who may."""
        status, answer = self.ask("GET", path, who, **query)
        assert status == 200, answer
        return answer

    def listed(self, who: str, first: str, last: str, **more: str) -> list[tuple[str, str, str]]:
        """The duty, post and state of what somebody is shown of some days."""
        query = {"from": first, "to": last, "limit": "200", **more}
        found = self.get("/occurrences", who, **query)["occurrences"]
        return [(each["duty"], each["post"], each["state"]) for each in found]

    def keep(self, who: str, form: str, **more: Any) -> Any:
        """Fill in a form as somebody who may."""
        status, answer = self.ask("POST", "/records", who, {"form": form, **more})
        assert status == 201, answer
        return answer

    def occurrence(self, duty: str, label: str, post: str = EAST) -> str:
        """The id of an occurrence."""
        found: str = self.rows(duty, post)[label]["id"]
        return found


Open = Callable[..., House]


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.servers)])
def address(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Where a service's store may be opened."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/{{service}}.db"
    found: str = request.getfixturevalue("fresh_database")
    with psycopg.connect(found, autocommit=True) as connection:
        connection.execute("create schema duties")
    return found.replace("postgresql://", "postgresql+psycopg://")


@pytest.fixture
def open_house(address: str, tmp_path: Path) -> Iterator[Open]:
    """Open the service on the store, once or several times: each is a process of its own, as far as it can tell."""
    opened: list[Store] = []
    pictures = tmp_path / "pictures"

    def open_(begin: str = "2026-03-02 08:00", **chosen: timedelta) -> House:
        settings = DutiesSettings(address, SECRET, pictures, **chosen)  # type: ignore[arg-type]
        store = open_store(settings)
        metadata.create_all(store.engine)
        if not opened:
            store.make_simulated(at(begin))
        opened.append(store)
        return House(store, build(settings, store=store), pictures)

    yield open_
    for store in opened:
        store.close()


@pytest.fixture
def house(open_house: Open) -> House:
    """One service that knows the town's rules since the 2nd of March 2026, a Monday, and has made what it owes."""
    found = open_house()
    found.letting_in()
    found.take(found.mail.edition())
    found.work()
    return found
