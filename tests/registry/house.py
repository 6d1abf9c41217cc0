"""The registry on a store of its own, seen through its routes and its outbox."""

from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from werkzeug.test import Client, TestResponse

from services.registry.bootstrap import NAME, Registry, RegistrySettings, build, registry_on
from services.registry.domain.tokens import Scope
from services.registry.store.tables import flow, metadata
from shared.contracts.envelope import Envelope, decode
from shared.db.engines import open_engine
from shared.db.store import Store
from shared.kernel.clock import SetClock
from shared.obs.metrics import Metrics
from shared.rules.pack.build.files import load_files
from shared.web.callers import Caller, Role
from shared.web.quotas import DoorSettings
from tests.notify.samples import NOON, SECRET
from tests.spelled import spelled

TOWN = "t-vtc"
READER = Caller(Role.OPERATOR, None, "p-op", (TOWN,), "0123456789abcdef", "192.0.2.7")
RULES = Path(__file__).resolve().parent.parent.parent / "rules"


@cache
def files_of(town: str) -> dict[str, str]:
    """The files of one of the towns that come with the project."""
    return load_files(RULES / town)


def changed(
    old: str = "a town of villages}", new: str = "another name}", path: str = "t-vtc/pack.yaml"
) -> dict[str, str]:
    """The example town's files with words replaced."""
    files = files_of(TOWN)
    assert old in files[path]
    return {**files, path: files[path].replace(old, new, 1)}


class House:
    """The registry with everything that its tests look at."""

    def __init__(self, url: str = "sqlite://", door: DoorSettings | None = None, **more: Any) -> None:
        self.clock = SetClock(NOON)
        engine = open_engine(url, NAME)
        if engine.dialect.name == "sqlite":  # in PostgreSQL no service makes its own tables
            metadata.create_all(engine)
        self.store = Store(NAME, engine, flow, clock=self.clock)
        self.metrics = Metrics()
        settings = RegistrySettings(url, SECRET, door=door or DoorSettings())
        self.service = build(settings, store=self.store, metrics=self.metrics, **more)
        self.registry: Registry = registry_on(self.store, SECRET, metrics=self.metrics)
        self.client = Client(self.service.app)
        self.tokens: dict[str, str] = {}

    def pass_time(self, **passed: float) -> None:
        """Move the clock on."""
        self.clock.set(self.clock.now() + timedelta(**passed))

    def token(self, role: str, *towns: str, unit: str | None = None, person: str | None = None) -> str:
        """A token of a role for some towns; the same one each time it is asked for."""
        name = f"{role} {towns} {unit} {person}"
        if name not in self.tokens:
            self.tokens[name] = self.registry.tokens.issue(Scope(role, towns or ("*",), unit, person)).token
        return self.tokens[name]

    @property
    def operator(self) -> str:
        """The example town's operator."""
        return self.token("operator", TOWN, person="p-operator")

    @property
    def engineer(self) -> str:
        """The platform's engineer."""
        return self.token("engineer", person="p-engineer")

    def ask(
        self, method: str, path: str, token: str | None = None, body: Any = None, **query: Any
    ) -> TestResponse:
        """Send a request as somebody."""
        headers = {"Accept-Language": "en", **({"Authorization": f"Bearer {token}"} if token else {})}
        more = {"json": body} if body is not None else {}
        at = {"REMOTE_ADDR": "127.0.0.1"}
        return self.client.open(
            path, method=method, query_string=query, headers=headers, environ_base=at, **more
        )

    def said(self, prefix: str = "") -> list[Envelope]:
        """What the registry said, each message held against its contract."""
        with self.store.read() as conn:
            frames = conn.scalars(sa.select(flow.outbox.c.frame).order_by(flow.outbox.c.id)).all()
        messages = (message for message in map(decode, frames) if message.type.startswith(prefix))
        return [spelled(message) for message in messages]

    def everything_stored(self) -> str:
        """All rows of all tables as text."""
        with self.store.read() as conn:
            return " ".join(
                str(tuple(row)) for table in metadata.sorted_tables for row in conn.execute(sa.select(table))
            )

    def figure(self, name: str, **labels: str) -> float | None:
        """A figure as it would be scraped."""
        return self.metrics.registry.get_sample_value(name, labels)
