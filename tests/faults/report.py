"""Writing `docs/faults.md` from the logs of fault runs: `python -m tests.faults.report LOG…`.

A run counts what it was asked to: one machine's faults take half an hour, three machines' another. What the logs say
nothing of stays in the document as it is.
"""

import json
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from typing import Any

from tests.faults.watched_time import LATE_SECONDS

TEXT = Path(__file__).parent / "report_text.md"
DOCUMENT = Path(__file__).parents[2] / "docs" / "faults.md"
COUNTED = ("acknowledged", "lost", "doubled", "broken", "due", "fired", "early", "twice")
HEAD = (
    "fault | runs | acknowledged | lost | doubled | chains broken | recovered: median, longest | "
    "deadlines due | fired | early | twice | late | slowest"
)
WAITED = "longest wait for an answer"  # stands where it was looked at


@dataclass(slots=True)
class Row:
    """All runs of one fault."""

    fault: str
    runs: int = 0
    counts: dict[str, int] = field(default_factory=lambda: dict.fromkeys(COUNTED, 0))
    recovered: list[float] = field(default_factory=list)
    firing: list[float] = field(default_factory=list)
    waited: list[float] = field(default_factory=list)

    def add(self, line: dict[str, Any]) -> None:
        """Add a run."""
        self.runs += 1
        self.recovered += line["recovered"]
        self.firing += line["firing"]
        self.waited += [line["waited"]] if "waited" in line else []
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
            *([f"{max(self.waited):.1f} s"] if self.waited else []),
        ]


def _number(number: int) -> str:
    return f"{number:,}"


def report(lines: Sequence[dict[str, Any]], before: str = "") -> str:
    """Return the report of runs.

    Args:
        lines: of their logs.
        before: the document until now, of which those tables are kept that the runs say nothing of.
    """
    counted = [line for line in lines if "fault" in line]
    ways = list(dict.fromkeys(line["way"] for line in counted))
    counting = f"Counted with {_machine(lines)}; {_minutes(lines)} minutes."
    made = {
        way.capitalize(): f"{_table([line for line in counted if line['way'] == way])}\n\n{counting}"
        for way in ways
    }
    tables = _sections(before) | made
    return TEXT.read_text(encoding="utf-8").format(
        late=f"{LATE_SECONDS:.0f}",
        tables="\n\n".join(f"### {way}\n\n{table}" for way, table in tables.items()),
    )


def _machine(lines: Iterable[dict[str, Any]]) -> str:
    facts = {name: value for line in lines if "machine" in line for name, value in line["machine"].items()}
    return ", ".join(f"{name} {value}" for name, value in facts.items())


def _minutes(lines: Iterable[dict[str, Any]]) -> int:
    return round(sum(line["seconds"] for line in lines if "seconds" in line) / 60)


def _sections(document: str) -> dict[str, str]:
    """The tables of a document with what stands below each, by their headings."""
    counted = document.partition("\n## Counted\n")[2].partition("\n## ")[0]
    _, *sections = counted.split("\n### ")
    return {heading: text.strip() for heading, _, text in (each.partition("\n") for each in sections)}


def _table(lines: Iterable[dict[str, Any]]) -> str:
    rows: dict[str, Row] = {}
    total = Row("**all**")
    for line in lines:
        rows.setdefault(line["fault"], Row(line["fault"])).add(line)
        total.add(line)
    made = [row.cells() for row in (*sorted(rows.values(), key=_order), total)]
    head = f"{HEAD} | {WAITED}" if total.waited else HEAD
    rule = "|".join(["---", *["---:"] * head.count("|")])
    return "\n".join([f"| {head} |", f"|{rule}|", *(f"| {' | '.join(row)} |" for row in made)])


def _order(row: Row) -> tuple[bool, str]:
    return " killed " not in row.fault, row.fault


def main() -> None:
    """Write the report of the logs that the command line names into the document."""
    lines = [json.loads(line) for path in sys.argv[1:] for line in Path(path).read_text("utf-8").splitlines()]
    DOCUMENT.write_text(report(lines, DOCUMENT.read_text(encoding="utf-8")), encoding="utf-8")


if __name__ == "__main__":
    main()
