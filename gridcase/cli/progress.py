"""How far long work is, and how long it will still take: a bar on a terminal, now and then a line elsewhere.

Decides what is shown and when. It goes to standard error: what a command answers stays alone on standard output.
"""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from gridcase.cli.catalogue import localized

EVERY_SECONDS = 10.0
Tick = Callable[[int, int], None]  # how many pieces are done, and of how many


@contextmanager
def shown_progress(name: str) -> Iterator[Tick]:
    """Show how far a piece of work is, each time that it tells."""
    screen = Console(stderr=True)
    if not screen.is_terminal:
        yield Lines(name, lambda line: click.echo(line, err=True))
        return
    with _bar(screen) as bar:
        task = bar.add_task(name, total=None)
        yield lambda done, of: bar.update(task, completed=done, total=of)


class Lines:
    """Progress where nothing can be drawn: a line every ten seconds, and one at the end.

    Args:
        write: takes a line.
        clock: seconds, from any beginning.
    """

    def __init__(
        self, name: str, write: Callable[[str], None], clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._name = name
        self._write = write
        self._clock = clock
        self._began = self._wrote = clock()

    def __call__(self, done: int, of: int) -> None:
        """Hear how far it is."""
        now = self._clock()
        if now - self._wrote < EVERY_SECONDS and done < of:
            return
        self._wrote = now
        seconds = round((now - self._began) / done * (of - done)) if done else 0
        self._write(localized("progress", name=self._name, done=done, of=of, left=_in_minutes(seconds)))


def _in_minutes(seconds: int) -> str:
    return f"{seconds // 60}:{seconds % 60:02d}"


def _bar(screen: Console) -> Progress:
    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        # Of all that was done so far: pieces are of very different size, and few at a time say nothing.
        TimeRemainingColumn(),
        console=screen,
        speed_estimate_period=600,
        transient=True,
    )
