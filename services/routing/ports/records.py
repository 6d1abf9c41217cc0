"""Where routing keeps the cases that it knows and the decisions that it made."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from shared.db.work import Work


@dataclass(frozen=True, slots=True)
class KnownCase:
    """What a later decision needs of the first one.

    Args:
        decisions: how many were made so far.
    """

    case: str
    town: str
    edition: str
    reported_at: datetime
    decisions: int


@dataclass(frozen=True, slots=True)
class Record:
    """One decision as it is kept: what was decided, on which situation, and why."""

    answers_sequence: int
    cause: str | None
    rule: str
    because: tuple[str, ...]
    situation: dict[str, Any]
    assignment: dict[str, Any]
    evaluator: str
    answers: dict[str, Any] | None


class Records(Protocol):
    """The case book of routing."""

    def find(self, work: Work, case: str) -> KnownCase | None:
        """Return a case as this transaction sees it."""
        ...

    def keep(self, work: Work, case: KnownCase, record: Record) -> None:
        """Write down the decision that `case.decisions` now counts."""
        ...
