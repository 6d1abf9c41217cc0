"""The ledger's refusals, from the catalogue beside this file."""

from functools import cache

from shared.kernel.problems import Problem
from shared.web.catalogue import Catalogue

PACKAGE = "services.ledger.domain"


@cache
def catalogue() -> Catalogue:
    """Return the ledger's catalogue."""
    return Catalogue.of(PACKAGE)


def refusal(code: str, field: str | None = None, **terms: object) -> Problem:
    """Return the problem of a code with its terms filled in.

    Args:
        field: of the request that it concerns, if it concerns one.

    Raises:
        KeyError: no such code, or a term is missing.
    """
    return catalogue().problem(code, {"field": field} if field else None, **terms)
