"""Deadlines in figures: how many are late, due today, due soon or extended, by unit and by category.

Decides what is counted as what. A figure and the list behind it are read from the same rows.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from services.console.domain.sheets import DeadlineRow
from services.console.domain.time_left import DueBand, band_of


class Standing(StrEnum):
    """How a deadline that runs stands, the worst first."""

    BREACHED = "breached"
    TODAY = "today"
    SOON = "soon"
    EXTENDED = "extended"
    PAUSED = "paused"
    LATER = "later"
    UNKNOWN = "unknown"  # nobody can say yet when it is due


SHOWN = tuple(Standing)


def standing_of(row: DeadlineRow, now: datetime, zone: str) -> Standing:
    """Return how a deadline stands."""
    if row.state in ("breached", "extended", "paused"):
        return Standing(row.state)
    if row.due_at is None:
        return Standing.UNKNOWN
    return _BY_TIME[band_of(row.due_at, now, zone)]


_BY_TIME = {
    DueBand.LATE: Standing.BREACHED,
    DueBand.TODAY: Standing.TODAY,
    DueBand.SOON: Standing.SOON,
    DueBand.LATER: Standing.LATER,
}


@dataclass(frozen=True, slots=True)
class FigureLine:
    """How the deadlines of one unit or category stand.

    Args:
        key: of the unit or category; empty where none holds it.
    """

    key: str
    counts: Counter[Standing]

    @property
    def total(self) -> int:
        """All of them."""
        return self.counts.total()


@dataclass(frozen=True, slots=True)
class Figures:
    """How all deadlines stand, and by what."""

    counts: Counter[Standing]
    units: tuple[FigureLine, ...]
    categories: tuple[FigureLine, ...]


def figures_of(rows: Iterable[DeadlineRow], now: datetime, zone: str) -> Figures:
    """Return the figures of deadlines that run."""
    told = [(row, standing_of(row, now, zone)) for row in rows]
    units = _lines([(row.unit or "", standing) for row, standing in told])
    categories = _lines([(row.category, standing) for row, standing in told])
    return Figures(Counter(standing for _, standing in told), units, categories)


def _lines(told: Sequence[tuple[str, Standing]]) -> tuple[FigureLine, ...]:
    """Whoever has most that is late stands first."""
    by_key: dict[str, Counter[Standing]] = {}
    for key, standing in told:
        by_key.setdefault(key, Counter())[standing] += 1
    lines = [FigureLine(key, counts) for key, counts in by_key.items()]
    return tuple(sorted(lines, key=lambda line: (*(-line.counts[each] for each in SHOWN), line.key)))


def behind(
    rows: Iterable[DeadlineRow],
    now: datetime,
    zone: str,
    standing: str,
    unit: str | None,
    category: str | None,
) -> list[DeadlineRow]:
    """Return the rows that a figure counts.

    Args:
        standing: empty: any; unit, category: None: any.
    """
    return [
        row
        for row in rows
        if (not standing or standing_of(row, now, zone) == standing)
        and (unit is None or (row.unit or "") == unit)
        and (category is None or row.category == category)
    ]
