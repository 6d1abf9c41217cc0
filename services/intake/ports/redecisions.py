"""Where re-decisions and their progress are kept."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Protocol

import sqlalchemy as sa

from services.intake.domain.redecision import Scope
from shared.db.work import Work

Row = dict[str, Any]


class Redecisions(Protocol):
    """Re-decisions that were ordered, each with its cases."""

    def open(self, work: Work, row: Row) -> None:
        """Keep a new one."""
        ...

    def choose(self, work: Work, row: Row, scope: Scope) -> int:
        """Note the cases of one that was asked for; return how many."""
        ...

    def choose_older(self, work: Work, row: Row) -> int:
        """Note the running cases that are bound to an edition before this one's; return how many."""
        ...

    def due(self, work: Work) -> Row | None:
        """Return the first that has begun and is not done, held for this transaction alone."""
        ...

    def keep(self, work: Work, row: Row) -> None:
        """Keep a changed one."""
        ...

    def drop(self, work: Work, redecision: str) -> None:
        """Forget one that came to nothing."""
        ...

    def waiting(self, work: Work, redecision: str, limit: int) -> Sequence[str]:
        """Return cases that were not asked about yet."""
        ...

    def note(self, work: Work, redecision: str, case: str, **values: Any) -> None:
        """Write down what became of a case."""
        ...

    def next_at(self, conn: sa.Connection) -> datetime | None:
        """Return when the next one begins or goes on, or None."""
        ...
