"""The ledger while the house is killed: what was acknowledged is there, once; a list that broke off is sent again."""

import time
from collections import Counter
from collections.abc import Iterator, Mapping
from itertools import count
from pathlib import Path

import pytest
import requests
import sqlalchemy as sa

from services.ledger.store.tables import entries, flow, groups, statements
from shared.contracts.envelope import decode
from shared.rules.pack.build.files import load_files
from shared.rules.scenario.model import label_to_instant
from tests.console.town import ROOT
from tests.e2e.houses import RunningHouse, embedded_process
from tests.faults.conftest import house_on
from tests.faults.count import Count
from tests.faults.deaths import Death, plan_of
from tests.faults.mortal import Mortal
from tests.faults.record import record_deaths
from tests.servers import Servers

TOWN = "t-cgz"
GRID = f"{TOWN}.drum-1/grid-responsible-person"
LEDGER = f"/v1/towns/{TOWN}/ledger"
START = label_to_instant("2026-03-02 08:00", "Asia/Shanghai")
TOLD = {"date": "2026-01-05", "source": "visit"}
LINES = 1_500  # more than one transaction takes
PLACES = ("after-commit", "before-commit", "after-publish", "in-batch", "before-ack")
SEEDS = 5
SHORT = 2  # deaths of the part that runs always
SECONDS = 120.0


class Keeping:
    """A town's ledger on a house that dies, and what it has acknowledged.

    Args:
        process: that dies.
    """

    def __init__(self, house: RunningHouse, process: str) -> None:
        self.house = house
        self.mortal = Mortal(house, process)
        self.keys = count(1)
        self.asked: list[str] = []
        self.entered: dict[str, str] = {}  # key → entry
        self.stated: dict[str, tuple[str, int]] = {}  # key → entry, members
        house.registry.publish(TOWN, load_files(ROOT / "rules" / TOWN))
        self.token = house.registry.issue_token("grid_worker", GRID, "p-1", (TOWN,))

    def post(self, path: str, body: Mapping[str, object], key: str) -> str | None:
        """Send what is to be done once under a key; return the entry, None where nobody answered well."""
        try:
            answer = self.house.ask(
                "ledger", "POST", f"{LEDGER}{path}", self.token, {**TOLD, **body}, {"Idempotency-Key": key}
            )
        except requests.RequestException:
            return None
        return str(answer.json()["id"]) if answer.status_code in (200, 201) else None

    def enter(self, key: str) -> bool:
        """Enter a household; False: nobody answered."""
        facts = {"head": key, "members": 1, "group": "elderly_alone"}
        entry = self.post("/entries", {"type": "household", "place": "drum-1", "facts": facts}, key)
        if entry is not None:
            self.entered[key] = entry
        return entry is not None

    def state(self, key: str, entry: str, members: int) -> bool:
        """State something of a household."""
        is_told = self.post(f"/entries/{entry}/statements", {"facts": {"members": members}}, key) is not None
        if is_told:
            self.stated[key] = entry, members
        return is_told

    def bring(self) -> Mapping[str, int] | None:
        """Bring the whole list of shops in; None: nobody answered."""
        rows = "\n".join(f"shop {number},drum-1" for number in range(LINES))
        headers = {"Authorization": f"Bearer {self.token}", "Content-Type": "text/csv"}
        try:
            answer = requests.post(
                f"{self.house.addresses['ledger']}{LEDGER}/import",
                params={"type": "shop", **TOLD},
                data=f"name,place\n{rows}\n".encode(),
                headers=headers,
                timeout=60,
            )
        except requests.RequestException:
            return None
        return dict(answer.json()) if answer.status_code == 200 else None

    def bring_whole(self) -> None:
        """Ask again until the whole list is in; none of its lines is refused."""
        until = time.monotonic() + SECONDS
        while (brought := self.bring()) is None:
            assert time.monotonic() < until, "no list is taken"
        assert brought["refused"] == 0
        assert brought["entered"] + brought["unchanged"] == LINES

    def surely(self, key: str) -> None:
        """Ask again until somebody answers."""
        until = time.monotonic() + SECONDS
        while not self.enter(key):
            assert time.monotonic() < until, "nothing is entered"
            time.sleep(0.1)

    def ask(self) -> None:
        """Enter one more household and state something of it, with something new to hear; now and then a list."""
        number = next(self.keys)
        self.asked.append(f"key-{number}")
        self.house.registry.issue_token("grid_worker", GRID, f"p-heard-{number}", (TOWN,))
        if self.enter(self.asked[-1]):
            self.state(f"said-{number}", self.entered[self.asked[-1]], 2 + number % 40)
        if number % 4 == 0:
            self.bring()

    def live_through(self, death: Death) -> None:
        """Die while households are entered and a list is brought in; come back, and ask again."""
        self.mortal.die(death, self.ask)
        for key in self.asked[-3:]:
            self.surely(key)
        self.await_quiet()
        self.mortal.came_to_rest()

    def await_quiet(self) -> None:
        """Wait until all is said and taken."""
        self.house.time.wait_quiet(SECONDS)

    def said(self) -> Iterator[tuple[str, str]]:
        """Everything that others heard of entries: which, and what."""
        with self.house.services["ledger"].store.read() as conn:
            for frame in conn.scalars(sa.select(flow.outbox.c.frame)):
                message = decode(frame)
                for change in message.data["changes"] if message.type == "ledger.changed" else ():
                    yield change["entry"], change["event"]

    def count(self) -> Count:
        """Hold the ledger, and what others heard of it, against what was acknowledged."""
        result = Count(acknowledged=len(self.entered) + len(self.stated))
        with self.house.services["ledger"].store.read() as conn:
            there = {row.id: row for row in conn.execute(sa.select(entries))}
            statements_of = Counter(conn.scalars(sa.select(statements.c.entry_id)))
            stated = Counter(
                (row.entry_id, row.facts.get("members"))
                for row in conn.execute(sa.select(statements).where(statements.c.event == "stated"))
            )
            grouped = set(conn.scalars(sa.select(groups.c.entry_id)))
        told = Counter(entry for entry, event in self.said() if event == "entered")
        shops, entered = sum(row.type == "shop" for row in there.values()), set(self.entered.values())
        numbered = Counter({key: row.said for key, row in there.items()})
        result.lost += (
            len(entered - there.keys()) + len(entered - grouped) + len(there.keys() - told.keys())
            + max(0, LINES - shops) + (numbered - statements_of).total()
            + len(set(self.stated.values()) - stated.keys())
        )  # fmt: skip
        result.doubled += (
            len(self.entered) - len(entered) + told.total() - len(there.keys() & told.keys())
            + max(0, shops - LINES) + (statements_of - numbered).total()
            + sum(stated[each] - 1 for each in set(self.stated.values()) & stated.keys())
        )  # fmt: skip
        return result


@pytest.mark.timeout(3600)
def test_entries_are_kept_and_told_once_whoever_dies(tmp_path: Path, is_whole: bool) -> None:
    """Killed at named places, the house has all that it acknowledged, once, and others heard of each entry once."""
    with embedded_process(tmp_path, START, logs=tmp_path) as house:
        _live_through(Keeping(house, "house"), "embedded", is_whole)


@pytest.mark.timeout(3600)
def test_the_process_of_the_ledger_is_killed_on_real_servers(
    troubled_servers: Servers, tmp_path: Path, is_whole: bool
) -> None:
    """The same on RabbitMQ and PostgreSQL, where the others go on while the ledger is away."""
    with house_on(troubled_servers, tmp_path, START) as house:
        _live_through(Keeping(house, "ledger"), "real servers", is_whole)


def _live_through(town: Keeping, way: str, is_whole: bool) -> None:
    town.surely(f"key-{next(town.keys)}")
    who = "ledger" if town.mortal.name == "ledger" else "house of the ledger"
    deaths = plan_of(who, PLACES, range(SEEDS))
    for death in deaths if is_whole else deaths[:SHORT]:
        town.live_through(death)
    town.bring_whole()
    town.await_quiet()
    count = town.count()
    record_deaths(way, town.mortal.deaths, count, ())
    assert count.wrong() == {}
