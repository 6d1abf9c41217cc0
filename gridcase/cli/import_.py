"""`gridcase import`: cases of an older system from a file, through the door of a running house.

The file goes in parts, each answered line by line; a line that is refused is told with its place in the file and
kept beside it, to be mended and sent again.
"""

import csv
import io
import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any, TextIO
from urllib.parse import quote

import click
import orjson
from rich.console import Console
from rich.progress import Progress

from gridcase.cli.door import URL, asked
from gridcase.cli.problems import kindly
from gridcase.cli.words import say
from shared.kernel.problems import Problem
from shared.kernel.texts import Text

_PART = 500  # lines that are sent at once
_TYPES = {"jsonl": "application/x-ndjson", "csv": "text/csv"}


@dataclass(frozen=True, slots=True)
class Record:
    """One case as it stands in the file: its first line, its text, and how far into the file it reaches."""

    line: int
    text: str
    end: int


@click.command("import")
@click.argument("town")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--source", required=True, help="Name of the older system; with the number it makes a case known again."
)
@click.option("--format", "form", type=click.Choice(list(_TYPES)), help="Default: as the file's name ends.")
@click.option("--check", is_flag=True, help="Try every line out and keep nothing.")
@URL
@kindly
def import_(town: str, file: Path, source: str, form: str | None, check: bool, url: str) -> None:
    """Import the cases in FILE (JSON lines or CSV) into TOWN, with their numbers and dates; nobody is told of them.

    It may be repeated: a line is taken once. Refused lines stand beside it, in cases.refused.csv for cases.csv.
    Exit status 1 if there are any.
    """
    form = form or ("csv" if file.suffix.lower() == ".csv" else "jsonl")
    path = f"/v1/towns/{quote(town)}/cases/import"
    query = {"source": source, "check": "yes" if check else "no"}
    counts: Counter[str] = Counter()
    with (
        file.open(encoding="utf-8-sig", newline="") as text,
        Progress(console=Console(stderr=True)) as progress,
    ):
        bar = progress.add_task(file.name, total=file.stat().st_size)
        head, records = _records(text, form, file)
        refused = _Refused(file, head)
        while part := list(islice(records, _PART)):
            body = (head + "".join(record.text for record in part)).encode()
            with asked(
                "POST", url, path, params=query, data=body, headers={"Content-Type": _TYPES[form]}
            ) as answer:
                results = [orjson.loads(line) for line in answer.iter_lines() if line]
            _take_note(file, part, results, counts, refused)
            progress.update(bar, completed=part[-1].end)
        progress.update(bar, completed=file.stat().st_size)
        refused.close()
    click.echo(
        say("tried" if check else "imported", **{name: counts[name] for name in ("new", "known", "refused")})
    )
    if counts["refused"]:
        click.echo(say("import-refused", file=refused.path), err=True)
        sys.exit(1)


def _take_note(
    file: Path, part: list[Record], results: list[dict[str, Any]], counts: Counter[str], refused: "_Refused"
) -> None:
    for record, result in zip(part, (one for one in results if "line" in one), strict=True):
        if problem := result.get("problem"):
            counts["refused"] += 1
            refused.keep(record)
            field = problem["where"].get("field", "")
            place = f"{file}:{record.line}: " + (f"{field}: " if field else "")
            click.echo(f"{place}{problem['cause']} — {problem['remedy']}", err=True)
        else:
            counts["new" if result["status"] == 201 else "known"] += 1


class _Refused:
    """The refused lines, in a file beside the imported one that is made for the first of them."""

    def __init__(self, file: Path, head: str) -> None:
        self.path = file.with_name(f"{file.stem}.refused{file.suffix}")
        self._head = head
        self._target: TextIO | None = None

    def keep(self, record: Record) -> None:
        """Keep a refused line as it stands."""
        if self._target is None:
            self._target = self.path.open("w", encoding="utf-8", newline="")
            self._target.write(self._head)
        self._target.write(record.text)

    def close(self) -> None:
        """Let go of the file."""
        if self._target is not None:
            self._target.close()


def _records(text: TextIO, form: str, file: Path) -> tuple[str, Iterator[Record]]:
    """Return what stands before all records, and the records."""
    if form == "jsonl":
        return "", _lines(text)
    reader = csv.reader(text, strict=True)
    heads = next(reader, [])
    return _row(heads), _rows(reader, file)


def _lines(text: TextIO) -> Iterator[Record]:
    end = 0
    for number, line in enumerate(text, start=1):
        end += len(line.encode())
        if line.strip():
            yield Record(number, line.rstrip("\r\n") + "\n", end)


def _rows(reader: Any, file: Path) -> Iterator[Record]:
    end, begins = 0, reader.line_num + 1
    try:
        for cells in reader:
            row = _row(cells)
            end += len(row.encode())
            if any(cells):
                yield Record(begins, row, end)
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
