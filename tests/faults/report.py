"""Writing `docs/faults.md` from the counts of a run: `python -m tests.faults.report LOG > docs/faults.md`."""

import json
import statistics
import sys
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path
from typing import Any

HEAD = """# Faults

What is killed, cut, frozen and fed with rubbish, and what was counted afterwards. The promises: an acknowledged report
is never lost; an effect in our stores happens once, one outside at least once under a stable key; a deadline fires
once, never before it is due; histories stay whole.

    make test                                      # a short part of the suite runs in it
    GRIDCASE_FAULTS_LOG=log.jsonl make faults      # all of it: twenty seeds a place, minutes of random kills
    python -m tests.faults.report log.jsonl > docs/faults.md

Places at which a process kills itself are named in `shared/kernel/failpoints.py`. 'Recovered' is the time from the
death, or from the end of the fault, until everything was done, on a machine with two shared cores; 'fired after' is how
long deadlines took from falling due, or from the last recovery. Runs tell how many seeds a row stands for.

"""
TAIL = """
Not shown by this: broker or database on other machines, disks that fill up, clocks that jump. RabbitMQ 3.10 can lose a
quorum queue when it is killed within a second of that queue's first declaration; the tests wait until the broker has
written it down, and a deployment's first second is not a time to pull the plug.
"""
COUNTED = ("acknowledged", "due", "fired")
WRONG = ("lost", "doubled", "early", "twice", "broken")


def report(lines: Sequence[dict[str, Any]]) -> str:
    """Return the page: one row for each fault, with what was counted over all its runs."""
    rows = defaultdict(list)
    for line in lines:
        rows[line["way"], line["fault"]].append(line)
    shown = "\n".join(_row(way, fault, found) for (way, fault), found in sorted(rows.items()))
    total = sum(line.get("acknowledged", 0) for line in lines)
    wrong = sum(line.get(name, 0) for line in lines for name in WRONG)
    summary = f"\n{len(lines)} faults, {total} acknowledged reports, {wrong} broken promises.\n"
    return f"{HEAD}{_header()}\n{shown}\n{summary}{TAIL}"


def _header() -> str:
    names = (
        "way to run",
        "fault",
        "runs",
        *COUNTED,
        *WRONG,
        "recovered, median/max s",
        "fired after, median/max s",
    )
    return f"| {' | '.join(names)} |\n|{'---|' * len(names)}"


def _row(way: str, fault: str, lines: Sequence[dict[str, Any]]) -> str:
    total = {name: sum(line.get(name, 0) for line in lines) for name in (*COUNTED, *WRONG)}
    cells = [way, fault, len(lines), *total.values(), _times(lines, "recovered"), _times(lines, "firing")]
    return f"| {' | '.join(str(cell) for cell in cells)} |"


def _times(lines: Sequence[dict[str, Any]], name: str) -> str:
    seconds = [value for line in lines for value in line[name]]
    return f"{statistics.median(seconds):.1f} / {max(seconds):.1f}" if seconds else "–"


if __name__ == "__main__":
    log = Path(sys.argv[1]).read_text(encoding="utf-8")
    sys.stdout.write(report([json.loads(line) for line in log.splitlines()]))
