"""`gridcase import`: cases of an older system from a file, over the API of a running house.

The file goes in parts, each answered line by line; a line that is refused is told with its place in the file and
kept beside it, to be mended and sent again.
"""

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import TextIO
from urllib.parse import quote

import click
import msgspec
from msgspec import Struct
from rich.console import Console
from rich.progress import Progress

from gridcase.cli.catalogue import language, localized
from gridcase.cli.http_api import URL, answer_of
from gridcase.cli.import_target import ImportTarget, LineResult
from gridcase.cli.mapped import FIRST, MAPPING, show_line, tell_unread
from gridcase.cli.problems import shows_problems
from gridcase.recorded.import_file import FileRecord, ImportFile, open_import
from gridcase.recorded.mapping import read_mapping
from gridcase.recorded.rows import UnreadRow

_PART = 100  # lines that are sent at once: no more than the house takes whole or not at all
_CHOICES = ("now", "reported", "refuse")


class TownZone(Struct, frozen=True):
    """What a town's catalogue says of its time."""

    zone: str = "Asia/Shanghai"


@dataclass(slots=True)
class ImportCounts:
    """How many lines were taken, had been taken before, or were refused.

    Args:
        continued: of the known ones, those that got what has happened since.
        unaccepted: of the new ones, those open without an instant of acceptance.
    """

    new: int = 0
    known: int = 0
    refused: int = 0
    continued: int = 0
    unaccepted: int = 0


@click.command("import")
@click.argument("town")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--source", required=True, help="Name of the older system; with the number it makes a case known again."
)
@click.option("--mapping", type=MAPPING, help="YAML file that says which column means what.")
@click.option(
    "--format", "form", type=click.Choice(["jsonl", "csv", "xlsx"]), help="Default: as the file's name ends."
)
@click.option(
    "--check", "--dry-run", "check", is_flag=True,
    help="Show the first lines as they would become, try every line out, and keep nothing.",
)  # fmt: skip
@click.option(
    "--open-cases", "unaccepted", type=click.Choice(_CHOICES),
    help="What becomes of open cases without an instant of acceptance: decided today, their leads told, limits from"
    " today (now); accepted when they were reported, limits from then, nobody told (reported); refused (refuse, the"
    " default).",
)  # fmt: skip
@URL
@shows_problems
def import_(  # noqa: PLR0913 - an argument for each option
    town: str,
    file: Path,
    source: str,
    mapping: Path | None,
    form: str | None,
    unaccepted: str | None,
    url: str,
    *,
    check: bool,
) -> None:
    """Import the cases in FILE (CSV, an Excel workbook, or lines of JSON) into TOWN, with their numbers and dates.

    Nobody is told of them, unless --open-cases now is chosen. It may be repeated: a line is taken once, and one that
    says more by now only adds what has happened since. Dates without an offset are the town's. Refused lines stand
    beside the file, in cases.refused.csv for cases.csv. Exit status 1 if there are any.
    """
    # A trial takes them in any case, or nobody would learn what else is wrong with them.
    choice = unaccepted or ("now" if check else "refuse")
    query = {"source": source, "check": "yes" if check else "no", "unaccepted": choice}
    read = (mapping, read_mapping(mapping)) if mapping else None
    with open_import(file, _form(file, form), read, _zone_of(town, url)) as opened:
        if told := opened.read_as.in_language(language()):
            click.echo(f"{file}: {told}", err=True)
        sending = _Sending(file, opened, ImportTarget(town, url, opened.content, query), shows=check)
        counts, refused = sending.all()
    _tell(counts, refused, unaccepted, check=check)


def _form(file: Path, form: str | None) -> str:
    if form is None:
        form = "csv" if file.suffix.lower() in (".csv", ".txt", ".tsv", ".xlsx", ".xlsm", ".xls") else "jsonl"
    return "jsonl" if form == "jsonl" else "table"


def _zone_of(town: str, url: str) -> str:
    with answer_of("GET", url, f"/v1/towns/{quote(town)}/catalogue") as answer:
        return msgspec.json.decode(answer.content, type=TownZone).zone


def _tell(counts: ImportCounts, refused: Path, unaccepted: str | None, *, check: bool) -> None:
    key = "tried" if check else "imported"
    click.echo(localized(key, new=counts.new, known=counts.known, refused=counts.refused))
    if counts.continued:
        click.echo(localized("continued", count=counts.continued))
    if counts.unaccepted:
        key = f"unaccepted-{unaccepted or 'open'}"
        click.echo(localized(key, count=counts.unaccepted))
    if counts.refused:
        click.echo(localized("import-refused", file=refused), err=True)
        sys.exit(1)


class _Sending:
    """A file on its way: part after part, with a bar of progress.

    Args:
        shows: the first lines as they would become.
    """

    def __init__(self, file: Path, opened: ImportFile, target: ImportTarget, *, shows: bool) -> None:
        self._file, self._opened, self._target = file, opened, target
        self._left_to_show = FIRST if shows else 0
        self._counts = ImportCounts()
        self._refused = _RefusedLines(file, opened)

    def all(self) -> tuple[ImportCounts, Path]:
        """Send everything; return what became of it, and where refused lines are."""
        with Progress(console=Console(stderr=True)) as progress:
            bar = progress.add_task(self._file.name, total=self._opened.size or None)
            while part := list(islice(self._opened.records, _PART)):
                self._show(part)
                self._send(part)
                progress.update(bar, completed=part[-1].end)
            progress.update(bar, completed=self._opened.size)
        self._refused.close()
        return self._counts, self._refused.path

    def _show(self, part: Sequence[FileRecord]) -> None:
        for record in part[: self._left_to_show]:
            self._left_to_show -= 1
            if isinstance(record.sent, str):
                show_line(record.line, record.mapped or record.sent)

    def _send(self, part: Sequence[FileRecord]) -> None:
        readable = [record for record in part if isinstance(record.sent, str)]
        for record in part:
            if isinstance(record.sent, UnreadRow):
                self._keep(record)
                tell_unread(self._file, record.sent)
        if not readable:
            return
        results = self._target.send(self._opened.head, [str(record.sent) for record in readable])
        # Strictly: with one answer too few, all that follow would be told of the wrong lines.
        for record, result in zip(readable, results, strict=True):
            self._take_note(record, result)

    def _take_note(self, record: FileRecord, result: LineResult) -> None:
        counts = self._counts
        if problem := result.problem:
            self._keep(record)
            field = f"{problem.where.field}: " if problem.where.field else ""
            click.echo(f"{self._file}:{record.line}: {field}{problem.cause} — {problem.remedy}", err=True)
            return
        is_new = result.status == 201
        counts.new += is_new
        counts.known += not is_new
        counts.continued += result.continued
        counts.unaccepted += result.unaccepted

    def _keep(self, record: FileRecord) -> None:
        self._counts.refused += 1
        self._refused.keep(record)


class _RefusedLines:
    """The refused lines, in a file beside the imported one that is made for the first of them."""

    def __init__(self, file: Path, opened: ImportFile) -> None:
        self.path = file.with_name(f"{file.stem}.refused{opened.ending}")
        self._head = opened.kept_head
        self._target: TextIO | None = None

    def keep(self, record: FileRecord) -> None:
        """Keep a refused line as it stands."""
        if self._target is None:
            self._target = self.path.open("w", encoding="utf-8", newline="")
            self._target.write(self._head)
        self._target.write(record.kept)

    def close(self) -> None:
        """Let go of the file."""
        if self._target is not None:
            self._target.close()
