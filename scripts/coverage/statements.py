"""The statements of the policies, and those that no software can carry, each with the reason.

Decides what a line of these two lists must look like. Must not know packs or tests.
"""

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

FOLDER = Path("tests/policy")
STATEMENTS = FOLDER / "statements.csv"
OUTSIDE = FOLDER / "outside.csv"
TAGS = (
    "ROUTE",
    "TIME",
    "PROC",
    "NOTIFY",
    "FEEDBACK",
    "SECURITY",
    "REPORT",
    "PERIODIC",
    "GRID",
    "ROLE",
    "DATA",
    "SCORE",
)
OF_CASES = frozenset(TAGS[:6])  # none of these may stay open


class Wrong(ValueError):
    """A list that can't be read; the text says where and what to do."""


@dataclass(frozen=True, slots=True)
class Statement:
    """One sentence of a policy: its id, its tags and its key term."""

    id: str
    tag: str
    second: str
    term: str

    @property
    def policy(self) -> str:
        """The policy that it belongs to."""
        return self.id.rpartition(".")[0]

    @property
    def tags(self) -> frozenset[str]:
        """Its tags, the second one too."""
        return frozenset({self.tag, self.second} - {""})


def read_statements(path: Path = STATEMENTS) -> tuple[Statement, ...]:
    """Return all statements in the order of the file.

    Raises:
        Wrong: an id stands twice, or a tag is none.
    """
    found = tuple(Statement(*row) for row in _rows(path, 4))
    seen: set[str] = set()
    for line, one in enumerate(found, start=2):
        if one.id in seen or not one.tags <= set(TAGS):
            raise Wrong(f"{path}:{line}: {one.id} stands twice or has a tag that is none")
        seen.add(one.id)
    return found


def read_outside(statements: tuple[Statement, ...], path: Path = OUTSIDE) -> Mapping[str, str]:
    """Return the reason of each statement that no rule, step or screen can carry.

    Raises:
        Wrong: an id is no statement or stands twice, or a reason is missing.
    """
    known = {one.id for one in statements}
    reasons: dict[str, str] = {}
    for line, (statement, reason) in enumerate(_rows(path, 2), start=2):
        if statement not in known or statement in reasons or not reason.strip():
            raise Wrong(f"{path}:{line}: {statement} is no statement, stands twice, or gives no reason")
        reasons[statement] = reason
    return reasons


def _rows(path: Path, width: int) -> list[list[str]]:
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file))[1:]
    for line, row in enumerate(rows, start=2):
        if len(row) != width:
            raise Wrong(f"{path}:{line}: write {width} columns")
    return rows
