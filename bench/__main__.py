"""`python -m bench`: measure against the targets, and write the page of benchmarks with `--write`."""

import argparse
import os
import shlex
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench import (
    broker_to_broker,
    deadlines,
    decisions,
    duties,
    flood,
    ledger,
    pages,
    reports,
    start,
    storm,
    towns,
)
from bench.ground import ROOT, Ground, ground
from bench.pictures import pictures_of, write_pictures
from bench.report import machine, targets_of, write
from bench.results import Measured, ResultFile

Result = dict[str, Any]
PAGE, PICTURES = ROOT / "docs" / "benchmarks.md", ROOT / "docs"
RESULTS = ROOT / "docs" / "benchmarks.json"


@dataclass(frozen=True, slots=True)
class Bench:
    """One measurement: its targets' keys, what it is called, how it is run and shown."""

    keys: tuple[str, ...]
    title: str
    run: Callable[["Asked"], Result]
    table: Callable[[Result], str]


@dataclass(frozen=True, slots=True)
class Asked:
    """What was asked for: rounds (None: each one's own), the whole sizes, and servers."""

    rounds: int | None
    whole: bool
    servers: Callable[[], Ground]

    @property
    def more(self) -> Mapping[str, int]:
        """The rounds as an argument, if they were given."""
        return {"rounds": self.rounds} if self.rounds else {}


BENCHES: Mapping[str, Bench] = {
    "flow": Bench(("P1",), "P1 · From broker to broker",
                  lambda asked: broker_to_broker.run(asked.servers(), **asked.more), broker_to_broker.table_of),
    "reports": Bench(("P2", "P3"), "P2, P3 · Reports over HTTP",
                     lambda asked: reports.run(asked.servers(), **asked.more), reports.table_of),
    "decisions": Bench(("P4",), "P4 · Decisions", lambda asked: decisions.run(**asked.more),
                       lambda result: f"```\n{decisions.table_of(result)}\n```"),
    "deadlines": Bench(("P5",), "P5 · Pending deadlines",
                       lambda asked: deadlines.run(asked.servers(), whole=asked.whole, **asked.more),
                       deadlines.table_of),
    "storm": Bench(("P6",), "P6 · A storm of deadlines",
                   lambda asked: storm.run(asked.servers(), whole=asked.whole, **asked.more), storm.table_of),
    "towns": Bench(("P7",), "P7 · Many towns",
                   lambda asked: towns.run(asked.servers(), whole=asked.whole, **asked.more), towns.table_of),
    "flood": Bench(("P9",), "P9 · One town floods",
                   lambda asked: flood.run(asked.servers(), **asked.more), flood.table_of),
    "ledger": Bench(("ledger",), "The ledger",
                    lambda asked: ledger.run(asked.servers(), whole=asked.whole, **asked.more), ledger.table_of),
    "duties": Bench(("duties",), "Duties of a large town",
                    lambda asked: duties.run(asked.servers(), whole=asked.whole, **asked.more), duties.table_of),
    "pages": Bench(("pages",), "Pages for people",
                   lambda asked: pages.run(asked.servers(), **asked.more), pages.table_of),
    "start": Bench(("P10",), "P10 · Start to first case", lambda asked: start.run(**asked.more), start.table_of),
}  # fmt: skip


def main(words: Sequence[str] | None = None) -> int:
    """Measure what was named, or all; show what was found, and write the page where that is asked for."""
    asked = _parser().parse_args(words)
    file = ResultFile(asked.results)
    names = asked.names or list(BENCHES)
    _measure(
        [name for name in names if not asked.page and not (asked.resume and name in file.found)], asked, file
    )
    shown = {
        name: file.found[name] for name in BENCHES if name in file.found and (asked.page or name in names)
    }
    print(targets_of(_by_key(shown)))
    if asked.write or asked.page:
        whole = {name: file.found[name] for name in BENCHES if name in file.found}
        write(PAGE, _page_of(whole))
        write_pictures(PICTURES, {name: measured.result for name, measured in whole.items()})
    return 0


def _measure(names: Sequence[str], asked: argparse.Namespace, file: ResultFile) -> None:
    with ExitStack() as stack:
        lent: list[Ground] = []

        def servers() -> Ground:
            if not lent:
                lent.append(stack.enter_context(ground(asked.servers)))
            return lent[0]

        for name in names:
            bench, began, load = BENCHES[name], time.monotonic(), os.getloadavg()[0]
            print(f"== {bench.title}", flush=True)
            result = bench.run(Asked(asked.rounds, asked.whole, servers))
            took = round(time.monotonic() - began, 1)
            file.keep(name, Measured(result, shlex.join(_said(name, asked)), machine(load), took))
            print(f"{bench.table(result)}\n({took:.0f} s)\n", flush=True)


def _by_key(shown: Mapping[str, Measured]) -> dict[str, Result]:
    return {key: dict(measured.result) for name, measured in shown.items() for key in BENCHES[name].keys}


def _page_of(shown: Mapping[str, Measured]) -> str:
    """What was wanted and what came; then each measurement, with how and on what it was made."""
    parts = [targets_of(_by_key(shown))]
    for name, measured in shown.items():
        bench = BENCHES[name]
        made = f"`{measured.command}` on {measured.machine}."
        pictures = "".join(f"\n\n![{title}]({file})" for file, title in pictures_of(name, measured.result))
        parts.append(f"### {bench.title}\n\n{made}\n\n{bench.table(dict(measured.result))}{pictures}")
    return "\n\n".join(parts)


def _said(name: str, asked: argparse.Namespace) -> list[str]:
    """The command as anybody may repeat it: where the servers lay does not matter."""
    rounds = ["--rounds", str(asked.rounds)] if asked.rounds else []
    return ["python", "-m", "bench", name, *rounds, *(["--whole"] if asked.whole else [])]


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="WHAT", help=f"{', '.join(BENCHES)}; all unless named")
    parser.add_argument("--rounds", type=int, help="rounds of each; each one's own number unless given")
    parser.add_argument("--whole", action="store_true", help="the full sizes: takes long")
    parser.add_argument("--write", action="store_true", help="write docs/benchmarks.md from all results kept")
    parser.add_argument("--page", action="store_true", help="write it, and measure nothing")
    parser.add_argument(
        "--resume", action="store_true", help="pass over what the file of results has already"
    )
    parser.add_argument(
        "--results", type=Path, default=RESULTS, metavar="FILE", help="where results are kept"
    )
    parser.add_argument(
        "--servers", type=Path, default=ROOT / ".servers", metavar="DIR", help="where servers lie"
    )
    return parser


if __name__ == "__main__":
    raise SystemExit(main())
