"""Engines: each deadline once, by whichever of them, whatever happens to one in the middle; and never by a
wrong clock.
"""

import threading
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from structlog.testing import capture_logs

from services.sla.domain.deadlines import FiringGroup
from services.sla.handlers.engine import BATCH, DeadlineEngine
from services.sla.handlers.skew import SkewGuard
from services.sla.store.firing import SqlDeadlines
from services.sla.store.tables import clock_versions, clocks, deadlines
from shared.db.work import Work
from shared.kernel.clock import SetClock, SystemClock
from shared.obs.metrics import Metrics
from tests.sla.conftest import House, Open
from tests.sla.packs import at
from tests.sla.stock import fired_and_said, stock

DUE = at("2026-03-13 00:00")
ONCE = [("clock.breached", 1), ("clock.escalated", 1)]


def engine_of(house: House, port: Any = None, clock: Any = None) -> DeadlineEngine:
    port, metrics = port or SqlDeadlines(), Metrics()
    return DeadlineEngine(
        house.store, port, SkewGuard(house.store, port, clock or SystemClock(), metrics), metrics
    )


def test_many_engines_fire_each_deadline_once(open_house: Open):
    """However many engines look at the same instant, each deadline is fired by one of them, with its messages."""
    houses = [open_house() for _ in range(4)]
    stock(houses[0].store, 3000, DUE)
    houses[0].store.set_now(DUE)
    done: list[int] = []
    threads = [threading.Thread(target=lambda house=house: done.append(drain(house))) for house in houses]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(done) == 3000
    assert fired_and_said(houses[0].store) == (3000, ONCE)


def drain(house: House) -> int:
    engine, total = engine_of(house), 0
    while fired := engine.run(250):
        total += fired
    return total


def test_nothing_is_fired_before_its_instant(open_house: Open):
    """A deadline is judged by the store's clock and not fired a microsecond early."""
    house = open_house()
    stock(house.store, 5, DUE)
    house.store.set_now(DUE - timedelta(microseconds=1))
    assert engine_of(house).run(100) == 0
    house.store.set_now(DUE)
    assert engine_of(house).run(100) == 5


class Dying(SqlDeadlines):
    """An engine that is killed in the middle of a scan: at its n-th batch, after it has written half of it."""

    def __init__(self, at_batch: int) -> None:
        self.left = at_batch

    def fire(self, work: Work, fired: Mapping[FiringGroup, Sequence[str]]) -> None:
        super().fire(work, fired)
        self.left -= 1
        if self.left == 0:
            raise RuntimeError("killed")


@pytest.mark.parametrize("at_batch", [1, 2, 3])
def test_an_engine_killed_in_the_middle_leaves_nothing_half_fired(open_house: Open, at_batch: int):
    """What a killed engine had not committed is fired by the next one, once; what it had committed is not repeated."""
    house = open_house()
    stock(house.store, 2 * BATCH + 10, DUE)
    house.store.set_now(DUE)
    with pytest.raises(RuntimeError):
        engine_of(house, Dying(at_batch)).run(10 * BATCH)
    fired, _ = fired_and_said(house.store)
    assert fired == (at_batch - 1) * BATCH
    assert engine_of(house).run(10 * BATCH) == 2 * BATCH + 10 - fired
    assert fired_and_said(house.store) == (2 * BATCH + 10, ONCE)
    with house.store.read() as conn:
        assert conn.scalar(sa.select(sa.func.count()).select_from(clock_versions)) == 2 * BATCH + 10


def test_a_run_does_no_more_than_it_is_asked(open_house: Open):
    """A limit on a run is kept, and what is left is done by the next."""
    house = open_house()
    stock(house.store, 30, DUE)
    house.store.set_now(DUE)
    assert [engine_of(house).run(12) for _ in range(4)] == [12, 12, 6, 0]


def test_the_oldest_comes_first(open_house: Open):
    """With more due than a run may do, what has waited longest is fired first."""
    house = open_house()
    stock(house.store, 10, DUE, prefix="new")
    stock(house.store, 10, DUE - timedelta(hours=1), prefix="old")
    house.store.set_now(DUE)
    engine_of(house).run(10)
    with house.store.read() as conn:
        fired = conn.scalars(sa.select(deadlines.c.clock_id).where(deadlines.c.fired_at.is_not(None))).all()
    assert {name[:3] for name in fired} == {"old"}


def test_a_step_and_the_engine_meet_at_the_due_instant(house: House, open_house: Open):
    """Settling and firing may race: whoever comes first, one verdict stands and one breach is said at most."""
    other = open_house()
    for number in range(1, 9):
        case = house.case(number)
        house.take(case.reported("2026-03-09 10:00"), case.accepted("2026-03-09 10:00"))
        house.store.set_now(max(at("2026-03-09 10:00"), now(house)))
        settled = case.step("2026-03-12 23:59", "settled")
        if number == 1:
            house.at("2026-03-12 23:59")
            house.store.set_now(DUE)
        threads = [threading.Thread(target=house.take, args=(settled,)), threading.Thread(target=other.work)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    house.work()
    retried(house)
    with house.store.read() as conn:
        found = conn.execute(sa.select(clocks.c.state, clocks.c.verdict)).all()
    assert found == [("stopped", "in_time")] * 8
    words = [(message.stream, message.type) for message in house.emitted()]
    for number in range(1, 9):
        heard = [type_ for stream, type_ in words if stream == f"case-{number}"]
        assert heard.count("clock.breached") == heard.count("clock.corrected") <= 1
        assert heard.count("clock.stopped") == 1


def now(house: House) -> datetime:
    with house.store.read() as conn:
        return house.store.now(conn)


def retried(house: House) -> None:
    from shared.contracts.envelope import decode

    waiting = [row for row in house.rows(house.store.flow.inbox) if row["state"] == "later"]
    house.take(*(decode(row["frame"]) for row in waiting))


class Told(SqlDeadlines):
    """Deadlines of a database whose clock a test sets."""

    def __init__(self, told: datetime) -> None:
        self.told = told

    def database_now(self, conn: sa.Connection) -> datetime | None:
        return self.told


def test_an_engine_whose_clock_is_off_stops_and_alarms_once(open_house: Open):
    """More than two seconds away from the database's clock, an engine fires nothing, says so once, in its log too, and
    goes on when both agree again."""
    house = open_house(begin=None)
    real = datetime.now(UTC)
    stock(house.store, 3, real - timedelta(seconds=1))
    port, own = Told(real), SetClock(real + timedelta(seconds=2.5))
    engine = engine_of(house, port, own)
    with capture_logs() as lines:
        assert [engine.run(10) for _ in range(3)] == [0, 0, 0]
    assert [(line["event"], line["log_level"], line["skew_seconds"]) for line in lines] == [
        ("engine-stopped", "error", 2.5)
    ]
    assert [message.data.code for message in house.emitted()] == ["clock-skew"]
    port.told = real + timedelta(seconds=1)
    with capture_logs() as lines:
        assert engine.run(10) == 3
    assert [line["event"] for line in lines] == ["engine-goes-on"]
    port.told = real + timedelta(seconds=10)
    engine.run(10)
    assert [message.data.code for message in house.emitted() if message.type == "alarm.raised"] == [
        "clock-skew"
    ] * 2


def test_two_seconds_are_still_well(open_house: Open):
    """A difference up to the bound stops nothing."""
    house = open_house(begin=None)
    real = datetime.now(UTC)
    engine = engine_of(house, Told(real - timedelta(seconds=2)), SetClock(real))
    assert (engine.guard.is_healthy(), house.emitted()) == (True, [])


def test_a_simulated_store_knows_no_skew(open_house: Open):
    """Simulated time is nobody's real time: it stops no engine."""
    house = open_house("2026-03-01 08:00")
    assert engine_of(house, Told(datetime.now(UTC) + timedelta(days=9))).guard.is_healthy()


def test_a_real_database_tells_its_own_time(open_house: Open):
    """On real stores the engine's clock is held against the database's, where it has one."""
    house = open_house(begin=None)
    own = SetClock(datetime.now(UTC) + timedelta(hours=1))
    assert engine_of(house, clock=own).guard.is_healthy() is house.store.is_sqlite
    assert engine_of(house, clock=SystemClock()).guard.is_healthy()


def test_the_next_instant_is_the_earliest_that_is_not_fired(open_house: Open):
    """Whoever moves simulated time learns when the next deadline falls due, and that none is left."""
    house = open_house()
    stock(house.store, 2, DUE, prefix="b")
    stock(house.store, 1, DUE - timedelta(hours=1), prefix="a")
    duty = house.duty("fire deadlines")

    def next_at() -> datetime | None:
        with house.store.read() as conn:
            return duty.next_at(conn)

    assert next_at() == DUE - timedelta(hours=1)
    house.store.set_now(DUE - timedelta(hours=1))
    house.work()
    assert next_at() == DUE
    house.store.set_now(DUE)
    house.work()
    assert next_at() is None
