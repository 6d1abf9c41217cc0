"""Why something in a pack exists, when it is in force, and where it is written.

Decides when a rule is in force. Must not know what it says.
"""

from dataclasses import dataclass
from datetime import date

from shared.kernel.texts import Text


@dataclass(frozen=True, slots=True)
class Spot:
    """Where in the pack's files something is written; lines count from 1."""

    file: str
    line: int


@dataclass(frozen=True, slots=True)
class Origin:
    """What every rule carries: its id, why it exists, when it is in force, where it is written."""

    rule: str
    title: Text
    because: tuple[str, ...]
    valid_from: date | None  # first day in force, compared with the rule's own anchor
    valid_until: date | None  # last day in force, that day included
    spot: Spot

    def in_force(self, on: date) -> bool:
        """Tell whether the rule is in force on the local day of its anchor."""
        after_start = self.valid_from is None or on >= self.valid_from
        return after_start and (self.valid_until is None or on <= self.valid_until)
