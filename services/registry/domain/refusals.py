"""The registry's refusals, from the catalogue beside this file. Knows no HTTP beyond the catalogue's own
column.
"""

from functools import cache

from shared.kernel.problems import Problem
from shared.web.words import Words

PACKAGE = "services.registry.domain"


@cache
def words() -> Words:
    """Return the registry's catalogue."""
    return Words.of(PACKAGE)


def refusal(code: str, **terms: object) -> Problem:
    """Return the problem of a code with its terms filled in.

    Raises:
        KeyError: no such code, or a term is missing.
    """
    return words().problem(code, None, **terms)
