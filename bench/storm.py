"""P6: deadlines that fall due all at one instant, as those of a day do at midnight: how long until the last is fired.

Run as `python -m bench.storm STORE_URL SIZE` this is the sla service's engine, with the threads that it has there.
"""

import json
import subprocess
import sys
import time
from statistics import median
from typing import Any

from bench.clocks import fill, fire_all, kept, make_due, sla_on
from bench.ground import ROOT, Ground, Unmeasured
from gridcase.house_stores import upgrade_at
from shared.db.provision import provision, random_passwords
from shared.flow.process import calm_collector

SIZE, WHOLE_SIZE = 50_000, 1_000_000
ROUNDS = 3


def run(ground: Ground, *, size: int = SIZE, whole: bool = False, rounds: int = ROUNDS) -> dict[str, Any]:
    """Measure each storm on a store of its own; the whole form adds one of a million."""
    found = [_storm(ground, size, rounds)]
    if whole:
        found.append(_storm(ground, WHOLE_SIZE, 1))
    return {"storms": found}


def _storm(ground: Ground, size: int, rounds: int) -> dict[str, Any]:
    told = [_round(ground, size) for _ in range(rounds)]
    return {"size": size, "rounds": rounds, "seconds": round(median(one["seconds"] for one in told), 1),
            "processor_us": round(median(one["processor_us"] for one in told), 1)}  # fmt: skip


def _round(ground: Ground, size: int) -> dict[str, float]:
    with ground.database() as database:
        url = provision(database, random_passwords(("sla",)))["sla"]
        upgrade_at(database, "sla")
        fill(url, database, size)
        words = [sys.executable, "-m", "bench.storm", url, str(size)]
        done = subprocess.run(words, cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True)
    told: dict[str, float] = json.loads(done.stdout)
    return told


def main(url: str, size: int) -> None:
    """Be the engine."""
    service = sla_on(url)
    make_due(service, 1, size)
    calm_collector()
    began = time.process_time()
    seconds = fire_all(service, size)
    spent = time.process_time() - began
    if kept(service) != (size, size, size):
        raise Unmeasured(f"fired, versions, messages: {kept(service)}, and not {size} each")
    print(json.dumps({"seconds": seconds, "processor_us": spent / size * 1e6}))


def table_of(result: dict[str, Any]) -> str:
    """Lay the figures out as a table of Markdown."""
    lines = ["| due at one instant | all fired within, s | fired a second | engine's processor time for each, µs |",
             "|---|---|---|---|"]  # fmt: skip
    lines += [f"| {one['size']:,} | {one['seconds']} | {one['size'] / one['seconds']:,.0f} | {one['processor_us']} |"
              for one in result["storms"]]  # fmt: skip
    return "\n".join(lines)


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
