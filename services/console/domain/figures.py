"""How a town's limits that run stand, as sla counts them: in all, by unit, by level and by category.

Decides the order of the lines. What is counted as what, and of which cases, sla decides.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime
from enum import StrEnum

from msgspec import Struct


class Standing(StrEnum):
    """How a limit that runs stands, the worst first."""

    BREACHED = "breached"
    TODAY = "today"
    SOON = "soon"
    EXTENDED = "extended"
    PAUSED = "paused"
    LATER = "later"
    UNKNOWN = "unknown"  # nobody can say yet when it is due


SHOWN = tuple(Standing)
NOBODY = "none"  # what a list is narrowed to where nobody leads


class FigureLine(Struct, frozen=True):
    """How the limits of one unit, level, category or place stand.

    Args:
        key: None: nobody leads, no level was told, or it is at no place that has a name.
    """

    key: str | None
    counts: Mapping[Standing, int]

    @property
    def total(self) -> int:
        """All of them."""
        return sum(self.counts.values())


class FiguresSheet(Struct, frozen=True):
    """The figures.

    Args:
        is_cut: there are more limits, due later than those that were counted.
    """

    as_of: datetime
    counts: Mapping[Standing, int]
    units: tuple[FigureLine, ...] = ()
    levels: tuple[FigureLine, ...] = ()
    categories: tuple[FigureLine, ...] = ()
    places: tuple[FigureLine, ...] = ()
    is_cut: bool = False

    @property
    def total(self) -> int:
        """All limits that were counted."""
        return sum(self.counts.values())


def worst_town_first(figures: Mapping[str, FiguresSheet]) -> list[str]:
    """Return towns in the order in which somebody with several reads them: where most is late stands first."""
    lines = worst_first(FigureLine(town, found.counts) for town, found in figures.items())
    return [line.key for line in lines if line.key is not None]


def worst_first(lines: Iterable[FigureLine]) -> list[FigureLine]:
    """Return lines in the order in which a supervisor reads them: whoever has most that is late stands first."""
    return sorted(lines, key=lambda line: (*(-line.counts.get(each, 0) for each in SHOWN), line.key or ""))
