"""The command: play what is stale, write the page; with --check only say whether both are as they should be."""

import os
import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Sequence
from pathlib import Path

from gridcase.cli.progress import shown_progress
from scripts.coverage import runs, scores
from scripts.coverage.page import PAGE, open_ones, render
from scripts.coverage.proofs import read_proofs
from scripts.coverage.rows import Row, rows_of, rules_of
from scripts.coverage.runs import Run, Town
from scripts.coverage.statements import OUTSIDE, Wrong, read_outside, read_statements
from shared.kernel.problems import Problem
from shared.obs.logs import set_up_logs
from shared.rules.language.errors import PackErrors

RULES, TESTS = Path("rules"), Path("tests")
REMEDY = "run `python -m scripts.coverage`"


def main() -> int:
    """Do what the arguments say; return the exit status."""
    given = _arguments()
    set_up_logs("coverage", "error")
    try:
        towns = runs.read_towns(RULES)
        return _check(towns, given.strict) if given.check else _write(towns, given)
    except (Wrong, Problem, PackErrors) as wrong:
        print(f"coverage: {wrong}")
        return 1


def _arguments() -> Namespace:
    parser = ArgumentParser(prog="python -m scripts.coverage", description=__doc__)
    parser.add_argument("--check", action="store_true", help="write nothing; fail where something is stale")
    parser.add_argument(
        "--strict",
        action="store_true",
        help="fail where a statement about cases is open; with --check also where a measure is stale",
    )
    parser.add_argument(
        "--mutate", action="store_true", help="measure mutation scores that are stale; takes long"
    )
    parser.add_argument(
        "--again",
        action="store_true",
        help="with --mutate: also those that are not stale, as mutants change too",
    )
    parser.add_argument("--towns", default="", help="measure only these, joined by commas")
    parser.add_argument(
        "--processes",
        type=int,
        default=len(os.sched_getaffinity(0)),
        help="how many measure one pack together",
    )
    return parser.parse_args()


def _check(towns: Sequence[Town], is_strict: bool) -> int:
    known = runs.read_runs()
    faults = [
        f"rules/{town.pack.town} has changed since its scenarios were played"
        for town in runs.stale(towns, known)
    ]
    faults += [f"{town}: failed {', '.join(run.failed)}" for town, run in known.items() if run.failed]
    faults += scores.unneeded(towns, measured := scores.read_scores())
    if is_strict:  # what was measured of other files shows nothing: its statements would stand as cited alone
        faults += [
            f"rules/{town.pack.town} has changed since its rules were altered (--mutate)"
            for town in scores.stale(towns, measured)
        ]
    rows, page = _page(towns, known)
    if not PAGE.is_file() or PAGE.read_text(encoding="utf-8") != page:
        faults.append(f"{PAGE} is stale")
    for fault in faults:
        print(f"coverage: {fault}: {REMEDY}")
    is_open = _say_open(rows)
    return 1 if faults or (is_open and is_strict) else 0


def _write(towns: Sequence[Town], given: Namespace) -> int:
    current = {town.pack.town for town in towns}
    known = {town: run for town, run in runs.read_runs().items() if town in current}
    known |= runs.play_towns(runs.stale(towns, known), lambda what: print(f"playing {what}", flush=True))
    runs.write_runs(known)
    if given.mutate:
        wanted = given.towns.split(",") if given.towns else [town.pack.town for town in towns]
        _measure([town for town in towns if town.pack.town in wanted], given.processes, is_again=given.again)
    rows, page = _page(towns, known)
    PAGE.write_text(page, encoding="utf-8")
    failed = [f"{town}: failed {', '.join(run.failed)}" for town, run in known.items() if run.failed]
    for line in failed:
        print(f"coverage: {line}")
    is_open = _say_open(rows)
    return 1 if failed or (is_open and given.strict) else 0


def _measure(towns: Sequence[Town], processes: int, *, is_again: bool) -> None:
    """Store after each town: a run that is cut short keeps what it has, and the next one goes on from there."""
    known = scores.read_scores()
    for town in towns if is_again else scores.stale(towns, known):
        with shown_progress(town.pack.town) as tick:
            before = None if is_again else known.get(town.pack.town)
            known[town.pack.town] = scores.measure(town, processes, tick, before)
        scores.write_scores(known)


def _page(towns: Sequence[Town], known: dict[str, Run]) -> tuple[tuple[Row, ...], str]:
    statements = read_statements()
    proofs = read_proofs(TESTS, {one.id for one in statements})
    measured = scores.read_scores()
    rows = rows_of(statements, rules_of(towns, known, measured), proofs, read_outside(statements))
    return rows, render(rows, measured, towns)


def _say_open(rows: Sequence[Row]) -> bool:
    """Say which statements about cases are open; tell whether any is."""
    found = open_ones(rows)
    if found:
        names = ", ".join(f"{row.statement.id} {row.statement.tag}" for row in found)
        print(
            f"coverage: open, and may not stay so (a rule, a marked test, or {OUTSIDE} with the reason): {names}"
        )
    return bool(found)


if __name__ == "__main__":
    sys.exit(main())
