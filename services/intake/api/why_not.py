"""A refusal beside what may be done: as a case's page and a preview show it, in the reader's language."""

from collections.abc import Mapping

from msgspec import Struct

from shared.kernel.problems import Problem
from shared.web.answers import language
from shared.web.app_config import app_config


class ShownRefusal(Struct, frozen=True):
    """Why something may not be done, as the answer to doing it would say."""

    code: str
    status: int
    cause: str
    remedy: str
    where: Mapping[str, str | int]


def why_not_view(problem: Problem) -> ShownRefusal:
    """Return a refusal as it is shown."""
    words = problem.cause.in_language(language()), problem.remedy.in_language(language())
    return ShownRefusal(problem.code, app_config().status_of(problem), *words, problem.where)
