"""The command: fail where a number rose; with --update write lower numbers; with --figures measure the house."""

import gc
import os
from argparse import ArgumentParser, Namespace
from collections.abc import Iterable, Sequence
from pathlib import Path

from scripts.ratchet import report
from scripts.ratchet.baseline import Baseline, Raise, Wrong, read_baseline, write_baseline
from scripts.ratchet.figures import figures_of, render
from scripts.ratchet.findings import Kind
from scripts.ratchet.judge import Rise, doubled_rises, is_stale, rises_of
from scripts.ratchet.source import read_sources
from scripts.ratchet.survey import Survey, survey_tree

BASELINE = Path("scripts/ratchet/baseline.toml")


def main(words: Sequence[str] | None = None) -> int:
    """Do what the words of the command line say; return the exit status."""
    given = _arguments(words)
    try:
        if given.figures:
            print(render(figures_of(read_sources(given.root))))
            return 0
        survey, baseline = survey_tree(given.root), read_baseline(given.root / BASELINE)
    except SyntaxError as fault:
        print(f"ratchet: {fault.filename}:{fault.lineno}: no Python: {fault.msg}")
        return 1
    except Wrong as fault:
        print(f"ratchet: {fault}")
        return 1
    return _update(given, baseline, survey) if given.update else _check(given, baseline, survey)


def _arguments(words: Sequence[str] | None) -> Namespace:
    parser = ArgumentParser(prog="python -m scripts.ratchet", description=__doc__)
    parser.add_argument(
        "root", nargs="?", type=Path, default=Path(), help="the tree to look at; default: here"
    )
    parser.add_argument("--names", action="store_true", help="list doubled names, and check these alone")
    parser.add_argument("--figures", action="store_true", help="measure the house instead, as a table")
    parser.add_argument("--update", action="store_true", help="write lower numbers; refuses to raise any")
    parser.add_argument(
        "--raise", dest="reason", default="", help="with --update: raise too, and keep this reason"
    )
    given = parser.parse_args(words)
    if given.reason and not given.update:
        parser.error("--raise goes with --update")
    return given


def _check(given: Namespace, baseline: Baseline | None, survey: Survey) -> int:
    if baseline is None:
        print(f"ratchet: there is no {BASELINE} yet: {report.UPDATE} starts it")
        return 1
    rises = _rises(baseline, survey, (Kind.ONE,) if given.names else Kind)
    report.show(report.doubled(survey) if given.names else ())
    report.show(report.words(rises))
    if rises:
        return 1
    is_behind = is_stale(baseline, survey)
    report.show(report.stale(baseline, survey) if is_behind else report.well(survey))
    return 1 if is_behind and os.environ.get("CI") else 0


def _update(given: Namespace, baseline: Baseline | None, survey: Survey) -> int:
    rises = _rises(baseline, survey, Kind) if baseline else []
    if rises and not given.reason:
        report.show(report.words(rises))
        print("ratchet: nothing was written; where it must rise: --update --raise 'the reason'")
        return 1
    raised = (Raise(given.reason, tuple(report.summary(rise) for rise in rises)),) if rises else ()
    kept = baseline.raised if baseline else ()
    write_baseline(given.root / BASELINE, Baseline(survey.counts, survey.classes, kept + raised))
    report.show(report.well(survey))
    return 0


def _rises(baseline: Baseline, survey: Survey, kinds: Iterable[Kind]) -> list[Rise]:
    rises = [rise for kind in kinds for rise in rises_of(kind, baseline, survey)]
    return [*rises, *doubled_rises(baseline, survey)]


if __name__ == "__main__":
    gc.disable()  # trees are many small things that all live to the end: looking for garbage takes a third of the time
    raise SystemExit(main())
