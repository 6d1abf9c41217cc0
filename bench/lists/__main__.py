"""`python -m bench.lists`: what the pages of all lists read, in both stores; `--write`: into the page of benchmarks.

The figures of before are those of the last revision at which lists read whatever their filters passed over; they are
kept in `before.csv`, counted by the same questions.
"""

import argparse
import csv
import tempfile
from collections import defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path

from bench.ground import ROOT, ground
from bench.lists.asked import LISTS
from bench.lists.measure import read_all
from bench.lists.standing import standing
from bench.report import write

PAGE = ROOT / "docs" / "benchmarks.md"
BEGIN, END = "<!-- lists: begin -->", "<!-- lists: end -->"
Key = tuple[str, str]
Worst = Mapping[Key, int]  # the most that any page of a list has read


def main(words: Sequence[str] | None = None) -> int:
    """Ask all lists in both stores."""
    parser = argparse.ArgumentParser(prog="python -m bench.lists", description=__doc__)
    parser.add_argument("--write", action="store_true", help="write the table into docs/benchmarks.md")
    parser.add_argument(
        "--servers", type=Path, default=ROOT / ".servers", metavar="DIR", help="where servers lie"
    )
    asked = parser.parse_args(words)
    with ground(asked.servers) as servers, servers.database() as database:
        rows, _ = worst(database)
    _, steps = worst(None)
    table = table_of(rows, steps)
    print(table)
    if asked.write:
        write(PAGE, table, BEGIN, END)
    return 0


def worst(database: str | None) -> tuple[Worst, Worst]:
    """Return the most rows (PostgreSQL) and steps (SQLite) that a page of each list reads.

    Args:
        database: an empty one, as its administrator; None: SQLite.
    """
    rows: dict[Key, int] = defaultdict(int)
    steps: dict[Key, int] = defaultdict(int)
    with tempfile.TemporaryDirectory() as folder, standing(Path(folder), database) as house:
        for reading in read_all(house):
            rows[reading.key] = max(rows[reading.key], reading.rows)
            steps[reading.key] = max(steps[reading.key], reading.steps)
    return rows, steps


def table_of(rows: Worst, steps: Worst) -> str:
    """Lay out what the worst page of each list reads for each row of a full page, before and now."""
    before = {
        (one["service"], one["path"]): one
        for one in csv.DictReader(Path(__file__).with_name("before.csv").open())
    }
    lines = [
        "| List | rows read, PostgreSQL | allowed | steps, SQLite | what else is read |",
        "|---|---|---|---|---|",
    ]
    for key, asked in LISTS.items():
        was = before[key]
        shown = [_change(int(was["rows"]), rows[key], asked.page), f"{asked.most}"]
        shown.append(_change(int(was["steps"]), steps[key], asked.page))
        lines.append(
            f"| {key[0]} `{key[1].removeprefix('/v1/towns/{town}')}` | {' | '.join(shown)} | {asked.why} |"
        )
    return "\n".join(lines)


def _change(before: int, now: int, page: int) -> str:
    return f"{before / page:,.1f} → {now / page:,.1f}"


if __name__ == "__main__":
    raise SystemExit(main())
