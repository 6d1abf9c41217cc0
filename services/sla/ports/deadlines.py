"""What falls due, as the engine sees it: claimed in batches, fired in bulk."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import NamedTuple, Protocol

import sqlalchemy as sa

from services.sla.domain.firing import Kind
from services.sla.domain.rungs import Rung
from shared.db.work import Work
from shared.rules.pack.model import LateKind


class Due(NamedTuple):
    """One deadline that has fallen due, with what its message says of the clock; thousands are made a second.

    Args:
        because, facts: JSON as it is stored, to be put into the message unread.
        rungs: the clock's escalations, read only when there are any.
    """

    clock_id: str
    kind: Kind
    nth: int
    due_at: datetime
    case_id: str
    number: str
    town: str
    edition: str
    rule: str
    because: str
    facts: str
    stage: str
    level: str | None
    unit: str | None
    round: int
    started_at: datetime
    clock_due_at: datetime | None
    label: str | None
    is_provisional: bool
    state: str
    verdict: str | None
    late_as: LateKind
    silent_until: datetime | None
    rungs: Sequence[Rung]

    @property
    def is_silent(self) -> bool:
        """Tell whether it fell due before the case came here: nobody is told of it."""
        return self.silent_until is not None and self.due_at < self.silent_until


class Firing(NamedTuple):
    """What deadlines have in common that are fired with one statement."""

    kind: Kind
    nth: int
    late_as: LateKind
    is_silent: bool


class Deadlines(Protocol):
    """Claims what has fallen due and keeps what firing made of it."""

    def claim(self, work: Work, limit: int) -> Sequence[Due]:
        """Return what has fallen due by the store's clock, oldest first, held for this transaction alone."""
        ...

    def fire(self, work: Work, fired: Mapping[Firing, Sequence[str]]) -> None:
        """Keep deadlines of these clocks as fired, in bulk: by kind, number and what passing makes of the clock."""
        ...

    def schedule(self, work: Work, rungs: Mapping[str, Sequence[Rung]]) -> None:
        """Keep clocks' escalations as they now stand, and the next time of those that repeat."""
        ...

    def count(self, work: Work, deltas: Mapping[tuple[str, str], int]) -> None:
        """Add to the counts of clocks by town and state."""
        ...

    def next_at(self, conn: sa.Connection) -> datetime | None:
        """Return when the next deadline falls due, or fell due and was not fired; None where nothing does."""
        ...

    def database_now(self, conn: sa.Connection) -> datetime | None:
        """Return the database's own time; None where it has none (SQLite)."""
        ...
