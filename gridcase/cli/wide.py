"""A console for wide tables: a terminal is as wide as it is, a file or a log has no width of its own."""

from rich.console import Console

WIDTH = 200


def wide_console() -> Console:
    """Return a console on which no cell of a wide table is cut off unless the terminal is narrow."""
    screen = Console()
    return screen if screen.is_terminal else Console(width=max(WIDTH, screen.width))
