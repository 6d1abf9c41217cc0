"""Problems as they are kept with a key, in both languages, for the reader may change; and back."""

from collections.abc import Iterable

from services.intake.domain.receipts import KeptProblem, KeptResult
from shared.kernel.problems import Problem
from shared.kernel.texts import Text
from shared.web.inputs import InvalidInput


def kept_problem(problem: Problem) -> KeptProblem:
    """Return a problem as it is kept."""
    errors, has_more = (
        (problem.errors, problem.has_more) if isinstance(problem, InvalidInput) else (None, False)
    )
    cause, remedy = (problem.cause.zh, problem.cause.en), (problem.remedy.zh, problem.remedy.en)
    return KeptProblem(problem.code, cause, remedy, problem.where, errors, has_more)


def problem_of(kept: KeptProblem) -> Problem:
    """Return the problem that was kept."""
    kind = Problem if kept.errors is None else InvalidInput
    made = kind(kept.code, Text(*kept.cause), Text(*kept.remedy), dict(kept.where))
    if isinstance(made, InvalidInput):
        made.errors, made.has_more = dict(kept.errors or {}), kept.has_more
    return made


def kept_problems(problems: Iterable[Problem]) -> list[KeptResult]:
    """Return problems as they are kept for a request that is sent again."""
    return [KeptResult(problem=kept_problem(problem)) for problem in problems]


def problems_of(results: Iterable[KeptResult]) -> list[Problem]:
    """Return the problems that were kept."""
    return [problem_of(result.problem) for result in results if result.problem is not None]
