"""Clocks on a real store: SQLite always, PostgreSQL where there is one."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Any

import psycopg
import pytest
import sqlalchemy as sa

from services.sla.bootstrap import SlaSettings, build, metadata, open_store
from services.sla.store.tables import clock_versions, clocks, deadlines, flow
from shared.contracts.bodies import body_of
from shared.contracts.envelope import Envelope, decode
from shared.db.store import Store
from shared.flow.receive import Receiver, Tally
from shared.flow.service import Service
from shared.kernel.clock import TimeSource
from shared.obs.metrics import Metrics
from tests.sla.packs import FILES, CaseMail, Mail, at

SECRET = b"a secret of at least sixteen bytes"


@dataclass
class House:
    """The sla service on a store of its own, under simulated time."""

    settings: SlaSettings
    store: Store
    service: Service
    metrics: Metrics
    mail: Mail = field(default_factory=Mail)

    def take(self, *messages: Envelope) -> Tally:
        """Take messages as they arrive."""
        return Receiver(self.service).take(messages)

    def at(self, text: str) -> None:
        """Move time and do what falls due, as the runner would."""
        self.store.set_now(at(text))
        self.work()

    def work(self) -> None:
        """Do every duty until nothing is left."""
        while sum(duty.run(1000) for duty in self.service.duties):
            pass

    def duty(self, name: str) -> Any:
        """One duty by name."""
        return next(duty for duty in self.service.duties if duty.name == name)

    def emitted(self) -> list[Envelope]:
        """Everything that was emitted, in order, as listeners get it: its data typed by its contract."""
        with self.store.read() as conn:
            frames = conn.scalars(sa.select(flow.outbox.c.frame).order_by(flow.outbox.c.id)).all()
        messages = [decode(frame) for frame in frames]
        return [replace(message, data=body_of(message)) for message in messages]

    def heard(self) -> list[tuple[str, str, str]]:
        """What was said of clocks: (stage, event, local label of the due instant or '')."""
        return [
            (message.data.stage, message.type.removeprefix("clock."), message.data.label or "")
            for message in self.emitted()
            if message.type.startswith("clock.")
        ]

    def rows(self, table: sa.Table) -> list[dict[str, Any]]:
        """All rows of a table."""
        keys = list(table.primary_key.columns)
        with self.store.read() as conn:
            return [dict(row) for row in conn.execute(sa.select(table).order_by(*keys)).mappings()]

    def clocks(self) -> dict[str, dict[str, Any]]:
        """The latest clock of each rule."""
        in_order = sorted(self.rows(clocks), key=lambda row: (row["round"], row["decision"]))
        return {row["rule"]: row for row in in_order}

    def versions(self) -> list[dict[str, Any]]:
        """Every form that clocks had, in the order of their versions."""
        return self.rows(clock_versions)

    def pending(self) -> list[tuple[str, datetime]]:
        """What is still to be fired."""
        return sorted(
            (row["kind"], row["due_at"])
            for row in self.rows(deadlines)
            if row["fired_at"] is None and row["due_at"] is not None
        )

    def case(self, number: int = 1, **more: Any) -> CaseMail:
        """Somebody to write a case's messages."""
        return CaseMail(self.mail, case=f"case-{number}", **more)


Open = Callable[..., House]


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.servers)])
def address(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Where a service's store may be opened."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/{{service}}.db"
    found: str = request.getfixturevalue("fresh_database")
    with psycopg.connect(found, autocommit=True) as connection:
        connection.execute("create schema sla")
    return found.replace("postgresql://", "postgresql+psycopg://")


@pytest.fixture
def open_house(address: str) -> Iterator[Open]:
    """Open the service on the store, once or several times: each is a process of its own, as far as it can tell."""
    opened: list[Store] = []

    def open_(begin: str | None = "2026-03-01 08:00", clock: TimeSource | None = None) -> House:
        settings = SlaSettings(store_url=address, engine="reference", secret=SECRET)
        store, metrics = open_store(settings), Metrics()
        metadata.create_all(store.engine)
        if begin and not opened:
            store.make_simulated(at(begin))
        opened.append(store)
        return House(settings, store, build(settings, store=store, metrics=metrics, clock=clock), metrics)

    yield open_
    for store in opened:
        store.close()


@pytest.fixture
def house(open_house: Open) -> House:
    """One sla service that knows the test town's edition."""
    found = open_house()
    found.take(found.mail.edition(FILES))
    return found
