"""What comes with a step."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from shared.rules.logic.facts import Kind, Value
from shared.rules.pack.model import Pack

PLATFORM_NEEDS = ("category", "place", "due_at")  # what a step may ask for beside declared facts


@dataclass(frozen=True, slots=True)
class Given:
    """What comes with a step.

    Args:
        facts: declared facts, typed.
        due_at: a due instant written by a person.
        category, place: keys, where the step takes them.
        has_note: there are words for the case file.
    """

    facts: Mapping[str, Value] = field(default_factory=dict)
    due_at: datetime | None = None
    category: str | None = None
    place: str | None = None
    has_note: bool = False

    def has_words(self, pack: Pack) -> bool:
        """Tell whether somebody says anything with it: a note, or a text that the step takes."""
        said = (value for name, value in self.facts.items() if pack.facts[name].type.kind is Kind.TEXT)
        return self.has_note or any(said)

    @property
    def names(self) -> list[str]:
        """What was given, by name."""
        return [*self.facts, *(name for name in PLATFORM_NEEDS if getattr(self, name) is not None)]
