"""Deadlines in real time: limits of one minute, while engines are killed and frozen and the database goes away."""

import random
import threading
import time
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa

from services.sla.store import tables as sla
from shared.rules.pack.build.files import load_files
from tests.faults.conftest import Tenancy, house_on
from tests.faults.count import Count
from tests.faults.deaths import Reviver
from tests.faults.load import RULES, TOWN, Load
from tests.faults.record import record
from tests.faults.test_random_kills import kill_server
from tests.faults.watched_time import LATE_SECONDS
from tests.servers import Servers

WAY = "real servers"
TEMPLATE = "three-levels/template.yaml"
USUAL, MINUTE = "    within: 3 working days\n    warn: 1 working day before\n", "    within: 1 minutes\n"
REPORTING_SECONDS = 60.0
ENGINES = ("sla", "sla-1")


@pytest.fixture
def minute_load(
    tenancy: Tenancy, troubled_servers: Servers, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Load]:
    """A town whose cases are to be settled within a minute, on a house in real time with two engines."""
    tenancy.leave()  # roles belong to a whole PostgreSQL: two houses would take them from each other
    files = load_files(RULES / TOWN)
    assert USUAL in files[TEMPLATE]
    with house_on(troubled_servers, tmp_path_factory.mktemp("minutes"), None) as house:
        house.add_worker("sla")
        house.stop("sla")
        house.start(*ENGINES)
        load = Load(house)
        load.open_town({**files, TEMPLATE: files[TEMPLATE].replace(USUAL, MINUTE)})
        yield load


@pytest.mark.whole
@pytest.mark.timeout(900)
def test_deadlines_in_real_time(minute_load: Load, troubled_servers: Servers) -> None:
    """Every deadline fires once and none early, by the database's clock, whoever is killed or frozen meanwhile."""
    load, chance = minute_load, random.Random(5)
    stop = threading.Event()
    reporting = load.in_background(lambda: report_until(load, stop))
    outages: list[tuple[datetime, datetime]] = []
    with Reviver(load.house, load.time) as reviver:
        until = time.monotonic() + REPORTING_SECONDS
        while time.monotonic() < until + REPORTING_SECONDS:
            if time.monotonic() > until:
                stop.set()
            outages.append(trouble(load, reviver, troubled_servers, chance))
            time.sleep(chance.uniform(2.0, 6.0))
        reporting.result()
        time.sleep(LATE_SECONDS)
    load.time.wait_quiet()
    count, lateness = fired(load, outages)
    record(
        WAY, "one-minute limits in real time, engines and database killed or frozen", count, firing=lateness
    )
    assert count.wrong() == {}


def report_until(load: Load, stop: threading.Event) -> None:
    """Report a few cases again and again."""
    while not stop.wait(0.5):
        load.report(4)


def trouble(
    load: Load, reviver: Reviver, servers: Servers, chance: random.Random
) -> tuple[datetime, datetime]:
    """Do something to those who fire deadlines; return from when to when nobody could."""
    began = datetime.now(UTC)
    what = chance.choice(("one killed", "both killed", "one frozen", "database killed"))
    if what == "one killed":
        reviver.kill(chance.choice(ENGINES))
        return began, began
    if what == "one frozen":
        frozen = chance.choice(ENGINES)
        load.house.freeze(frozen)
        time.sleep(chance.uniform(5.0, 12.0))
        load.house.thaw(frozen)
        return began, began
    if what == "database killed":
        kill_server(reviver, servers, "pg", chance.uniform(0.0, 2.0))
    else:
        for engine in ENGINES:
            reviver.kill(engine)
        time.sleep(1.0)
        for engine in ENGINES:
            load.house.await_well(engine)
    return began, datetime.now(UTC)


def fired(load: Load, outages: Sequence[tuple[datetime, datetime]]) -> tuple[Count, list[float]]:
    """Count the deadlines, and return how many seconds late each was fired."""
    count = Count(acknowledged=len(load.acknowledged))
    lateness = []
    with load.house.services["sla"].store.read() as conn:
        now = load.house.services["sla"].store.now(conn)
        breaches = conn.scalar(sa.select(sa.func.count()).where(sla.flow.outbox.c.type == "clock.breached"))
        cases = set(conn.scalars(sa.select(sla.clocks.c.subject_id)))
        for due_at, fired_at in conn.execute(sa.select(sla.deadlines.c.due_at, sla.deadlines.c.fired_at)):
            assert due_at <= now
            count.due += 1
            count.fired += fired_at is not None
            count.early += fired_at is not None and fired_at < due_at
            if fired_at is not None:
                lateness.append(late_by(due_at, fired_at, outages).total_seconds())
    count.lost = len(set(load.acknowledged) - cases)
    count.twice = int(breaches or 0) - count.fired
    return count, lateness


def late_by(due_at: datetime, fired_at: datetime, outages: Sequence[tuple[datetime, datetime]]) -> timedelta:
    """Return how late a deadline fired: after it was due, or after the last outage that it had to wait for."""
    waited_for = [ended for began, ended in outages if began < ended and due_at < ended <= fired_at]
    return fired_at - max([due_at, *waited_for])
