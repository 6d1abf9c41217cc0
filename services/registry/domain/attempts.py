"""Attempts to change a town's rules or grids that were refused: who, when, and why not (P003.5)."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from shared.kernel.problems import Problem
from shared.web.callers import Caller


class TriedChange(StrEnum):
    """What somebody tried to change."""

    PUBLICATION = "publication"  # a pack, or an earlier edition again
    GRID_CODE = "grid-code"
    GRIDS = "grids"  # another set of grids within a pack, by whom the pack in force does not name
    GRID_FACTS = "grid-facts"  # a word on a grid by whoever has no part in it


@dataclass(frozen=True, slots=True)
class RefusedAttempt:
    """One attempt.

    Args:
        code: the refusal's; detail: where it lies, such as the file and line of a pack's first fault.
        by_person: a reference; by_token: reference of the token by which it was tried; client: the network address
            from which. All five are None for the command line.
    """

    what: TriedChange
    code: str
    detail: str
    by_role: str | None
    by_unit: str | None
    by_person: str | None
    by_token: str | None = None
    client: str | None = None


@dataclass(frozen=True, slots=True)
class ListedAttempt:
    """An attempt as a list shows it; ids grow with time."""

    id: int
    at: datetime
    attempt: RefusedAttempt


def attempt_of(what: TriedChange, no: Problem, by: Caller | None) -> RefusedAttempt:
    """Return the attempt that came to a refusal.

    Args:
        by: whoever tried; None at the command line.
    """
    return RefusedAttempt(
        what=what,
        code=no.code,
        detail=" ".join(f"{key}={value}" for key, value in no.where.items()),
        by_role=by.role.value if by else None,
        by_unit=by.unit if by else None,
        by_person=by.person if by else None,
        by_token=by.token if by else None,
        client=by.client if by else None,
    )
