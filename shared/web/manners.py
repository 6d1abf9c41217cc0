"""What an application carries with it for its routes: catalogues, token look-up, figures.

Holds no state of requests. Built by `make_app`, found by whoever answers a request.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast

from flask import current_app

from shared.kernel.problems import Problem
from shared.obs.metrics import Metrics
from shared.web.callers import TokenLookup
from shared.web.strict_json import StrictJson
from shared.web.words import Words

Translation = (
    str | Callable[[Any], Problem]
)  # a code of this room's catalogue, or a way from exception to problem
UNLISTED = 422  # a refusal that no catalogue gives a status: understood, and not accepted


@dataclass(frozen=True, slots=True)
class Manners:
    """One application's way with its callers.

    Args:
        words: this room's own catalogue.
        catalogues: all catalogues in which a code's status is looked up, this room's among them.
        translate: exceptions of other rooms that stand for a problem.
    """

    service: str
    words: Words
    catalogues: Sequence[Words]
    translate: Mapping[type[Exception], Translation]
    json: StrictJson
    tokens: TokenLookup
    metrics: Metrics

    def status_of(self, problem: Problem) -> int:
        """Return the HTTP status of a problem."""
        found = (words.status(problem.code) for words in self.catalogues)
        return next((status for status in found if status), UNLISTED)


def manners() -> Manners:
    """Return the manners of the application that handles this request."""
    return cast(Manners, current_app.extensions["manners"])
