"""`gridcase import`: cases of an older system from a file, over the API of a running house.

The file goes in parts, each answered line by line; a line that is refused is told with its place in the file and
kept beside it, to be mended and sent again.
"""

import csv
import io
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Protocol, TextIO
from urllib.parse import quote

import click
import msgspec
from msgspec import Struct
from rich.console import Console
from rich.progress import Progress

from gridcase.cli.catalogue import localized
from gridcase.cli.http_api import URL, Query, answer_of
from gridcase.cli.problems import shows_problems
from shared.kernel.problems import Problem
from shared.kernel.texts import Text

_PART = 500  # lines that are sent at once
_TYPES = {"jsonl": "application/x-ndjson", "csv": "text/csv"}


@dataclass(frozen=True, slots=True)
class FileRecord:
    """One case as it stands in the file.

    Args:
        line: its first one, from 1.
        end: how far into the file it reaches, in bytes.
    """

    line: int
    text: str
    end: int


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
    problem: LineProblem | None = None


@dataclass(slots=True)
class ImportCounts:
    """How many lines were taken, had been taken before, or were refused."""

    new: int = 0
    known: int = 0
    refused: int = 0


@click.command("import")
@click.argument("town")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--source", required=True, help="Name of the older system; with the number it makes a case known again."
)
@click.option("--format", "form", type=click.Choice(list(_TYPES)), help="Default: as the file's name ends.")
@click.option("--check", is_flag=True, help="Try every line out and keep nothing.")
@URL
@shows_problems
def import_(town: str, file: Path, source: str, form: str | None, check: bool, url: str) -> None:
    """Import the cases in FILE (JSON lines or CSV) into TOWN, with their numbers and dates; nobody is told of them.

    It may be repeated: a line is taken once. Refused lines stand beside it, in cases.refused.csv for cases.csv.
    Exit status 1 if there are any.
    """
    form = form or ("csv" if file.suffix.lower() == ".csv" else "jsonl")
    counts = ImportCounts()
    with (
        # Spreadsheets put a byte order mark before their CSV: read as a letter, it would change the first head.
        file.open(encoding="utf-8-sig", newline="") as text,
        Progress(console=Console(stderr=True)) as progress,
    ):
        bar = progress.add_task(file.name, total=file.stat().st_size)
        head, records = _records(text, form, file)
        target = ImportTarget(town, url, _TYPES[form], {"source": source, "check": "yes" if check else "no"})
        refused = _RefusedLines(file, head)
        while part := list(islice(records, _PART)):
            results = target.send(head + "".join(record.text for record in part))
            _take_note(file, part, results, counts, refused)
            progress.update(bar, completed=part[-1].end)
        progress.update(bar, completed=file.stat().st_size)
        refused.close()
    key = "tried" if check else "imported"
    click.echo(localized(key, new=counts.new, known=counts.known, refused=counts.refused))
    if counts.refused:
        click.echo(localized("import-refused", file=refused.path), err=True)
        sys.exit(1)


@dataclass(frozen=True, slots=True)
class ImportTarget:
    """A town of a running house that takes cases."""

    town: str
    url: str
    content: str
    query: Query

    def send(self, lines: str) -> list[LineResult]:
        """Send a part; return what became of each of its lines, in their order.

        Raises:
            Problem: the house can't be reached, or refuses the part as a whole.
        """
        path = f"/v1/towns/{quote(self.town)}/cases/import"
        body = lines.encode()
        with answer_of("POST", self.url, path, query=self.query, body=body, content=self.content) as answer:
            read = [msgspec.json.decode(line, type=LineResult) for line in answer.iter_lines() if line]
        return [result for result in read if result.line is not None]


def _take_note(
    file: Path,
    part: Sequence[FileRecord],
    results: Sequence[LineResult],
    counts: ImportCounts,
    refused: "_RefusedLines",
) -> None:
    # Strictly: with one answer too few, all that follow would be told of the wrong lines.
    for record, result in zip(part, results, strict=True):
        if problem := result.problem:
            counts.refused += 1
            refused.keep(record)
            field = f"{problem.where.field}: " if problem.where.field else ""
            click.echo(f"{file}:{record.line}: {field}{problem.cause} — {problem.remedy}", err=True)
        elif result.status == 201:
            counts.new += 1
        else:
            counts.known += 1


class _RefusedLines:
    """The refused lines, in a file beside the imported one that is made for the first of them."""

    def __init__(self, file: Path, head: str) -> None:
        self.path = file.with_name(f"{file.stem}.refused{file.suffix}")
        self._head = head
        self._target: TextIO | None = None

    def keep(self, record: FileRecord) -> None:
        """Keep a refused line as it stands."""
        if self._target is None:
            self._target = self.path.open("w", encoding="utf-8", newline="")
            self._target.write(self._head)
        self._target.write(record.text)

    def close(self) -> None:
        """Let go of the file."""
        if self._target is not None:
            self._target.close()


def _records(text: TextIO, form: str, file: Path) -> tuple[str, Iterator[FileRecord]]:
    """Return what stands before all records, and the records."""
    if form == "jsonl":
        return "", _lines(text)
    # Strictly: a quotation mark that is never closed would else take the rest of the file for one cell.
    reader = csv.reader(text, strict=True)
    heads = next(reader, [])
    return _row(heads), _rows(reader, file)


def _lines(text: TextIO) -> Iterator[FileRecord]:
    end = 0
    for number, line in enumerate(text, start=1):
        end += len(line.encode())
        if line.strip():
            yield FileRecord(number, line.rstrip("\r\n") + "\n", end)


class _CsvReader(Protocol):
    """What `csv.reader` returns, whose own type has no public name."""

    @property
    def line_num(self) -> int: ...

    def __iter__(self) -> Iterator[list[str]]: ...


def _rows(reader: "_CsvReader", file: Path) -> Iterator[FileRecord]:
    end, begins = 0, reader.line_num + 1
    try:
        for cells in reader:
            row = _row(cells)
            end += len(row.encode())
            if any(cells):
                yield FileRecord(begins, row, end)
            begins = reader.line_num + 1
    except csv.Error as wrong:
        raise Problem(
            "unreadable-from-here",
            Text(
                f"{file}:{begins}: 从这一行起读不下去：{wrong}",
                f"{file}:{begins}: it can't be read from here on: {wrong}",
            ),
            Text(
                "检查引号是否成对；修正后重新导入整个文件",
                "check that quotes are closed; mend it and import the whole file again",
            ),
        ) from wrong


def _row(cells: Iterable[str]) -> str:
    target = io.StringIO()
    csv.writer(target).writerow(cells)
    return target.getvalue()
