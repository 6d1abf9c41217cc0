"""Rows as people read them in a terminal: a header, and columns as wide as what stands in them."""

from collections.abc import Iterable, Sequence

from rich.cells import cell_len

from gridcase.cli.words import say

GAP = "  "


def columns(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return rows under a header; Chinese characters count double, as they are shown.

    Args:
        head: keys of the words that stand above the columns.
    """
    lines = [[say(f"column-{key}") for key in head], *[[cell or "–" for cell in row] for row in rows]]
    widths = [max(cell_len(line[number]) for line in lines) for number in range(len(head))]
    return "\n".join(
        GAP.join(_padded(cell, width) for cell, width in zip(line, widths, strict=True)).rstrip()
        for line in lines
    )


def _padded(cell: str, width: int) -> str:
    return cell + " " * (width - cell_len(cell))
