"""A town is taken while it is quiet, which is proven and not hoped; nobody waits for it meanwhile."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import sqlalchemy as sa

from gridcase.towns.export import TownExport
from gridcase.towns.quiet import unrest
from gridcase.towns.stores import TownStores
from shared.kernel.problems import Problem
from tests.towns.house import OTHER, OWN, House, fill
from tests.towns.moves import export, remove


def waits(house: House, town: str = OWN) -> list[str]:
    """Who waits for what."""
    with house.owned.snapshots() as conns:
        return [text.en for text in unrest(conns, town)]


def say_something(house: House, town: str = OWN) -> None:
    """Report something that nobody hears of yet."""
    body = {"category": "quarrel", "channel": "app", "place": "grid-1", "text": "again"}
    token = house.token("citizen", town)
    answer = house.ask("intake", "POST", f"/v1/towns/{town}/cases", token, json=body)
    assert answer.status_code == 201, answer.text


def test_what_is_said_and_not_taken_is_unrest(house: House, tmp_path: Path) -> None:
    """What waits to be sent is, in its own town; what was sent and not taken is, by the streams' numbers."""
    fill(house, OWN)
    fill(house, OTHER)
    assert waits(house) == waits(house, OTHER) == []
    say_something(house)
    found = waits(house)
    assert "intake has 1 messages to send" in found
    assert any(text.startswith("routing waits for 1 streams of intake") for text in found)
    assert waits(house, OTHER) == []
    outbox = house.stores["intake"].flow.outbox
    with house.stores["intake"].begin() as work:  # as if it lay at the broker
        work.conn.execute(sa.update(outbox).values(sent_at=work.at))
    assert {text.split()[0] for text in waits(house)} == {"routing", "sla", "notify", "assess"}
    with pytest.raises(Problem) as no:
        export(house, tmp_path / "own.zip")
    assert no.value.code == "town-not-quiet"
    assert "routing waits for 1 streams of intake" in no.value.cause.en
    assert not (tmp_path / "own.zip").exists()
    export(house, tmp_path / "other.zip", OTHER)


@pytest.mark.parametrize("state", ["held", "later", "parked"])
def test_what_waits_in_an_inbox_is_unrest(small: House, state: str) -> None:
    """Parked messages too: somebody has to look at them first."""
    cases = fill(small, OWN)
    with small.stores["notify"].begin() as work:
        work.rows(work.flow.inbox).add(
            {"source": "intake", "message_id": "m", "stream": cases["late"], "sequence": 99, "type": "case.settled",
             "state": state, "reason": None, "detail": None, "attempts": 1, "retry_at": None, "received_at": work.at,
             "frame": b"{}"}
        )  # fmt: skip
    (found,) = waits(small)
    assert found.startswith("notify ")
    small.registry.suspend(OWN)
    small.settle()
    with pytest.raises(Problem) as no:
        remove(small)
    assert no.value.code == "town-not-quiet"


def test_a_notice_that_is_being_sent_is_unrest(small: House) -> None:
    """Whether it arrives, nobody knows by then: elsewhere it would be sent again."""
    fill(small, OWN)
    table = small.stores["notify"].flow.outbox.metadata.tables["notifications"]
    with small.stores["notify"].begin() as work:
        one = sa.select(table.c.notification).where(table.c.town == OWN).limit(1).scalar_subquery()
        work.conn.execute(sa.update(table).where(table.c.notification == one).values(state="sending"))
    assert waits(small) == ["notify is sending 1 notices"]


def test_it_is_waited_for_a_little(small: House, tmp_path: Path) -> None:
    """What comes to rest meanwhile is in the archive."""
    fill(small, OWN)
    say_something(small)
    slept: list[float] = []

    def sleep(seconds: float) -> None:
        slept.append(seconds)
        small.settle()

    made = TownExport(small.owned, small.files, sleep=sleep).write(OWN, tmp_path / "own.zip")
    assert len(slept) == 1
    assert made.members["routing/cases.jsonl"].rows == 5


def test_others_work_while_a_town_is_read(house: House) -> None:
    """Whoever writes while all stores are read waits for nobody, in the same town and in another; the reader sees
    nothing of it."""
    fill(house, OWN)
    fill(house, OTHER)
    with reading(house.owned) as count:
        before = count()
        house.report(OTHER)
        house.report(OWN)
        assert count() == before
    with reading(house.owned) as count:
        assert count() == before + 2


@contextmanager
def reading(stores: TownStores) -> Iterator[object]:
    """Look at intake's cases as an export does."""
    with stores.snapshots() as conns:
        yield lambda: conns["intake"].exec_driver_sql("select count(*) from cases").scalar()
