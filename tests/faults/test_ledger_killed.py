"""The ledger while the house is killed: what was acknowledged is there, once; a list that broke off is sent again."""

import time
from collections import Counter
from collections.abc import Iterator, Mapping
from itertools import count
from pathlib import Path

import requests
import sqlalchemy as sa

from services.ledger.store.tables import entries, flow, groups, statements
from shared.contracts.envelope import decode
from shared.db.store import Store
from shared.rules.pack.build.files import load_files
from tests.console.town import ROOT
from tests.e2e.houses import RunningHouse, embedded_process

TOWN = "t-cgz"
GRID = f"{TOWN}.drum-1/grid-responsible-person"
LEDGER = f"/v1/towns/{TOWN}/ledger"
TOLD = {"date": "2026-01-05", "source": "visit"}
LINES = 1_500  # more than one transaction takes
# Where it dies, and at the how manieth passing; a transaction of the list among them.
DEATHS = (
    "after-commit:12",
    "before-commit:9",
    "after-publish:6",
    "in-batch:3",
    "before-commit:16",
    "after-commit:20",
)
SHORT = 2
SECONDS, DYING = 90.0, 20.0


class Keeping:
    """A town's ledger on a house that dies, and what it has acknowledged."""

    def __init__(self, house: RunningHouse) -> None:
        self.house = house
        self.keys = count(1)
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

    def surely(self, key: str) -> None:
        """Ask again until somebody answers."""
        until = time.monotonic() + SECONDS
        while not self.enter(key):
            assert time.monotonic() < until, "nothing is entered"
            time.sleep(0.1)

    def live_through(self, death: str) -> None:
        """Die while households are entered and a list is brought in; come back, and ask again."""
        house = self.house
        house.kill("house")
        house.environment["house"]["GRIDCASE_FAIL_AT"] = death
        house.begin("house")
        asked: list[str] = []
        until = time.monotonic() + DYING
        while house.processes["house"].poll() is None and time.monotonic() < until:
            number = next(self.keys)
            asked.append(f"key-{number}")
            if self.enter(asked[-1]):
                self.state(f"said-{number}", self.entered[asked[-1]], 2 + number % 40)
            if number % 4 == 0:
                self.bring()
            time.sleep(0.1)
        house.kill("house")
        del house.environment["house"]["GRIDCASE_FAIL_AT"]
        house.start("house")
        for key in asked[-3:]:
            self.surely(key)

    def await_quiet(self) -> None:
        """Wait until all is said and taken."""
        until = time.monotonic() + SECONDS
        while not all(_is_sent(house.store) for house in self.house.services.values()):
            assert time.monotonic() < until, "it does not come to rest"
            time.sleep(0.2)

    def said(self) -> Iterator[tuple[str, str]]:
        """Everything that others heard of entries: which, and what."""
        with self.house.services["ledger"].store.read() as conn:
            for frame in conn.scalars(sa.select(flow.outbox.c.frame)):
                message = decode(frame)
                for change in message.data["changes"] if message.type == "ledger.changed" else ():
                    yield change["entry"], change["event"]


def _is_sent(store: Store) -> bool:
    with store.read() as conn:
        outbox = store.flow.outbox
        return conn.execute(sa.select(outbox.c.id).where(outbox.c.sent_at.is_(None)).limit(1)).first() is None


def test_entries_are_kept_and_told_once_whoever_dies(tmp_path: Path, is_whole: bool) -> None:
    """Killed at named places, the house has all that it acknowledged, once, and others heard of each entry once."""
    with embedded_process(tmp_path, logs=tmp_path) as house:
        town = Keeping(house)
        town.surely(f"key-{next(town.keys)}")
        for death in DEATHS if is_whole else DEATHS[:SHORT]:
            town.live_through(death)
        until = time.monotonic() + SECONDS
        while (brought := town.bring()) is None:
            assert time.monotonic() < until, "no list is taken"
        assert brought["refused"] == 0
        assert brought["entered"] + brought["unchanged"] == LINES
        town.await_quiet()
        _check(town)


def _check(town: Keeping) -> None:
    assert len(set(town.entered.values())) == len(town.entered), "a key is one entry"
    assert {count for (_, event), count in Counter(town.said()).items() if event == "entered"} == {1}
    with town.house.services["ledger"].store.read() as conn:
        there = {row.id: row for row in conn.execute(sa.select(entries))}
        said = conn.execute(sa.select(statements)).all()
        grouped = set(conn.scalars(sa.select(groups.c.entry_id)))
    assert {entry for entry, event in town.said() if event == "entered"} == there.keys()
    assert sum(row.type == "shop" for row in there.values()) == LINES
    assert set(town.entered.values()) <= grouped
    numbers = Counter(row.entry_id for row in said)
    assert all(numbers[key] == row.said for key, row in there.items()), "no statement is lost or doubled"
    told = Counter((row.entry_id, row.facts.get("members")) for row in said if row.event == "stated")
    assert {told[each] for each in town.stated.values()} <= {1}
