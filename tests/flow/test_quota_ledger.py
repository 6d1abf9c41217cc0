"""Buckets in a store: one row for each that is not full, shared by all processes, in both databases."""

import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from shared.db.store import Store
from shared.flow.pruning import prune
from shared.flow.quota_ledger import StoreLedger, forget_full
from shared.kernel.clock import SetClock
from shared.web.meter import SLICES, Meter
from shared.web.quotas import Allowance, Measure
from tests.flow.stores import fresh_url, make_store, sqlite_store

SLOW = Allowance(100, 10**9)  # as good as never filled again


@pytest.fixture(params=["sqlite", "postgresql"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    """An empty store."""
    url = f"sqlite:///{tmp_path}/a.db"
    if request.param == "postgresql":
        url = fresh_url(request.getfixturevalue("fresh_database"))
    made = make_store(url, "speaker")
    yield made
    made.close()


def rows(store: Store) -> int:
    """How many buckets have a row."""
    with store.read() as conn:
        return conn.scalar(sa.select(sa.func.count()).select_from(store.flow.quotas)) or 0


def written(store: Store) -> list[str]:
    """Collect the statements that change buckets from here on."""
    statements: list[str] = []

    def note(_conn: object, _cursor: object, statement: str, *_: object) -> None:
        if statement.startswith("insert into quotas"):
            statements.append(statement)

    sa.event.listen(store.engine, "before_cursor_execute", note)
    return statements


def test_two_processes_share_one_bucket(store: Store) -> None:
    """Two meters on one store, many threads each: together they give what the bucket holds and a slice for each, and
    the row is written once for each slice, not for each request."""
    statements, given = written(store), []
    meters = [Meter({Measure.TOWN: SLOW}, StoreLedger(store)) for _ in range(2)]

    def take(meter: Meter) -> None:
        given.extend(1 for _ in range(60) if meter.charge(Measure.TOWN, "elm") is None)

    threads = [threading.Thread(target=take, args=(meter,)) for meter in meters for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(given) == 100 + 2 * (100 // SLICES)
    assert rows(store) == 1
    # A slice each, and at the end of the bucket two tries in each process: a slice, and one.
    assert len(statements) <= SLICES + 2 * len(meters)


def test_a_bulk_counts_as_what_it_holds(store: Store) -> None:
    """A hundred at once empty a bucket of a hundred; what is more than it holds is given by a full one, and owed."""
    ledger = StoreLedger(store)
    assert ledger.lease("a", SLOW, 100, 100).units == 100
    assert ledger.lease("a", SLOW, 1, 5).units == 0
    assert ledger.lease("b", SLOW, 250, 250).units == 250
    wait = ledger.lease("b", SLOW, 1, 5).wait_seconds
    assert wait == pytest.approx(151 * SLOW.each_seconds, rel=0.01)
    assert ledger.lease("c", SLOW, 98, 98).units == 98
    assert ledger.lease("c", SLOW, 1, 5).units in (1, 2)  # no whole slice, but what there is


def test_a_bucket_that_is_full_again_needs_no_row(store: Store) -> None:
    """Pruning lets go of it, and of no other."""
    ledger = StoreLedger(store)
    ledger.lease("quick", Allowance(10**9, 1), 1, 1)
    ledger.lease("slow", SLOW, 1, 1)
    threading.Event().wait(0.05)
    assert prune(store, ()) == 1
    with store.read() as conn:
        assert conn.scalars(sa.select(store.flow.quotas.c.subject)).all() == ["slow"]


def test_a_bucket_fills_by_the_clock() -> None:
    """What was taken comes back evenly, and no more than it held."""
    store, clock = sqlite_store("speaker"), SetClock(datetime(2026, 3, 9, tzinfo=UTC))
    ledger, hourly = StoreLedger(store, clock), Allowance(60, 3600)
    assert ledger.lease("a", hourly, 60, 60).units == 60
    refused = ledger.lease("a", hourly, 10, 10)
    assert (refused.units, round(refused.wait_seconds)) == (0, 600)
    clock.set(clock.now() + timedelta(minutes=10))
    assert ledger.lease("a", hourly, 10, 10).units == 10
    clock.set(clock.now() + timedelta(days=9))
    assert ledger.lease("a", hourly, 60, 60).units == 60
    assert ledger.lease("a", hourly, 1, 1).units == 0
    with store.begin() as work:
        assert forget_full(work.conn, clock) == 0


def test_simulated_time_bounds_nobody() -> None:
    """A year passes there in a minute: what is asked for in it is no flood."""
    store = sqlite_store("speaker")
    store.make_simulated(datetime(2026, 1, 1, tzinfo=UTC))
    assert {StoreLedger(store).lease("a", SLOW, 50, 50).units for _ in range(10)} == {50}
    assert rows(store) == 0
