"""Clocks by the million in a store of their own, and the engine that fires them."""

import threading
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import psycopg
import sqlalchemy as sa

from gridcase.house import HousePlan, build_house, standing_stores
from services.sla.store.tables import clocks
from shared.db.bulk import insert_many
from shared.flow.rounds import Rounds
from shared.flow.service import Duty, Service
from shared.obs.metrics import Metrics

# Without their type, numbers below 32,768 travel as 'smallint', of which there is no series.
_NUMBERS = "generate_series(cast(:first as int), cast(:last as int))"
_FILL_CLOCKS = f"""
insert into clocks ({{columns}}) select {{values}} from clocks t, {_NUMBERS} n where t.clock_id = '0'
"""
_FILL_DEADLINES = f"""
insert into deadlines (clock_id, kind, nth, due_at)
select 'c' || n, 'due', 0, now() + interval '30 days' + n * interval '1 second' from {_NUMBERS} n
"""
_MAKE_DUE = f"""
update deadlines set due_at = clock_timestamp() - interval '1 second' where kind = 'due' and clock_id in
(select 'c' || n from {_NUMBERS} n)
"""
_KEPT = """
select (select count(*) from deadlines where fired_at is not null), (select count(*) from clock_versions),
       (select count(*) from outbox)
"""


def sla_on(url: str) -> Service:
    """Build the sla service on its store."""
    plan = HousePlan(url, b"x" * 32, "both", Path())
    return build_house(plan, standing_stores(plan, ("sla",)), Metrics())["sla"]


def fill(url: str, database: str, size: int) -> None:
    """Put `size` clocks into an empty store, due in the weeks to come, 'c1' first."""
    store = sla_on(url).store
    with store.begin() as work:
        insert_many(work.conn, clocks, [_pattern(work.at)])
        own = {"clock_id": "'c' || n", "subject_id": "'case-' || n", "number": "'2026-' || n"}
        names = [column.name for column in clocks.columns]
        words = _FILL_CLOCKS.format(
            columns=", ".join(names), values=", ".join(own.get(name, name) for name in names)
        )
        work.conn.execute(sa.text(words), {"first": 1, "last": size})
        work.conn.execute(sa.text(_FILL_DEADLINES), {"first": 1, "last": size})
    store.close()
    with psycopg.connect(database, autocommit=True) as conn:  # the owner's to do, or an administrator's
        conn.execute("vacuum analyze")


def _pattern(at: Any) -> dict[str, Any]:
    """One clock that runs; all others are like it."""
    row: dict[str, Any] = dict.fromkeys((column.name for column in clocks.columns), None)
    texts = {"clock_id": "0", "subject_id": "0", "subject_kind": "case", "number": "0", "town": "t-vtc",
             "edition": "e" * 64, "rule": "own-matter", "stage": "settle", "start_mark": "accepted",
             "unit": "t-vtc.east-village/village-station-head", "level": "village", "label": "2026-03-12 24:00",
             "reason_in_time": "extended", "otherwise": "breached", "late_as": "breached",
             "state": "running"}  # fmt: skip
    numbers = {"round": 1, "decision": 1, "reached": 0, "revision": 0, "version": 1}
    flags = dict.fromkeys(("is_immediate", "is_provisional", "is_capped", "is_unsettled"), False)
    instants = dict.fromkeys(("started_at", "counted_from_at", "due_at", "first_due_at"), at)
    return {**row, **texts, **numbers, **flags, **instants,
            "because": ["P001-05.2"], "facts": {"departments": 1}, "gaps": [], "escalations": []}  # fmt: skip


def size_of(database: str) -> int:
    """Return the bytes that a database takes on disk, with its indexes."""
    with psycopg.connect(database) as conn:
        (found,) = conn.execute("select pg_database_size(current_database())").fetchone() or (0,)
    return int(found)


def make_due(service: Service, first: int, last: int) -> None:
    """Have clocks fall due all at one instant."""
    with service.store.begin() as work:
        work.conn.execute(sa.text(_MAKE_DUE), {"first": first, "last": last})


def engine_of(service: Service) -> Duty:
    """Return the duty that fires."""
    return next(duty for duty in service.duties if duty.name == "fire deadlines")


def fire_all(service: Service, wanted: int) -> float:
    """Have the engine's threads fire what is due, as a host does; return the seconds that it took."""
    duty, stop, done = engine_of(service), threading.Event(), threading.Event()
    fired: list[int] = []

    def run(limit: int) -> int:
        fired.append(duty.run(limit))
        if sum(fired) >= wanted:
            done.set()
        return fired[-1]

    rounds = Rounds(replace(duty, run=run), service.store, stop)
    threads = [threading.Thread(target=act) for act in (rounds.look, *[rounds.help] * rounds.helpers)]
    began = time.perf_counter()
    for thread in threads:
        thread.start()
    done.wait()
    seconds = time.perf_counter() - began
    stop.set()
    rounds.wake()
    for thread in threads:
        thread.join()
    return seconds


def kept(service: Service) -> tuple[int, int, int]:
    """Return how many deadlines are fired, how many versions of clocks that made, and how many messages."""
    with service.store.read() as conn:
        found = conn.exec_driver_sql(_KEPT).one()
    return found[0], found[1], found[2]
