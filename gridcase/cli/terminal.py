"""Tables as people read them in a terminal, in a file or in a log.

Decides widths alone; Chinese characters count double, as they are shown.
"""

from collections.abc import Iterable, Sequence

from rich.cells import cell_len
from rich.console import Console

from gridcase.cli.catalogue import localized

GAP = "  "
WIDTH = 200


def wide_console() -> Console:
    """Return a console on which no cell of a wide table is cut off unless the terminal is narrow.

    A terminal is as wide as it is; a file or a log has no width of its own.
    """
    screen = Console()
    return screen if screen.is_terminal else Console(width=max(WIDTH, screen.width))


def columns(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return rows under a header, with columns as wide as what stands in them.

    Args:
        head: keys of the words that stand above the columns.
    """
    lines = [[localized(f"column-{key}") for key in head], *[[cell or "–" for cell in row] for row in rows]]
    widths = [max(cell_len(line[number]) for line in lines) for number in range(len(head))]
    return "\n".join(
        GAP.join(_padded(cell, width) for cell, width in zip(line, widths, strict=True)).rstrip()
        for line in lines
    )


def _padded(cell: str, width: int) -> str:
    return cell + " " * (width - cell_len(cell))
