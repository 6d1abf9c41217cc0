"""A store is verified whole: whoever rewrites it is found, by keys and by what was said of it outside."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from services.intake.adapters.heads_file import HeadsFile, read_heads
from services.intake.bootstrap import HistoryFault
from services.intake.domain.chain import BEGINNING, Link, digest
from services.intake.domain.chain_keys import ChainKeys
from services.intake.handlers.histories import BeginningsSealed, DayHeads
from services.intake.handlers.verifying import HistoriesVerifier
from services.intake.store import tables
from shared.db.engines import open_engine
from shared.kernel.keyring import Keyring
from tests.flow.stores import fresh_url
from tests.intake.house import SECRET, House
from tests.intake.town import TOWN

KEYS = ChainKeys(SECRET)
history, cases = tables.history, tables.cases


class Town:
    """A town with two cases, whose days' heads go to a file."""

    def __init__(self, folder: Path, engine: sa.Engine | None = None, owner: sa.Engine | None = None) -> None:
        """Make the house; `owner` writes what the service itself may not, None: the service's own engine does."""
        self.house = House() if engine is None else House(engine=engine, simulated=True)
        self.owner = owner or self.house.engine
        self.file = folder / "heads.jsonl"
        self.heads = DayHeads(self.house.store, KEYS, HeadsFile(self.file))
        self.sealing = BeginningsSealed(self.house.store, KEYS, HeadsFile(self.file))
        self.first, self.second = self.live(), self.live()

    def live(self) -> str:
        case = self.house.report(reporter={"name": "Li"})
        self.house.route(case)
        self.house.step(case, "settle", facts={"result": "done"})
        return case

    def pass_a_day(self) -> None:
        self.seal()
        at = self.house.clock.now() + timedelta(days=1, hours=2)
        self.house.clock.set(at)
        if self.house.simulated:
            self.house.store.set_now(at)
        self.heads.run(100)

    def seal(self) -> None:
        while self.sealing.run(100):
            pass

    def faults(self, keys: ChainKeys = KEYS, town: str | None = None) -> list[HistoryFault]:
        heads = read_heads(self.file) if self.file.exists() else []
        verifier = HistoriesVerifier(self.house.store, keys, heads, town)
        return [fault for _, fault in verifier.verify() if fault is not None]

    def found(self) -> set[tuple[str, str, int | None]]:
        return {(fault.cause, fault.case, fault.entry) for fault in self.faults()}

    def write(self, statement: sa.sql.dml.UpdateBase) -> None:
        with self.owner.begin() as conn:
            conn.execute(statement)

    def rows(self, case: str) -> list[sa.RowMapping]:
        return [row for row in self.house.rows(history) if row["case_id"] == case]


def of(case: str, n: int) -> sa.ColumnElement[bool]:
    return sa.and_(history.c.case_id == case, history.c.n == n)


def rewrite(town: Town, case: str, keys: ChainKeys | None) -> None:
    """Put another result into a case's last entry and make every hash anew, the case's own row too."""
    previous, head = BEGINNING, ""
    for row in town.rows(case):
        by, data = row["by"], row["data"]
        texts = row["texts"]
        if data.get("texts", {}).get("result"):
            texts = {"result": ("salt", "never")}
            data["texts"]["result"] = digest("salt", "never")
        key = keys.newest if keys else None
        head = Link(case, row["n"], row["at"], row["what"], by, data, previous).hash(key)
        values = {
            "data": data,
            "texts": texts,
            "previous": previous,
            "hash": head,
            "key": key.id if key else None,
        }
        town.write(sa.update(history).where(of(case, row["n"])).values(values))
        previous = head
    town.write(sa.update(cases).where(cases.c.id == case).values(history_head=head))


@pytest.fixture
def town(tmp_path: Path) -> Iterator[Town]:
    made = Town(tmp_path)
    yield made
    made.house.store.close()


def test_a_store_that_nobody_touched_is_whole(town: Town) -> None:
    """Before and after days have passed, and while the day goes on."""
    town.seal()
    assert town.faults() == []
    town.pass_a_day()
    town.live()
    assert town.faults() == []
    assert town.faults(town=TOWN) == []
    town.pass_a_day()
    assert [sum(head.entries for head in day.towns.values()) for day in read_heads(town.file)] == [6, 3]


@pytest.mark.parametrize("keys", [None, ChainKeys(b"the key of somebody else")])
def test_whoever_rewrites_rows_and_hashes_is_found(town: Town, keys: ChainKeys | None) -> None:
    """Every row and hash that the store's role can write was written anew: the key is not in the store."""
    town.seal()
    rewrite(town, town.second, keys)
    assert {(fault.case, fault.entry, fault.number) for fault in town.faults()} == {
        (town.second, 1, town.house.view(town.second)["number"])
    }


def test_a_text_that_was_dropped_is_found(town: Town) -> None:
    """Citizens' words are not to be lost without a record of who erased them."""
    town.seal()
    town.write(sa.update(history).where(of(town.first, 3)).values(texts=None))
    assert town.found() == {("text-dropped", town.first, 3)}
    verdict = town.house.call("GET", f"/v1/towns/{TOWN}/cases/{town.first}/history/verify", "engineer").json
    assert (verdict["whole"], verdict["broken_at"], verdict["cause"]) == (False, 3, "text-dropped")


def test_erasing_an_identity_leaves_histories_whole(town: Town) -> None:
    """The right to be forgotten is no forgery."""
    town.pass_a_day()
    answer = town.house.call("DELETE", f"/v1/towns/{TOWN}/reporters/citizen-1", "operator")
    assert answer.status_code == 204
    assert [row["sealed"] for row in town.house.rows(tables.identities)] == [None]
    assert town.faults() == []


def test_a_case_that_is_gone_and_an_end_that_was_cut_off_are_found_by_the_days_heads(town: Town) -> None:
    """What leaves no broken link behind is told by what was said outside the store on the day."""
    town.pass_a_day()
    town.write(sa.delete(history).where(history.c.case_id == town.first))
    town.write(sa.delete(cases).where(cases.c.id == town.first))
    last = town.rows(town.second)[1]
    town.write(sa.delete(history).where(of(town.second, 3)))
    town.write(
        sa.update(cases).where(cases.c.id == town.second).values(history_n=2, history_head=last["hash"])
    )
    (fault,) = town.faults()
    assert (fault.cause, fault.town, fault.said, fault.found) == ("day", TOWN, 6, 2)


def test_a_case_that_is_gone_while_its_history_is_there_is_named(town: Town) -> None:
    """Whoever deletes a case's row hides it from every list."""
    town.seal()
    town.write(sa.delete(cases).where(cases.c.id == town.first))
    assert town.found() == {("gone", town.first, None)}


@pytest.mark.parametrize("change", ["count", "digest", "gone", "order"])
def test_heads_that_were_changed_are_found(town: Town, change: str) -> None:
    """They are signed and bound to one another: whoever has the file and no key can't bend them to the store."""
    for _ in range(3):
        town.pass_a_day()
        town.live()
    town.pass_a_day()
    lines = town.file.read_text().splitlines()
    bent: dict[str, Callable[[], list[str]]] = {
        "count": lambda: [lines[0].replace('"entries":6', '"entries":5'), *lines[1:]],
        "digest": lambda: [lines[0].replace('"digest":"', '"digest":"0')[:-1], *lines[1:]],
        "gone": lambda: [lines[0], *lines[2:]],
        "order": lambda: [lines[1], lines[0], *lines[2:]],
    }
    assert town.faults() == []
    town.file.write_text("".join(f"{line}\n" for line in bent[change]()))
    assert "head" in {fault.cause for fault in town.faults()}


def test_a_day_has_one_head_whoever_writes_it(town: Town) -> None:
    """Two workers find the same day without a head; one that died in the middle of a line left no head."""
    town.pass_a_day()
    other = DayHeads(town.house.store, KEYS, HeadsFile(town.file))
    assert other.run(100) == 0
    with town.file.open("ab") as file:
        file.write(town.file.read_bytes()[:40])
    town.live()
    town.house.clock.set(town.house.clock.now() + timedelta(days=1))
    assert (other.run(100), town.heads.run(100)) == (1, 0)
    assert len(town.file.read_bytes().splitlines()) == len(read_heads(town.file)) == 2
    assert town.faults() == []


def older(town: Town) -> None:
    """Make the store what version 0.1 left: plain hashes, and nothing stated."""
    for case in (town.first, town.second):
        _plainly(town, case)
    for table in (tables.plain_beginnings, tables.history_keyed):
        town.write(sa.delete(table))


def _plainly(town: Town, case: str) -> None:
    previous, head = BEGINNING, ""
    for row in town.rows(case):
        by, data = row["by"], row["data"]
        head = Link(case, row["n"], row["at"], row["what"], by, data, previous).hash(None)
        town.write(
            sa.update(history).where(of(case, row["n"])).values(previous=previous, hash=head, key=None)
        )
        previous = head
    town.write(sa.update(cases).where(cases.c.id == case).values(history_head=head))


def test_a_store_of_before_is_sealed_once_and_goes_on_keyed(town: Town) -> None:
    """Its plain histories are verified as such before and after; from the stated instant on everything is keyed."""
    older(town)
    assert town.found() == {("not-keyed", "", None)}
    town.seal()
    assert town.faults() == []
    town.house.step(town.first, "close")
    assert [row["key"] for row in town.rows(town.first)] == [None, None, None, KEYS.newest.id]
    assert town.faults() == []
    assert HistoriesVerifier(town.house.store, KEYS).since() is not None
    rewrite(town, town.second, None)
    assert town.found() == {("seal", town.second, 3)}
    rewrite(town, town.first, None)
    assert town.found() == {("seal", town.second, 3), ("seal", town.first, 3)}


def test_a_case_in_the_form_of_before_can_not_be_slipped_in(town: Town) -> None:
    """Once a store is keyed, a plain history without a seal is none of it."""
    town.seal()
    _plainly(town, town.first)
    assert town.found() == {("plain", town.first, 1)}


def test_a_store_that_was_made_to_forget_its_keys_is_not_sealed_again(town: Town) -> None:
    """Heads went out of it: whoever rewrites it in the form of before, and waits for the next start, is found."""
    town.pass_a_day()
    rewrite(town, town.first, None)
    for table in (tables.plain_beginnings, tables.history_keyed):
        town.write(sa.delete(table))
    assert BeginningsSealed(town.house.store, KEYS, HeadsFile(town.file)).run(100) == 0
    assert {fault.cause for fault in town.faults()} == {"not-keyed", "day"}


def test_a_rotation_leaves_histories_and_heads_whole(town: Town) -> None:
    """What older secrets signed verifies by the ring of all; without the old one it can't be."""
    town.pass_a_day()
    ring = ChainKeys(Keyring((b"the secret of the next year", SECRET)))
    assert town.faults(ring) == []
    alone = town.faults(ChainKeys(b"the secret of the next year"))
    assert {"unknown-key", "head", "not-keyed"} == {fault.cause for fault in alone}


@pytest.mark.servers
def test_the_same_on_postgresql(
    tmp_path: Path, fresh_database: str, services_own: Callable[[str], str]
) -> None:
    """Pages, heads and seals in PostgreSQL's types: a store of before, days that pass, rewritten rows."""
    owner = open_engine(fresh_url(fresh_database), "intake")
    town = Town(tmp_path, open_engine(services_own("intake"), "intake"), owner)
    older(town)
    town.pass_a_day()
    assert town.faults() == []
    town.live()
    town.pass_a_day()
    assert town.faults() == []
    rewrite(town, town.second, None)
    assert town.found() == {("seal", town.second, 3), ("day", "", None)}
    town.house.store.close()
    owner.dispose()
