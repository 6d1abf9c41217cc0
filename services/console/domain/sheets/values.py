"""What a fact can be, and the reason of what was decided or told."""

from collections.abc import Mapping

from msgspec import Struct, field

FactGiven = bool | int | float | str | None


class WhySheet(Struct, frozen=True):
    """By which rule, by which clauses, on which facts."""

    rule: str = ""
    because: tuple[str, ...] = ()
    facts: Mapping[str, FactGiven | list[str]] = field(default_factory=dict)
