"""Who belongs to which unit and who is away, as the registry last told it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

import sqlalchemy as sa

from shared.db.work import Work

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Gone:
    """An open work order whose person is not there.

    Args:
        cause: 'left' the unit, or 'absent' for a time.
    """

    order: str
    case: str
    cause: str
    substitute: str | None


class People(Protocol):
    """Copies of memberships and absences, and the work orders that hang on them."""

    def keep_member(self, work: Work, row: Row) -> None:
        """Keep who holds a place in a unit, or no longer."""
        ...

    def keep_absence(self, work: Work, row: Row) -> None:
        """Keep who is away, from when until when."""
        ...

    def belongs(self, work: Work, person: str, unit: str) -> bool:
        """Tell whether a person holds a place in a unit."""
        ...

    def gone(self, work: Work, limit: int) -> Sequence[Gone]:
        """Return open work orders whose person is gone now and of which nobody was told, oldest first."""
        ...

    def next_gone_at(self, conn: sa.Connection, now: datetime) -> datetime | None:
        """Return when the next such work order comes up; an instant that has passed: there is one now."""
        ...
