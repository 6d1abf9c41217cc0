"""New tables tried out in a process of their own, before any service loads them.

A table that hangs or kills durable-rules does it here, to a child with limits on time and memory. Decides
whether tables may be loaded; must not know what an edition is. Safe to call from any thread: the child is a
new program, not a copy of this one.
"""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any as Anything

from shared.kernel.problems import Problem
from shared.kernel.texts import Text
from shared.rules.logic.durable import EngineFailed
from shared.rules.logic.facts import FactType, check_facts
from shared.rules.logic.judge import Judge, Judgement
from shared.rules.logic.plain import declared_from, plain_declared, plain_rows, rows_from
from shared.rules.logic.rulebook import Row, require_sound
from shared.rules.logic.wording import cause_and_remedy, shown

PATIENCE_FOR = timedelta(seconds=10)  # what hangs does so for ever
# Bytes of address space for the child: sound tables need far less, and the machine is not in need before it is reached.
_MEMORY = 4 * 2**30
_PROGRAM = (sys.executable, "-m", "shared.rules.logic.canary")
_ROOT = Path(__file__).resolve().parents[3]  # where the package `shared` lies


@dataclass(frozen=True, slots=True)
class TableTrial:
    """One table to try, with sample facts of cases; its name appears in the answer alone.

    Args:
        declared: the facts that its rules may test, by name.
        samples: facts of one case each; those that are declared, not all of them need be given.
    """

    name: str
    rows: Sequence[Row]
    declared: Mapping[str, FactType]
    samples: Sequence[Mapping[str, object]] = ()


@dataclass(frozen=True, slots=True)
class TrialResult:
    """Whether the tables may be loaded; if not, why and what to do. `code` is empty when they may.

    Args:
        decisions: how many were made and agreed on.
    """

    ok: bool
    code: str = ""
    cause: Text = Text()
    remedy: Text = Text()
    decisions: int = 0


def try_out(
    trials: Iterable[TableTrial], limit_for: timedelta = PATIENCE_FOR, program: Sequence[str] = _PROGRAM
) -> TrialResult:
    """Load every table and decide every sample twice (first, all) under both evaluators, in a child process.

    Never raises for what the tables do; a table that is refused, disagreed on, crashes, or takes longer than
    `limit_for` is an answer.

    Args:
        limit_for: for all tables together.
        program: what the child runs: tests let it misbehave.

    Raises:
        OSError: the child can't be started.
    """
    plain = []
    for trial in trials:
        try:
            plain.append(_plain(trial))
        except Problem as problem:
            return _refusal("trial-refused", table=shown(trial.name), **_why(problem))
    return _tried(json.dumps(plain).encode(), limit_for, program)


def _tried(tables: bytes, limit_for: timedelta, program: Sequence[str]) -> TrialResult:
    try:
        child = subprocess.run(
            program,
            input=tables,
            capture_output=True,
            timeout=limit_for.total_seconds(),
            # The child finds this package where this process did, installed or not.
            env={**os.environ, "PYTHONPATH": os.pathsep.join(_paths())},
            check=False,
        )
    except subprocess.TimeoutExpired:
        return _refusal("trial-late", limit=f"{limit_for.total_seconds():g}")
    return _answer(child.returncode, child.stdout)


def run_trials(plain: Sequence[Mapping[str, Anything]]) -> dict[str, Anything]:
    """What the child does: the answer as plain JSON.

    Args:
        plain: tables as `_plain` writes them.
    """
    decisions = 0
    for table in plain:
        try:
            judge = Judge(rows_from(table["rows"]), declared_from(table["declared"]))
            for place, facts in enumerate(table["samples"]):
                judgements = (judge.first(facts), judge.all(facts))
                if not all(judgement.agreed for judgement in judgements):
                    return _disagreement(table["name"], place, judgements)
                decisions += len(judgements)
            judge.prepare()  # a table without samples was not compiled yet: compiling, too, may hang or crash
        except Problem as problem:
            return {"code": "trial-refused", "terms": {"table": shown(table["name"]), **_why(problem)}}
        except EngineFailed as failure:
            return {"code": "trial-crashed", "terms": {"how": str(failure)}}
    return {"code": "", "decisions": decisions}


def _plain(trial: TableTrial) -> dict[str, Anything]:
    """A trial as the child reads it; what is refused without durable-rules is refused here, at no risk."""
    require_sound(trial.rows, trial.declared)
    return {
        "name": trial.name,
        "rows": plain_rows(trial.rows),
        "declared": plain_declared(trial.declared),
        "samples": [dict(check_facts(trial.declared, facts)) for facts in trial.samples],
    }


def _paths() -> list[str]:
    return [str(_ROOT), *filter(None, [os.environ.get("PYTHONPATH")])]


def _answer(status: int, output: bytes) -> TrialResult:
    if status != 0:  # below 0: killed by that signal, which is how a crash in C shows
        how = signal.Signals(-status).name if status < 0 else f"exit {status}"
        return _refusal("trial-crashed", how=how)
    answer = json.loads(output)
    if answer["code"]:
        return _refusal(answer["code"], **answer["terms"])
    return TrialResult(ok=True, decisions=answer["decisions"])


def _refusal(code: str, **terms: object) -> TrialResult:
    return TrialResult(False, code, *cause_and_remedy(code, **terms))


def _disagreement(name: str, place: int, judgements: Iterable[Judgement]) -> dict[str, Anything]:
    errors = [judgement.error for judgement in judgements if judgement.error]
    if errors:
        return {"code": "trial-crashed", "terms": {"how": errors[0]}}
    return {"code": "trial-disagreed", "terms": {"table": shown(name), "sample": place + 1}}


def _why(problem: Problem) -> dict[str, str]:
    cause, remedy = problem.cause, problem.remedy
    return {"why_zh": cause.zh, "why_en": cause.en, "remedy_zh": remedy.zh, "remedy_en": remedy.en}


def _limit_memory() -> None:
    try:
        import resource
    except ImportError:  # no such limits on this system
        return
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))


def main() -> None:
    """Read tables from standard input, try them, write the answer to standard output."""
    _limit_memory()
    answer = run_trials(json.loads(sys.stdin.buffer.read()))
    sys.stdout.write(json.dumps(answer))


if __name__ == "__main__":
    main()
