"""Saying no: the sentences stand in the catalogue beside this module."""

from functools import cache

from shared.kernel.problems import Problem
from shared.web.catalogue import Catalogue, Where

NAME = "services.duties.domain"


@cache
def words() -> Catalogue:
    """Return the catalogue."""
    return Catalogue.of(NAME)


def refusal(code: str, where: Where | None = None, **terms: object) -> Problem:
    """Return the problem that a code stands for, with its terms filled in.

    Args:
        where: what it concerns, for machines.
    """
    return words().problem(code, where, **terms)
