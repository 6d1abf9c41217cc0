"""What is known of cases that came from older systems, and of the numbers that are taken."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any, Protocol

from shared.db.work import Work

Row = dict[str, Any]


class ImportedCases(Protocol):
    """Which line became which case."""

    def known(self, work: Work, town: str, source: str, numbers: Collection[str]) -> Mapping[str, Row]:
        """Return what was imported from this source under these numbers."""
        ...

    def taken(self, work: Work, town: str, numbers: Sequence[str]) -> Collection[str]:
        """Return which of these numbers a case of the town has."""
        ...

    def keep(self, work: Work, row: Row) -> None:
        """Note that a line became a case."""
        ...

    def raise_numbers(self, work: Work, town: str, last: Mapping[int, int]) -> None:
        """See to it that the town's own numbers of a year go on after these; held until the commit."""
        ...
