"""Duties while the house is killed: every occurrence is owed once; what was acknowledged as recorded is there, once."""

import time
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import timedelta
from itertools import count
from pathlib import Path

import requests
import sqlalchemy as sa

from services.duties.store.tables import flow, occurrences, records
from services.sla.store.tables import clocks
from shared.contracts.envelope import decode
from shared.rules.scenario.model import label_to_instant
from tests.e2e.houses import RunningHouse, embedded_process
from tests.faults.conftest import house_on
from tests.occurrences.conftest import EAST, WEST
from tests.occurrences.packs import FILES, TOWN
from tests.servers import Servers

START = label_to_instant("2026-03-02 00:00", "Asia/Shanghai")
DAY = timedelta(days=1)
DEATHS = ("in-scan:2", "after-commit:30", "before-commit:25", "after-publish:10", "in-batch:5", "in-scan:1")
SHORT = 2
# The same where duties is a process of its own, which passes each place less often than a whole house does.
ALONE = ("in-scan:1", "after-commit:3", "before-commit:2", "after-publish:2", "in-scan:2", "after-commit:6")
SECONDS, DYING = 90.0, 20.0
DYING_ALONE = 120.0  # each planned death is to come about, however busy the machine is


class Owing:
    """A town of duties on a house that dies, and what it has acknowledged."""

    def __init__(self, house: RunningHouse, process: str, dying: float = DYING) -> None:
        self.house = house
        self.process = process  # that dies
        self.dying = dying  # for how long it may take, in seconds
        self.deaths = 0
        self.now = START
        self.keys = (f"key-{number}" for number in count(1))
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

    def live_through(self, death: str) -> None:
        """Die while a day begins and records come in; come back, and ask again for what was not answered."""
        house, process = self.house, self.process
        house.kill(process)
        house.environment[process]["GRIDCASE_FAIL_AT"] = death
        house.begin(process)
        self.move(DAY)
        asked = []
        until = time.monotonic() + self.dying
        while house.processes[process].poll() is None and time.monotonic() < until:
            asked.append((EAST if len(asked) % 2 else WEST, next(self.keys)))
            self.keep(*asked[-1])
            time.sleep(0.2)
        self.deaths += house.processes[process].poll() is not None
        house.kill(process)
        del house.environment[process]["GRIDCASE_FAIL_AT"]
        house.start(process)
        for post, key in asked[-3:]:
            self.surely_keep(post, key)

    def await_quiet(self) -> None:
        """Wait until all is opened, said and taken by everybody."""
        self.house.time.wait_quiet(SECONDS)

    def said(self) -> Iterator[tuple[str, str]]:
        """Everything that was said of occurrences: which, and what."""
        with self.house.services["duties"].store.read() as conn:
            for frame in conn.scalars(sa.select(flow.outbox.c.frame)):
                message = decode(frame)
                yield message.stream, message.type


def test_occurrences_are_owed_once_and_records_kept_once_whoever_dies(tmp_path: Path, is_whole: bool) -> None:
    """Made, opened, recorded, said: killed at named places, the house takes up where its stores say that it was."""
    with embedded_process(tmp_path, START, logs=tmp_path) as house:
        _live_through(Owing(house, "house"), DEATHS if is_whole else DEATHS[:SHORT])


def test_the_process_of_duties_is_killed_on_real_servers(
    troubled_servers: Servers, tmp_path: Path, is_whole: bool
) -> None:
    """The same on RabbitMQ and PostgreSQL: each planned death comes about, nothing is lost, nothing is there twice."""
    deaths = ALONE if is_whole else ALONE[:SHORT]
    with house_on(troubled_servers, tmp_path, START) as house:
        town = Owing(house, "duties", DYING_ALONE)
        _live_through(town, deaths)
    assert town.deaths == len(deaths)


def _live_through(town: Owing, deaths: Sequence[str]) -> None:
    town.surely_keep(EAST, next(town.keys))
    for death in deaths:
        town.live_through(death)
    town.await_quiet()
    _check(town)


def _check(town: Owing) -> None:
    said = Counter(town.said())
    assert max(said[each] for each in said if each[1] == "duty.owed") == 1
    with town.house.services["duties"].store.read() as conn:
        ids = conn.scalars(sa.select(records.c.id)).all()
        c = occurrences.c
        begun = conn.scalars(sa.select(c.id).where(c.state.in_(("open", "met")))).all()
        judged = conn.scalars(
            sa.select(c.id).where(c.state.in_(("open", "met")), c.due_at.is_not(None))
        ).all()
    assert len(set(town.kept.values())) == len(town.kept), "a key is one record"
    assert set(town.kept.values()) <= set(ids)
    assert {stream for stream, type_ in said if type_ == "duty.owed"} == set(begun)
    with town.house.services["sla"].store.read() as conn:
        timed = conn.scalars(sa.select(clocks.c.subject_id).where(clocks.c.subject_kind == "duty")).all()
    assert sorted(timed) == sorted(judged)
