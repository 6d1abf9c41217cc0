"""Saying no: the sentences stand in the catalogue beside this module."""

from functools import cache

from shared.kernel.problems import Problem
from shared.web.catalogue import Catalogue

PACKAGE = "services.assess.domain"


@cache
def words() -> Catalogue:
    """Return the catalogue."""
    return Catalogue.of(PACKAGE)


def refusal(code: str, field: str | None = None, **terms: object) -> Problem:
    """Return the problem that a code stands for, with its terms filled in.

    Args:
        field: of the request that it concerns, if it concerns one.
    """
    return words().problem(code, {"field": field} if field else None, **terms)
