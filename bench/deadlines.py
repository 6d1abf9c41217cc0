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

from sqlalchemy.dialects import postgresql

from bench.clocks import engine_of, fill, fire_all, kept, make_due, size_of, sla_on
from bench.ground import ROOT, Ground, Unmeasured
from gridcase.house_stores import upgrade_at
from services.sla.store import firing
from services.sla.store.tables import clocks, deadlines
from shared.db.provision import provision, random_passwords
from shared.flow.process import calm_collector
from shared.kernel.clock import SystemClock

SIZES = (100_000, 1_000_000)
WHOLE_SIZES = (1_000_000, 10_000_000)
FIRED = 20_000
LOOKS = 200
ROUNDS = 3


def run(ground: Ground, *, whole: bool = False, rounds: int = ROUNDS) -> dict[str, Any]:
    """Measure at both sizes, each on a store of its own: what was fired before must not lie in the way."""
    found = []
    for size in WHOLE_SIZES if whole else SIZES:
        with ground.database() as database:
            url = provision(database, random_passwords(("sla",)))["sla"]
            upgrade_at(database, "sla")
            fill(url, database, size)
            stored = {
                "pending": size,
                "buffers": _buffers(url),
                "bytes_each": round(size_of(database) / size),
            }
            found.append({**stored, **_engines(url, rounds)})
    small, large = found
    return {"sizes": found, "rounds": rounds, "fired": FIRED,
            "buffers_ratio": round(large["buffers"] / small["buffers"], 2),
            "memory_ratio": round(large["memory_mb"] / small["memory_mb"], 3)}  # fmt: skip


def _buffers(url: str) -> int:
    """Buffers touched by one look of the engine while nothing is due."""
    statement = firing._DUE.with_for_update(of=[deadlines, clocks], skip_locked=True)
    words = str(statement.params(now=SystemClock().now(), most=1000).compile(
        dialect=postgresql.dialect(), compile_kwargs={"literal_binds": True}))  # fmt: skip
    store = sla_on(url).store
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
            "fired_per_s": round(median(one["fired_per_s"] for one in told)),
            "fired_us": round(min(one["fired_us"] for one in told), 1)}  # fmt: skip


def _engine(url: str, first: int) -> str:
    done = subprocess.run([sys.executable, "-m", "bench.deadlines", url, str(first)], cwd=ROOT, check=True,
                          stdout=subprocess.PIPE, text=True)  # fmt: skip
    return done.stdout


def main(url: str, first: int) -> None:
    """Be one engine."""
    service = sla_on(url)
    fire = engine_of(service)
    calm_collector()
    began = time.perf_counter()
    for _ in range(LOOKS):
        if fire.run(1000):
            raise Unmeasured("something was due already")
    look_ms = (time.perf_counter() - began) / LOOKS * 1000
    memory_mb = _resident_mb()
    make_due(service, first + 1, first + FIRED)
    before = kept(service)
    spent, seconds = time.process_time(), fire_all(service, FIRED)
    spent = time.process_time() - spent
    found = [now - then for now, then in zip(kept(service), before, strict=True)]
    if found != [FIRED] * 3:
        raise Unmeasured(f"fired, versions, messages: {found}, and not {FIRED} each")
    print(json.dumps({"memory_mb": memory_mb, "look_ms": look_ms, "fired_per_s": FIRED / seconds,
                      "fired_us": spent / FIRED * 1e6}))  # fmt: skip


def _resident_mb() -> float:
    """Memory that this process has now; its peak would be its parent's at the fork."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * resource.getpagesize() / 2**20


def table_of(result: dict[str, Any]) -> str:
    """Lay the figures out as a table of Markdown."""
    lines = ["| pending | on disk, bytes each | buffers a look | a look, ms | engine's memory, MB | "
             "fired a second, each with its message | engine's processor time for each, µs |",
             "|---|---|---|---|---|---|---|"]  # fmt: skip
    lines += [f"| {one['pending']:,} | {one['bytes_each']:,} | {one['buffers']} | {one['look_ms']} | "
              f"{one['memory_mb']} | {one['fired_per_s']:,} | {one['fired_us']} |"
              for one in result["sizes"]]  # fmt: skip
    return "\n".join(lines)


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
