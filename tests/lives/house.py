"""All services in one process on simulated stores in memory, put back to their beginning before every run.

Nothing moves by itself: messages lie until the transport hands them over, time stands until it is set.
"""

import sqlite3
import tempfile
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import Any

import orjson
from werkzeug.test import Client, TestResponse

from gridcase.house import HousePlan, build_house, passing_stores
from gridcase.registry_admin import RegistryAdmin
from shared.contracts.envelope import Envelope
from shared.db.store import Store
from shared.flow.editions import PackCache
from shared.flow.service import Service
from shared.kernel.ids import counted_ids
from shared.obs.metrics import Metrics
from tests.lives import towns
from tests.lives.transport import Transport

SECRET = b"a secret of these tests alone ...."
# who → role and unit; '{town}' is the town in which the person acts
PEOPLE: Mapping[str, tuple[str, str | None]] = {
    "citizen": ("reporter", None),
    "worker": ("grid_worker", "{town}/grid-1"),
    "clerk": ("unit_staff", "{town}/station"),
    "inspector": ("unit_staff", "c-lake/centre"),
    "supervisor": ("supervisor", "{town}/office"),
    "operator": ("operator", "{town}/office"),
    "engineer": ("engineer", None),
}
DUTY_LIMIT = 1000


class House:
    """The services, their editions and people, at the beginning of every life.

    Args:
        engine: 'both' evaluators, or 'reference' alone.
        editions: by the names of `towns.EDITIONS`; the last one but 'comes-late' is in force.
    """

    def __init__(
        self, engine: str = "reference", editions: Sequence[str] = (*towns.VARIANTS, towns.BASE)
    ) -> None:
        self._folder = tempfile.TemporaryDirectory(prefix="gridcase-lives-")
        plan = HousePlan("sqlite://", SECRET, engine, Path(self._folder.name), PackCache())
        self.stores: Mapping[str, Store] = passing_stores(plan)
        for store in self.stores.values():
            store.make_simulated(towns.DAWN)
        self.services: Mapping[str, Service] = build_house(plan, self.stores, Metrics())
        self.now = towns.DAWN
        self.editions: dict[tuple[str, str], str] = {}
        self._registry = RegistryAdmin(self.stores["registry"], plan.secret)
        self._client = Client(self.services["intake"].app)
        self._tokens = {(who, town): self._token(who, town) for who in PEOPLE for town in towns.PART_OF}
        self._publish(editions)
        self._on_the_way, self._said = self._make_known()
        self._beginning = {name: _copy_of(store) for name, store in self.stores.items()}

    def begin(self, seed: int) -> Transport:
        """Put everything back to the beginning and return what carries the messages from now on.

        Args:
            seed: decides when and in which order they arrive.
        """
        for number, (name, store) in enumerate(self.stores.items(), start=1):
            _put_back(store, self._beginning[name])
            store.make_id = counted_ids(number)
            store.committed.clear()
        self.set_time(towns.BEGIN)  # a store in memory keeps its time beside what is put back
        return Transport(self.services, seed, self._on_the_way, self._said)

    def set_time(self, at: datetime) -> None:
        """Set the time of all stores; what falls due on the way is for the duties to find."""
        self.now = at
        for store in self.stores.values():
            store.set_now(at)

    def run_duties(self) -> int:
        """Do what has fallen due in every service once; return how much it was."""
        return sum(duty.run(DUTY_LIMIT) for service in self.services.values() for duty in service.duties)

    def ask(self, method: str, town: str, path: str, who: str, **more: Any) -> TestResponse:
        """Ask intake for something of a town, as one of its people."""
        headers = {"Authorization": f"Bearer {self._tokens[who, town]}", "Accept-Language": "en"}
        return self._client.open(f"/v1/towns/{town}{path}", method=method, headers=headers, **more)

    def close(self) -> None:
        """Give memory and files back."""
        for store in self.stores.values():
            store.close()
        self._folder.cleanup()

    @cached_property
    def names_of_editions(self) -> Mapping[str, str]:
        """Hash of an edition → what these tests call it."""
        return {edition: name for (_, name), edition in self.editions.items()}

    def _token(self, who: str, town: str) -> str:
        role, unit = PEOPLE[who]
        return self._registry.issue_token(role, unit and unit.format(town=town), f"{who}-{town}", (town,))

    def _publish(self, editions: Sequence[str]) -> None:
        for key, home in towns.HOMES.items():
            for name in editions:
                self._publish_one(key, name, home.files(*towns.EDITIONS[name]))
        followed = towns.HOMES[towns.SHORE].files(*towns.FOLLOWED_CHANGES)
        self._publish_one(towns.SHORE, towns.FOLLOWED, followed, towns.FOLLOWED_FROM)

    def _publish_one(
        self, town: str, name: str, files: Mapping[str, str], effective_at: datetime | None = None
    ) -> None:
        self.editions[town, name] = self._registry.publish(town, files, effective_at).edition

    def _make_known(self) -> tuple[Collection[Envelope], Mapping[str, int]]:
        """Have everybody hear of all editions but one, which is published last and stays on its way."""
        transport = Transport(self.services, 0)
        transport.deliver_all()
        self.set_time(towns.BEGIN)
        while self.run_duties():
            transport.deliver_all()
        self._publish_one(towns.TOWN, towns.LATE, towns.HOMES[towns.TOWN].files(*towns.EDITIONS[towns.LATE]))
        return transport.take_outbox("registry"), transport.said


def body_of(answer: TestResponse) -> dict[str, Any]:
    """Return the JSON object that an answer carries."""
    body: dict[str, Any] = orjson.loads(answer.data)
    return body


def _connection(store: Store) -> sqlite3.Connection:
    raw = store.engine.raw_connection()
    try:
        connection = raw.driver_connection
        assert isinstance(connection, sqlite3.Connection)
        return connection
    finally:
        raw.close()  # back to the pool, which keeps this one connection open


def _copy_of(store: Store) -> sqlite3.Connection:
    copy = sqlite3.connect(":memory:", check_same_thread=False)
    _connection(store).backup(copy)
    return copy


def _put_back(store: Store, copy: sqlite3.Connection) -> None:
    copy.backup(_connection(store))
