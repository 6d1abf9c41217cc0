"""A caseload that is reported through the door until it is acknowledged, and the count of what became of it."""

import random
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import requests
import sqlalchemy as sa

from services.intake.domain.chain import verify_chain
from services.intake.store import tables as intake
from services.intake.store.reading import history_of
from services.notify.store import tables as notify
from services.routing.store import tables as routing
from services.sla.store import tables as sla
from shared.contracts.envelope import decode
from shared.rules.pack.files import load_files
from tests.e2e.houses import RunningHouse

TOWN = "t-vtc"
UNIT = "t-vtc.east-1/grid"
PATIENCE_SECONDS = 60.0


@dataclass(slots=True)
class Count:
    """What a fault left behind; all but `acknowledged` and `repeated` must be nought."""

    acknowledged: int = 0
    lost: int = 0  # acknowledged and not found in a store
    doubled: int = 0  # an effect found twice in a store
    early: int = 0  # a deadline fired before it was due
    twice: int = 0  # a deadline fired more than once
    unfired: int = 0  # a deadline past due that was not fired
    broken: int = 0  # a history whose chain does not hold

    def wrong(self) -> dict[str, int]:
        """Return what must not be."""
        return {name: number for name in ("lost", "doubled", "early", "twice", "unfired", "broken")
                if (number := getattr(self, name))}

    def add(self, other: "Count") -> None:
        """Add another count to this one."""
        for name in Count.__slots__:
            setattr(self, name, getattr(self, name) + getattr(other, name))


@dataclass(slots=True)
class Load:
    """Reports cases and remembers those that were acknowledged."""

    house: RunningHouse
    token: str = ""
    acknowledged: list[str] = field(default_factory=list)
    number: int = 0

    def prepare(self) -> None:
        """Publish the town and issue a token."""
        self.house.desk.publish(TOWN, load_files(Path("rules") / TOWN))
        self.token = self.house.desk.issue_token("grid_worker", UNIT, "p-worker", (TOWN,))
        self.house.desk.enter_member(TOWN, UNIT, "grid_worker", "p-worker")
        self.house.time.wait_quiet(PATIENCE_SECONDS)

    def report(self, how_many: int) -> None:
        """Report cases one by one, each until it is acknowledged: same key, same body."""
        for _ in range(how_many):
            self.number += 1
            self.acknowledged.append(self._report_one(f"load-{self.number}"))

    def _report_one(self, key: str) -> str:
        body = {"category": "ditch-and-drain", "channel": "grid", "place": "east-1", "text": key}
        until = time.monotonic() + PATIENCE_SECONDS
        while True:
            try:
                answer = self.house.ask("intake", "POST", f"/v1/towns/{TOWN}/cases", self.token, body,
                                        {"Idempotency-Key": key})
                if answer.status_code == 201:
                    return str(answer.json()["case"])
                assert answer.status_code in (401, 500, 503), answer.text
            except (requests.ConnectionError, requests.Timeout):
                pass
            assert time.monotonic() < until, f"{key} was not acknowledged in time"
            time.sleep(0.05)

    def count(self) -> Count:
        """Hold every store against what was acknowledged."""
        found = Count(acknowledged=len(self.acknowledged))
        wanted = set(self.acknowledged)
        for name, table, column in (("intake", intake.cases, "id"), ("routing", routing.decisions, "case_id"),
                                    ("sla", sla.clocks, "case_id"), ("notify", notify.notifications, "case_id")):
            rows = Counter(self._column(name, table, column))
            found.lost += len(wanted - set(rows))
            if name in ("intake", "routing", "sla"):
                found.doubled += sum(number - 1 for case, number in rows.items() if case in wanted)
        keys = Counter(self._column("notify", notify.notifications, "key"))
        found.doubled += sum(number - 1 for number in keys.values())
        found.doubled += len(self._column("intake", intake.cases, "id")) - len(wanted)
        self._count_deadlines(found)
        self._count_histories(found)
        return found

    def _count_deadlines(self, found: Count) -> None:
        store = self.house.services["sla"].store
        with store.read() as conn:
            now = store.now(conn)
            for fired_at, due_at in conn.execute(sa.select(sla.deadlines.c.fired_at, sla.deadlines.c.due_at)):
                found.early += fired_at is not None and fired_at < due_at
                found.unfired += fired_at is None and due_at <= now
            frames = conn.scalars(sa.select(store.flow.outbox.c.frame).where(
                store.flow.outbox.c.type.in_(["clock.breached", "clock.warned", "clock.escalated"])))
            said = Counter((message.type, message.data["clock"], message.data.get("escalation"))
                           for message in map(decode, frames))
        found.twice += sum(number - 1 for number in said.values())

    def _count_histories(self, found: Count) -> None:
        with self.house.services["intake"].store.read() as conn:
            cases = conn.execute(sa.select(intake.cases.c.id, intake.cases.c.history_n, intake.cases.c.history_head))
            for case, entries, head in cases.all():
                found.broken += not verify_chain(history_of(conn, case), entries, head).whole

    def _column(self, service: str, table: sa.Table, column: str) -> list[Any]:
        with self.house.services[service].store.read() as conn:
            return list(conn.scalars(sa.select(table.c[column])))


def fail_at(place: str, seed: int, most: int = 25) -> str:
    """Return a fail point's setting: the place, and at which of its passings the process dies."""
    return f"{place}:{random.Random(f'{place}{seed}').randint(1, most)}"
