"""Routing on a real store: SQLite always, PostgreSQL where there is one."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psycopg
import pytest
import sqlalchemy as sa
from werkzeug.test import Client, TestResponse

from services.routing.bootstrap import RoutingSettings, build, metadata, open_store
from services.routing.domain.decisions import DecisionRecord
from services.routing.store.decisions import SqlDecisions
from services.routing.store.tables import cases, flow
from shared.contracts.bodies import body_of
from shared.contracts.envelope import Envelope, decode
from shared.contracts.messages import CaseRouted, CaseUnroutable
from shared.db.store import Store
from shared.flow.editions import PackCache
from shared.flow.receive import Receiver, Tally
from shared.flow.service import Service
from shared.kernel.clock import SetClock
from shared.kernel.roles import Role, Viewer
from shared.obs.metrics import Metrics
from shared.web.callers import hash_token
from tests.routing.packs import NOW, TOWN, Sender, files_with


@dataclass
class House:
    """The routing service on a store of its own, under simulated time."""

    store: Store
    service: Service
    metrics: Metrics
    sender: Sender

    def take(self, *messages: Envelope) -> Tally:
        """Take messages as they arrive."""
        return Receiver(self.service).take(messages)

    def retry(self) -> int:
        """Take again what was put off, however long it would still wait."""
        return Receiver(self.service, SetClock(datetime.max.replace(tzinfo=UTC))).retry()

    def emitted(self) -> list[CaseRouted | CaseUnroutable]:
        """Everything that was said, in order, typed by its contract."""
        with self.store.read() as conn:
            frames = conn.scalars(sa.select(flow.outbox.c.frame).order_by(flow.outbox.c.id)).all()
        bodies: list[Any] = [body_of(decode(frame)) for frame in frames]
        return bodies

    def records(self, case: str = "c-1", town: str = TOWN) -> list[DecisionRecord]:
        """What is kept of the decisions about a case, oldest first."""
        with self.store.read() as conn:
            return SqlDecisions().of_case(conn, Viewer(town, Role.OPERATOR, None, None), case)

    def rules(self, case: str = "c-1") -> list[str]:
        """Which rules have decided about a case, one after the other."""
        return [record.rule for record in self.records(case)]

    def counted(self, outcome: str) -> float | None:
        """How many decisions of an outcome were counted."""
        labels = {"town": TOWN, "outcome": outcome}
        return self.metrics.registry.get_sample_value("gridcase_decisions_total", labels)

    def ask(self, path: str, token: str | None = None) -> TestResponse:
        """Ask the service's routes as the holder of a token."""
        headers = {"Accept-Language": "en", **({"Authorization": f"Bearer {token}"} if token else {})}
        return Client(self.service.app).get(path, headers=headers)

    def forget_sight(self) -> None:
        """Have the cases stand as a store of before has them: nothing is known of who may see them."""
        names = ("private", "seen_by", "asked", "reporters", "finder_role", "finder_unit")
        with self.store.engine.begin() as conn:
            conn.execute(sa.update(cases).values(dict.fromkeys(names)))

    def know_token(
        self, token: str, role: str, *towns: str, unit: str | None = None, person: str | None = None
    ) -> None:
        """Let a token be known."""
        with self.store.begin() as work:
            row = {
                "token_hash": hash_token(token),
                "role": role,
                "unit": unit,
                "person": person,
                "towns": list(towns),
                "revoked": False,
                "valid_until": None,
                "as_of": work.at,
            }
            work.rows(flow.tokens).put(row)


Open = Callable[..., House]


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.servers)])
def address(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Where the service's store may be opened."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/{{service}}.db"
    found: str = request.getfixturevalue("fresh_database")
    with psycopg.connect(found, autocommit=True) as connection:
        connection.execute("create schema routing")
    return found.replace("postgresql://", "postgresql+psycopg://")


@pytest.fixture
def open_house(address: str) -> Iterator[Open]:
    """Open the service on the store, with the edition of the files given."""
    opened: list[Store] = []

    def open_(files: Mapping[str, str] | None = None, pack_cache: PackCache | None = None) -> House:
        store, metrics = open_store(RoutingSettings(address, "reference")), Metrics()
        metadata.create_all(store.engine)
        store.make_simulated(NOW)
        opened.append(store)
        service = build(
            RoutingSettings(address, "reference"), store=store, metrics=metrics, pack_cache=pack_cache
        )
        house = House(store, service, metrics, Sender(files or files_with()))
        house.take(house.sender.edition())
        return house

    yield open_
    for store in opened:
        store.close()


@pytest.fixture
def house(open_house: Open) -> House:
    """The service, which knows the town's edition."""
    return open_house()
