"""Sizes that Word and print have in common, in millimetres; how wide the columns of a table are."""

from collections.abc import Sequence
from unicodedata import east_asian_width

from shared.rules.papers.model import Cell, PageSize

MARGIN_MM = 20
PICTURE_MM, CODE_MM = 120, 35
_SIZES = {PageSize.A4: (210, 297), PageSize.LANDSCAPE: (297, 210), PageSize.A5: (148, 210)}
_LEAST, _MOST = 6, 40  # in letters: what a column gets for very little, and for very much
_NAMES = 0.28  # of the room, at most, for the names in a table of pairs


def sizes_of(size: PageSize) -> tuple[int, int]:
    """Return width and height of a page."""
    return _SIZES[size]


def room_of(size: PageSize) -> float:
    """Return how wide text may be."""
    return _SIZES[size][0] - 2 * MARGIN_MM


def widths_of(heads: Sequence[str], rows: Sequence[Sequence[Cell]], room: float) -> list[float]:
    """Return the widths of a table's columns: as much as their texts want, in shares of the room."""
    every = [*([heads] if heads else []), *rows]
    wanted = [
        float(min(max((_letters(row[nth]) for row in every if nth < len(row)), default=_LEAST), _MOST) + 2)
        for nth in range(max(map(len, every), default=1))
    ]
    if not heads and len(wanted) == 2:
        share = min(wanted[0] / (wanted[0] + _MOST), _NAMES)
        return [room * max(share, 0.18), room * (1 - max(share, 0.18))]
    return [room * max(each, _LEAST) / sum(max(other, _LEAST) for other in wanted) for each in wanted]


def _letters(value: Cell) -> int:
    lines = str(value).split("\n")
    return max(sum(2 if east_asian_width(mark) in "WF" else 1 for mark in line) for line in lines)
