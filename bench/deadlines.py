"""P5: pending deadlines, ten times as many: what a look costs, what an engine takes, how fast it fires.

Run as `python -m bench.deadlines STORE_URL FIRST` this is one engine: it looks many times while nothing is due, tells
its memory, then fires what falls due at once from the FIRST on, and tells how long that took.
"""

import json
import resource
import subprocess
import sys
import time
from pathlib import Path
from statistics import median
from typing import Any

import psycopg
import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

from bench.ground import ROOT, Ground, Unmeasured
from gridcase.house import HousePlan, build_house, standing_stores, upgrade_at
from services.sla.store import firing
from services.sla.store.tables import clocks, deadlines
from shared.db.bulk import insert_many
from shared.db.provision import provision, random_passwords
from shared.flow.process import calm_collector
from shared.flow.service import Duty
from shared.kernel.clock import SystemClock
from shared.obs.metrics import Metrics

SIZES = (100_000, 1_000_000)
WHOLE_SIZES = (1_000_000, 10_000_000)
FIRED = 20_000
LOOKS = 200
ROUNDS = 3

_FILL_CLOCKS = """
insert into clocks ({columns}) select {values} from clocks t, generate_series(:first, :last) n where t.clock_id = '0'
"""
_FILL_DEADLINES = """
insert into deadlines (clock_id, kind, nth, due_at)
select 'c' || n, 'due', 0, now() + interval '30 days' + n * interval '1 second' from generate_series(:first, :last) n
"""
_MAKE_DUE = """
update deadlines set due_at = clock_timestamp() - interval '1 second' where kind = 'due' and clock_id in
(select 'c' || n from generate_series(cast(:first as int), cast(:last as int)) n)
"""


def run(ground: Ground, *, whole: bool = False, rounds: int = ROUNDS) -> dict[str, Any]:
    """Measure at both sizes, each on a store of its own: what was fired before must not lie in the way."""
    found = []
    for size in WHOLE_SIZES if whole else SIZES:
        with ground.database() as database:
            url = provision(database, random_passwords(("sla",)))["sla"]
            upgrade_at(database, "sla")
            _fill(url, database, size)
            found.append({"pending": size, "buffers": _buffers(url), **_engines(url, rounds)})
    small, large = found
    return {"sizes": found, "rounds": rounds, "fired": FIRED,
            "buffers_ratio": round(large["buffers"] / small["buffers"], 2),
            "memory_ratio": round(large["memory_mb"] / small["memory_mb"], 3)}  # fmt: skip


def _service(url: str) -> Any:
    plan = HousePlan(url, b"x" * 32, "both", Path())
    return build_house(plan, standing_stores(plan, ("sla",)), Metrics())["sla"]


def _fill(url: str, database: str, size: int) -> None:
    store = _service(url).store
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


def _buffers(url: str) -> int:
    """Buffers touched by one look of the engine while nothing is due."""
    statement = firing._DUE.with_for_update(of=[deadlines, clocks], skip_locked=True)
    words = str(statement.params(now=SystemClock().now(), most=1000).compile(
        dialect=postgresql.dialect(), compile_kwargs={"literal_binds": True}))  # fmt: skip
    store = _service(url).store
    with store.read() as conn:
        plan = conn.exec_driver_sql(f"explain (analyze, buffers, format json) {words}").scalar_one()[0][
            "Plan"
        ]
    store.close()
    return int(plan["Shared Hit Blocks"] + plan["Shared Read Blocks"])


def _engines(url: str, rounds: int) -> dict[str, Any]:
    """Every engine fires deadlines that none has fired before."""
    told = [json.loads(_engine(url, number * FIRED)) for number in range(rounds)]
    return {"memory_mb": round(median(one["memory_mb"] for one in told), 1),
            "look_ms": round(median(one["look_ms"] for one in told), 2),
            "fired_per_s": round(median(one["fired_per_s"] for one in told))}  # fmt: skip


def _engine(url: str, first: int) -> str:
    done = subprocess.run([sys.executable, "-m", "bench.deadlines", url, str(first)], cwd=ROOT, check=True,
                          stdout=subprocess.PIPE, text=True)  # fmt: skip
    return done.stdout


def main(url: str, first: int) -> None:
    """Be one engine."""
    service = _service(url)
    fire: Duty = next(duty for duty in service.duties if duty.name == "fire deadlines")
    calm_collector()
    began = time.perf_counter()
    for _ in range(LOOKS):
        if fire.run(1000):
            raise Unmeasured("something was due already")
    look_ms = (time.perf_counter() - began) / LOOKS * 1000
    memory_mb = _resident_mb()
    with service.store.begin() as work:
        work.conn.execute(sa.text(_MAKE_DUE), {"first": first + 1, "last": first + FIRED})
    said = "select count(*) from outbox"
    began, fired = time.perf_counter(), 0
    while batch := fire.run(10_000):
        fired += batch
    seconds = time.perf_counter() - began
    with service.store.read() as conn:
        if fired != FIRED or conn.exec_driver_sql(said).scalar_one() < FIRED:
            raise Unmeasured(f"{fired} fired of {FIRED}, or without their messages")
    print(json.dumps({"memory_mb": memory_mb, "look_ms": look_ms, "fired_per_s": fired / seconds}))


def _resident_mb() -> float:
    """Memory that this process has now; its peak would be its parent's at the fork."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * resource.getpagesize() / 2**20


def table_of(result: dict[str, Any]) -> str:
    """Lay the figures out as a table of Markdown."""
    lines = ["| pending | buffers a look | a look, ms | engine's memory, MB | fired a second, each with its message |",
             "|---|---|---|---|---|"]  # fmt: skip
    lines += [f"| {one['pending']:,} | {one['buffers']} | {one['look_ms']} | {one['memory_mb']} | "
              f"{one['fired_per_s']:,} |" for one in result["sizes"]]  # fmt: skip
    return "\n".join(lines)


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
