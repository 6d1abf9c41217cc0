"""The case file as handlers use it, inside one transaction.

What is kept here is written when the transaction ends, all of it or nothing.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Protocol

from services.intake.domain.actors import Actor
from services.intake.domain.case import Case
from services.intake.domain.likeness import Likeness
from shared.db.work import Work

Row = dict[str, Any]


class CaseFile(Protocol):
    """Cases, their histories and what hangs on them."""

    def prefetch(self, work: Work, cases: Iterable[str]) -> None:
        """Read cases and their open work orders in bulk."""
        ...

    def find(self, work: Work, case: str) -> Case | None:
        """Return a case as this transaction sees it."""
        ...

    def alike(self, work: Work, likeness: Likeness, actor: Actor, limit: int) -> Sequence[Mapping[str, Any]]:
        """Return cases that look like one and that the actor may see, newest first."""
        ...

    def open(self, work: Work, case: Case) -> None:
        """Keep a new case."""
        ...

    def keep(self, work: Work, case: Case) -> None:
        """Keep a changed case."""
        ...

    def record(
        self,
        work: Work,
        case: Case,
        what: str,
        by: Actor,
        data: Mapping[str, Any],
        texts: Mapping[str, str] | None = None,
    ) -> None:
        """Append to the case's history and note its new end on the case, which must be kept afterwards."""
        ...

    def join(self, work: Work, case: Case, reporters: Iterable[str]) -> None:
        """Let whoever reported a case merged into this one follow this one."""
        ...

    def keep_decision(self, work: Work, row: Row) -> None:
        """Keep a decision of routing."""
        ...

    def open_order(self, work: Work, row: Row) -> None:
        """Keep a new work order."""
        ...

    def move_order(self, work: Work, order: str, changes: Mapping[str, Any]) -> Row:
        """Change a work order and return it whole."""
        ...

    def keep_clock(self, work: Work, row: Row) -> None:
        """Keep the copy of a clock as sla last told it."""
        ...

    def keep_notice(self, work: Work, row: Row) -> None:
        """Keep the copy of a notification as notify last told it."""
        ...

    def publish(self, work: Work, row: Row) -> None:
        """Keep a publication without personal data."""
        ...

    def keep_identity(
        self, work: Work, town: str, ref: str, identity: Mapping[str, str], *, is_new: bool
    ) -> None:
        """Seal and keep an identity under its reference."""
        ...

    def edition_in_force(self, work: Work, town: str) -> str | None:
        """Return the edition in force in a town now, or None where none was ever published."""
        ...

    def next_number(self, work: Work, town: str, year: int, count: int) -> int:
        """Reserve `count` numbers of a town's year and return the first."""
        ...
