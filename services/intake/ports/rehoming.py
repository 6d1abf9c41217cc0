"""What the re-homing of cases asks of intake's store."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Protocol

import sqlalchemy as sa

from shared.db.work import Work

Row = dict[str, Any]


class Rehomings(Protocol):
    """Places that end, and what became of their cases."""

    def unscanned(self, work: Work) -> Row | None:
        """Return a publication in effect that nobody looked through: edition, number, town, files."""
        ...

    def scanned(self, work: Work, row: Row) -> None:
        """Note that a publication was looked through."""
        ...

    def set_ends(self, work: Work, town: str, ends: Mapping[str, datetime]) -> None:
        """Keep which places of a town end, in place of what was known; those that stay keep their looks."""
        ...

    def due(self, work: Work) -> Row | None:
        """Return a place that has ended and whose cases are to be looked through, held for this transaction."""
        ...

    def keep_end(self, work: Work, row: Row) -> None:
        """Keep how far a look has come."""
        ...

    def open_cases(
        self, work: Work, town: str, after: str | None, limit: int
    ) -> Sequence[tuple[str, str | None]]:
        """Return ids and places of running cases of a town in the order of their ids."""
        ...

    def known(self, work: Work, case: str, place: str) -> Row | None:
        """Return what became of a case when a place ended."""
        ...

    def note(self, work: Work, row: Row) -> None:
        """Keep what became of a case."""
        ...

    def next_at(self, conn: sa.Connection) -> datetime | None:
        """Return since or from when there is something to do, or None."""
        ...
