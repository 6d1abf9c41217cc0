"""Duties while the house is killed: every occurrence is owed once; what was acknowledged as recorded is there, once."""

import time
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from itertools import count
from pathlib import Path

import pytest
import requests
import sqlalchemy as sa

from services.duties.store.tables import flow, occurrences, records
from services.sla.store.tables import clocks, deadlines
from shared.contracts.envelope import decode
from shared.rules.scenario.model import label_to_instant
from tests.e2e.houses import RunningHouse, embedded_process
from tests.faults.conftest import house_on
from tests.faults.count import Count
from tests.faults.deaths import Death, plan_of
from tests.faults.mortal import Mortal
from tests.faults.record import record_deaths
from tests.occurrences.conftest import EAST, WEST
from tests.occurrences.packs import FILES, TOWN
from tests.servers import Servers

START = label_to_instant("2026-03-02 00:00", "Asia/Shanghai")
DAY = timedelta(days=1)
PLACES = ("in-scan", "after-commit", "before-commit", "after-publish", "in-batch", "before-ack")
SEEDS = 5
SHORT = 2  # deaths of the part that runs always
SECONDS = 120.0
ASKED_A_DAY = 10  # requests after which a day has passed for whom nobody has killed


class Owing:
    """A town of duties on a house that dies, and what it has acknowledged.

    Args:
        process: that dies.
    """

    def __init__(self, house: RunningHouse, process: str) -> None:
        self.house = house
        self.mortal = Mortal(house, process)
        self.now = START
        self.keys = (f"key-{number}" for number in count(1))
        self.asked: list[tuple[str, str]] = []
        self.kept: dict[str, str] = {}  # key → record
        house.registry.publish(TOWN, dict(FILES))
        self.tokens = {
            post: house.registry.issue_token("grid_worker", post, f"p-{post.partition('.')[2]}", (TOWN,))
            for post in (EAST, WEST)
        }

    def move(self, by: timedelta) -> None:
        """Move the time of every store."""
        self.now += by
        for service in self.house.services.values():
            service.store.set_now(self.now)

    def keep(self, post: str, key: str) -> bool:
        """Have a patrol kept; False: nobody answered."""
        body = {"form": "patrol", "facts": {"found": "-"}, "from": "09:00", "to": "10:00"}
        path = f"/v1/towns/{TOWN}/records"
        try:
            answer = self.house.ask("duties", "POST", path, self.tokens[post], body, {"Idempotency-Key": key})
        except requests.RequestException:
            return False
        if answer.status_code != 201:  # it has heard of no token or no rules yet
            return False
        self.kept[key] = answer.json()["id"]
        return True

    def surely_keep(self, post: str, key: str) -> None:
        """Ask again until somebody answers."""
        until = time.monotonic() + SECONDS
        while not self.keep(post, key):
            assert time.monotonic() < until, "nothing is kept"
            time.sleep(0.1)

    def ask(self) -> None:
        """Have one more patrol kept, with something new for the service to hear; a day passes now and then."""
        number = len(self.asked)
        post = EAST if number % 2 else WEST
        self.asked.append((post, next(self.keys)))
        self.house.registry.issue_token("grid_worker", post, f"p-heard-{number}", (TOWN,))
        if number % ASKED_A_DAY == 0:
            self.move(DAY)
        self.keep(*self.asked[-1])

    def live_through(self, death: Death) -> None:
        """Die while a day begins and records come in; come back, and ask again for what was not answered."""
        self.move(DAY)
        self.mortal.die(death, self.ask)
        for post, key in self.asked[-3:]:
            self.surely_keep(post, key)
        self.house.time.wait_quiet(SECONDS)
        self.mortal.came_to_rest()

    def said(self) -> Iterator[tuple[str, str]]:
        """Everything that was said of occurrences: which, and what."""
        with self.house.services["duties"].store.read() as conn:
            for frame in conn.scalars(sa.select(flow.outbox.c.frame)):
                message = decode(frame)
                yield message.stream, message.type

    def count(self) -> Count:
        """Hold the stores of duties and of clocks against what was acknowledged."""
        result = Count(acknowledged=len(self.kept))
        self._count_records(result)
        self._count_owed(result)
        self._count_deadlines(result)
        return result

    def _count_records(self, result: Count) -> None:
        with self.house.services["duties"].store.read() as conn:
            there = set(conn.scalars(sa.select(records.c.id)))
        kept = set(self.kept.values())
        result.lost += len(kept - there)
        result.doubled += len(self.kept) - len(kept)  # a key is one record
        # What was asked and never acknowledged may be there; more than was asked may not.
        result.doubled += max(0, len(there) - len(self.asked) - 1)

    def _count_owed(self, result: Count) -> None:
        owed = Counter(stream for stream, type_ in self.said() if type_ == "duty.owed")
        c, has_begun = occurrences.c, occurrences.c.state.in_(("open", "met"))
        with self.house.services["duties"].store.read() as conn:
            begun = set(conn.scalars(sa.select(c.id).where(has_begun)))
            judged = set(conn.scalars(sa.select(c.id).where(has_begun, c.due_at.is_not(None))))
        of_duties = clocks.c.subject_kind == "duty"
        with self.house.services["sla"].store.read() as conn:
            timed = Counter(conn.scalars(sa.select(clocks.c.subject_id).where(of_duties)))
        result.lost += len(begun - owed.keys()) + len(judged - timed.keys())
        result.doubled += (
            owed.total() - len(owed) + timed.total() - len(timed)
            + len(owed.keys() - begun) + len(timed.keys() - judged)
        )  # fmt: skip

    def _count_deadlines(self, result: Count) -> None:
        fired_at, due_at, sla = deadlines.c.fired_at, deadlines.c.due_at, self.house.services["sla"].store
        rows = sa.select(fired_at, due_at).join(clocks, clocks.c.clock_id == deadlines.c.clock_id)
        with sla.read() as conn:
            now = sla.now(conn)
            for fired, due in conn.execute(rows.where(clocks.c.subject_kind == "duty", due_at <= now)):
                result.due += 1
                result.fired += fired is not None
                result.early += fired is not None and fired < due


@pytest.mark.timeout(3600)
def test_occurrences_are_owed_once_and_records_kept_once_whoever_dies(tmp_path: Path, is_whole: bool) -> None:
    """Made, opened, recorded, said: killed at named places, the house takes up where its stores say that it was."""
    with embedded_process(tmp_path, START, logs=tmp_path) as house:
        _live_through(Owing(house, "house"), "embedded", is_whole)


@pytest.mark.timeout(3600)
def test_the_process_of_duties_is_killed_on_real_servers(
    troubled_servers: Servers, tmp_path: Path, is_whole: bool
) -> None:
    """The same on RabbitMQ and PostgreSQL, where the others go on while duties is away."""
    with house_on(troubled_servers, tmp_path, START) as house:
        _live_through(Owing(house, "duties"), "real servers", is_whole)


def _live_through(town: Owing, way: str, is_whole: bool) -> None:
    town.surely_keep(EAST, next(town.keys))
    who = "duties" if town.mortal.name == "duties" else "house of duties"
    deaths = plan_of(who, PLACES, range(SEEDS))
    for death in deaths if is_whole else deaths[:SHORT]:
        town.live_through(death)
    count = town.count()
    record_deaths(way, town.mortal.deaths, count, ())
    assert count.wrong() == {}
