"""The doors of a house that the fixture's maker and the tests of an upgrade use: all of them, in one place.

When the house's own names change, this file changes with them and the rest of the room does not.
"""

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from werkzeug.test import Client

from gridcase.house import HousePlan, build_house, open_stores
from gridcase.house_stores import NAMES
from gridcase.new_services import fill_new_services, tell_new_services
from gridcase.simulation.world import World
from shared.contracts.envelope import decode
from shared.db.store import Store
from shared.flow import dead_letters
from shared.flow.receive import Receiver, Tally
from shared.flow.service import Service
from shared.kernel.clock import SystemClock
from shared.kernel.ids import counted_ids
from shared.obs.metrics import Metrics

OPEN = ("held", "later", "parked")  # states of messages in an inbox that are not finished

__all__ = ["NAMES", "OPEN", "Answer", "House", "Message", "read"]


@dataclass(frozen=True, slots=True)
class Message:
    """A message as anybody reads it who knows its wire format alone."""

    id: str
    source: str
    type: str
    stream: str
    sequence: int
    data: Mapping[str, Any]


def read(frame: bytes) -> Message:
    """Read a frame."""
    body = json.loads(frame)
    source, type_ = body["source"].removeprefix("/gridcase/"), body["type"].removeprefix("cn.gridcase.")
    return Message(
        body["id"], source, type_.rpartition(".v")[0], body["subject"], body["sequence"], body["data"]
    )


@dataclass(frozen=True, slots=True)
class Answer:
    """What a service answered over HTTP."""

    status: int
    body: Any  # JSON, or bytes where it is none


class _Ahead:
    """The machine's time, which runs ahead for a moment so that whatever waits for another attempt is due."""

    def __init__(self) -> None:
        self._days = 0
        self._is_ahead = False

    def now(self) -> datetime:
        return SystemClock().now() + timedelta(days=self._days if self._is_ahead else 0)

    @contextmanager
    def a_day_more(self) -> Iterator[None]:
        """Further ahead at every time: what failed again is not tried twice in one."""
        self._days, self._is_ahead = self._days + 1, True
        yield
        self._is_ahead = False


class House:
    """All services of the code at hand on stores that lie there, in one thread, under simulated time.

    Args:
        store_url: with '{service}' for each service's name; tables are brought to their present form.
        files: folder of attachments and of the file channel.
    """

    def __init__(self, store_url: str, secret: bytes, files: Path, engine: str = "both") -> None:
        # no packs are shared: each service compiles its own, as in processes of their own
        plan = HousePlan(store_url, secret, engine, files, webhooks=True)
        self.secret = secret
        self.stores: Mapping[str, Store] = open_stores(plan)
        self.services: Mapping[str, Service] = build_house(plan, self.stores, Metrics())
        self._clients = {name: Client(service.app) for name, service in self.services.items()}
        self._real_time = _Ahead()
        self._receivers = {
            name: Receiver(service, self._real_time) for name, service in self.services.items()
        }

    def begin(self, at: datetime | None = None) -> None:
        """Take time into hand: from `at` on in new stores, else from where the stores stand."""
        for number, store in enumerate(self.stores.values() if at is not None else (), start=1):
            store.make_simulated(at)
            store.make_id = counted_ids(number)  # the same at every making, and small when packed
        if at is None:
            self._begin_new(self.now())
        self.world = World(self.services, at or self.now())
        for store in self.stores.values():
            store.committed.set()  # what an earlier process left unsent is looked at too

    def _begin_new(self, now: datetime) -> None:
        """Services that the house did not have before begin where it stands, and hear what the registry said."""
        for store in self.stores.values():
            with store.read() as conn:
                is_new = not store.is_simulated(conn)
            if is_new:
                store.make_simulated(now)
        fill_new_services(self.stores, self.services.__getitem__)
        tell_new_services(self.stores)

    def now(self) -> datetime:
        """Return the instant at which the stores stand."""
        store = self.stores["intake"]
        with store.read() as conn:
            return store.now(conn)

    # ---- over HTTP

    def ask(self, service: str, method: str, path: str, token: str, body: Any = None, **more: Any) -> Answer:
        """Ask a service something."""
        headers = {"Authorization": f"Bearer {token}", "Accept-Language": "en", **more.pop("headers", {})}
        sent = {"json": body} if body is not None else {}
        got = self._clients[service].open(path, method=method, headers=headers, **sent, **more)
        told = got.get_json(silent=True) if got.is_json else None
        return Answer(got.status_code, got.get_data() if told is None else told)

    # ---- messages and time

    def take(self, service: str, frames: Iterable[bytes]) -> Counter[str]:
        """Have frames arrive at a service, in one batch; return how many of them became what."""
        tally = self._receivers[service].take([decode(frame) for frame in frames])
        return Counter({name: getattr(tally, name) for name in Tally.__slots__})

    def rest(self) -> None:
        """Let everything be said, taken, tried again and done until nothing moves."""
        self.world.settle()
        with self._real_time.a_day_more():
            while sum(receiver.retry() for receiver in self._receivers.values()):
                self.world.settle()

    def advance(self, to: datetime) -> None:
        """Move time to `to`, stopping wherever something falls due on the way."""
        self.rest()
        self.world.advance(to)
        self.rest()

    def sleep(self, to: datetime) -> None:
        """Let time pass while nothing runs."""
        for store in self.stores.values():
            store.set_now(to)

    # ---- what lies in the message tables

    def said(self, service: str) -> list[Message]:
        """Return what a service said, as far as its outbox still has it, oldest first."""
        outbox = self.stores[service].flow.outbox
        with self.stores[service].read() as conn:
            return [read(frame) for frame in conn.scalars(sa.select(outbox.c.frame).order_by(outbox.c.id))]

    def unsent(self, service: str) -> int:
        """Return how many messages a service has still to send."""
        outbox = self.stores[service].flow.outbox
        return self._count(service, sa.select(sa.func.count()).where(outbox.c.sent_at.is_(None)))

    def _count(self, service: str, statement: sa.Select[Any]) -> int:
        with self.stores[service].read() as conn:
            return int(conn.scalar(statement) or 0)

    def letters(self, service: str, states: Sequence[str] = (*OPEN, "refused")) -> list[list[str | int]]:
        """Return what waits in a service's inbox or was refused there: state, source, stream, sequence, type, id."""
        shown = ("state", "source", "stream", "sequence", "type", "message_id")
        found = dead_letters.list_letters(self.stores[service], states, limit=10_000)
        return sorted([getattr(letter, name) for name in shown] for letter in found)

    def replay(self, service: str, message_id: str) -> None:
        """Have a parked message tried again."""
        dead_letters.try_again(self.stores[service], message_id, self._real_time)

    def rows(self) -> dict[str, int]:
        """Return how many rows every table of every store has, by 'service.table'."""
        found = {}
        for name, store in self.stores.items():
            schema = None if store.is_sqlite else name
            with store.read() as conn:
                for table in sa.inspect(conn).get_table_names(schema):
                    rows = conn.exec_driver_sql(f'select count(*) from "{table}"').scalar_one()
                    found[f"{name}.{table}"] = int(rows)
        return found

    def close(self) -> None:
        """Give the stores back."""
        for store in self.stores.values():
            store.close()
