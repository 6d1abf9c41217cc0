"""What is kept of a case, and how handlers get at it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from services.sla.domain.changes import Change
from services.sla.domain.clock import Clock
from services.sla.domain.life import Life
from shared.db.work import Work


@dataclass(frozen=True, slots=True)
class Case:
    """A case as its last message left it.

    Args:
        situation: as plain values, equal when the rules would see no difference.
        seen_by: '|name|name|', who alone sees the case while rules hide it; None: not hidden.
    """

    id: str
    number: str
    town: str
    edition: str
    situation: Mapping[str, Any]
    life: Life
    clocks: tuple[Clock, ...]
    seen_by: str | None = None


class Cases(Protocol):
    """Keeps cases and their clocks within a transaction."""

    def prefetch(self, work: Work, case_ids: Iterable[str]) -> None:
        """Read in bulk what the cases of a batch will need."""
        ...

    def load(self, work: Work, case_id: str) -> Case | None:
        """Return a case, or None if it is not known."""
        ...

    def save(self, work: Work, case: Case, changes: Sequence[Change]) -> None:
        """Keep a case as it now stands; clocks, versions and deadlines follow its changes."""
        ...

    def save_clocks(self, work: Work, case: Case, changes: Sequence[Change]) -> None:
        """Keep what the changes made of a case's clocks; the case itself stays as it is."""
        ...


class Alarms(Protocol):
    """Remembers which alarms have been raised."""

    def is_first(self, work: Work, town: str, code: str, about: str) -> bool:
        """Tell whether this alarm was not raised before, and remember that it now is."""
        ...

    def forget(self, work: Work, town: str, code: str, abouts: Sequence[str]) -> None:
        """Let an alarm be raised again: its cause has gone."""
        ...


@dataclass(frozen=True, slots=True)
class Stale:
    """A clock that was counted with an older revision of its town's days."""

    clock_id: str
    case_id: str


class StaleClocks(Protocol):
    """Finds clocks to be counted again."""

    def some(self, work: Work, limit: int) -> Sequence[Stale]:
        """Return up to `limit` of them; empty when there are none."""
        ...

    def note_moved(self, work: Work, town: str, revision: int, rows: Sequence[Mapping[str, Any]]) -> None:
        """Keep what a revision has moved."""
        ...

    def since(self, conn: Any) -> datetime | None:
        """Return since when a town's days wait to be counted with, or None."""
        ...
