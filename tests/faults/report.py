"""Writing `docs/faults.md` from the log of a fault run: `python -m tests.faults.report LOG > docs/faults.md`."""

import json
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from typing import Any

from tests.faults.watched_time import LATE_SECONDS

TEXT = Path(__file__).parent / "report_text.md"
COUNTED = ("acknowledged", "lost", "doubled", "broken", "due", "fired", "early", "twice")
HEAD = (
    "fault | runs | acknowledged | lost | doubled | chains broken | recovered: median, longest | "
    "deadlines due | fired | early | twice | late | slowest"
)


@dataclass(slots=True)
class Row:
    """All runs of one fault."""

    fault: str
    runs: int = 0
    counts: dict[str, int] = field(default_factory=lambda: dict.fromkeys(COUNTED, 0))
    recovered: list[float] = field(default_factory=list)
    firing: list[float] = field(default_factory=list)

    def add(self, line: dict[str, Any]) -> None:
        """Add a run."""
        self.runs += 1
        self.recovered += line["recovered"]
        self.firing += line["firing"]
        for name in COUNTED:
            self.counts[name] += line[name]

    def cells(self) -> list[str]:
        """Return the row as the table shows it."""
        count = self.counts
        late = sum(seconds > LATE_SECONDS for seconds in self.firing)
        before = [count[name] for name in ("acknowledged", "lost", "doubled", "broken")]
        after = [count[name] for name in ("due", "fired", "early", "twice")]
        recovered = f"{median(self.recovered):.1f} s, {max(self.recovered):.1f} s" if self.recovered else "–"
        slowest = f"{max(self.firing):.1f} s" if self.firing else "–"
        return [
            self.fault,
            *map(_number, [self.runs, *before]),
            recovered,
            *map(_number, [*after, late]),
            slowest,
        ]


def _number(number: int) -> str:
    return f"{number:,}"


def report(lines: Sequence[dict[str, Any]]) -> str:
    """Return the report of a run."""
    facts = {name: value for line in lines if "machine" in line for name, value in line["machine"].items()}
    counted = [line for line in lines if "fault" in line]
    ways = list(dict.fromkeys(line["way"] for line in counted))
    tables = "\n\n".join(_table(way, [line for line in counted if line["way"] == way]) for way in ways)
    return TEXT.read_text(encoding="utf-8").format(
        late=f"{LATE_SECONDS:.0f}",
        tables=tables,
        minutes=round(sum(line["seconds"] for line in lines if "seconds" in line) / 60),
        machine=", ".join(f"{name} {value}" for name, value in facts.items()),
    )


def _table(way: str, lines: Iterable[dict[str, Any]]) -> str:
    rows: dict[str, Row] = {}
    total = Row("**all**")
    for line in lines:
        rows.setdefault(line["fault"], Row(line["fault"])).add(line)
        total.add(line)
    made = [row.cells() for row in (*sorted(rows.values(), key=_order), total)]
    rule = "|".join(["---", *["---:"] * HEAD.count("|")])
    return "\n".join(
        [
            f"### {way.capitalize()}",
            "",
            f"| {HEAD} |",
            f"|{rule}|",
            *(f"| {' | '.join(row)} |" for row in made),
        ]
    )


def _order(row: Row) -> tuple[bool, str]:
    return " killed " not in row.fault, row.fault


def main() -> None:
    """Write the report of the log that the command line names."""
    lines = [json.loads(line) for path in sys.argv[1:] for line in Path(path).read_text("utf-8").splitlines()]
    sys.stdout.write(report(lines))


if __name__ == "__main__":
    main()
