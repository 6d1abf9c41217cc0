"""Clients' keys within one transaction."""

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from services.intake.domain.claims import Claim
from shared.db.work import Work

Row = Mapping[str, Any]


class Claims(Protocol):
    """Which keys were used, and with which answer."""

    def take(self, work: Work, wanted: Sequence[Claim]) -> dict[str, Row]:
        """Claim keys for this transaction; return the rows of those that were claimed before, by key."""
        ...

    def settle(self, work: Work, answers: Mapping[Claim, Row]) -> None:
        """Keep the answers with their keys."""
        ...

    def give_back(self, work: Work, refused: Sequence[Claim]) -> None:
        """Let go of keys whose request was refused."""
        ...
