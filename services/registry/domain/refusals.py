"""The registry's refusals, from the catalogue beside this file. Knows no HTTP beyond the catalogue's own
column.
"""

from functools import cache

from shared.kernel.problems import Problem
from shared.web.catalogue import Catalogue

PACKAGE = "services.registry.domain"


@cache
def catalogue() -> Catalogue:
    """Return the registry's catalogue."""
    return Catalogue.of(PACKAGE)


def refusal(code: str, **terms: object) -> Problem:
    """Return the problem of a code with its terms filled in.

    Raises:
        KeyError: no such code, or a term is missing.
    """
    return catalogue().problem(code, None, **terms)
