"""A town of a running house that takes an older system's cases, over its API.

Decides that what is too much at once is waited for: a file of any length goes through whatever quota there is.
"""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import quote

import click
import msgspec
from msgspec import Struct

from gridcase.cli.catalogue import localized
from gridcase.cli.http_api import Query, answer_of
from shared.kernel.problems import Problem
from shared.web.metering import RETRY_AFTER


class LinePlace(Struct, frozen=True):
    """Where in a line something is wrong."""

    field: str = ""


class LineProblem(Struct, frozen=True):
    """Why a line was refused."""

    cause: str
    remedy: str
    where: LinePlace


class LineResult(Struct, frozen=True):
    """What became of a line of a part; without `line` it is about the part as a whole."""

    line: int | None = None
    status: int = 0
    unaccepted: bool = False
    continued: bool = False
    problem: LineProblem | None = None


@dataclass(frozen=True, slots=True)
class ImportTarget:
    """A town of a running house that takes cases.

    Args:
        content: media type of what is sent.
    """

    town: str
    url: str
    content: str
    query: Query

    def send(self, head: str, lines: Sequence[str]) -> list[LineResult]:
        """Send lines; return what became of each, in their order. Where they are too many at once, wait and go on.

        Args:
            head: stands before whatever is sent.

        Raises:
            Problem: the house can't be reached, or refuses the whole.
        """
        try:
            return self._send(head + "".join(lines))
        except Problem as refused:
            if RETRY_AFTER not in refused.where:
                raise
            _wait(int(refused.where[RETRY_AFTER]))
        # In two: a quota that has no room for all of them at once would refuse them for ever.
        middle = (len(lines) + 1) // 2
        parts = filter(None, (lines[:middle], lines[middle:]))
        return [result for part in parts for result in self.send(head, part)]

    def _send(self, text: str) -> list[LineResult]:
        path = f"/v1/towns/{quote(self.town)}/cases/import"
        body = text.encode()
        with answer_of("POST", self.url, path, query=self.query, body=body, content=self.content) as answer:
            read = [msgspec.json.decode(line, type=LineResult) for line in answer.iter_lines() if line]
        return [result for result in read if result.line is not None]


def _wait(seconds: int) -> None:
    click.echo(localized("import-waits", seconds=seconds), err=True)
    time.sleep(seconds)
