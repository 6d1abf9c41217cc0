"""A table as an office keeps it, read row by row: CSV of any common form, or the first sheet of an Excel workbook.

Decides what a file is by what is in it, not by its name: UTF-8 with or without a mark, UTF-16 (Excel's 'Unicode text')
or GB18030; comma, semicolon or tab. Every cell comes as text. Must not know what a column means.
"""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Protocol

from gridcase.recorded.words import problem, said
from shared.files.encodings import OLD_WORKBOOK, SEPARATORS, WORKBOOK, Undecodable, encoding_of, separator_of
from shared.files.workbooks import BrokenWorkbook, workbook_rows
from shared.kernel.texts import Text

LONGEST_CELL = 512 * 2**10  # characters: as long as a whole line may be that an import takes
_PART = 2**16
csv.field_size_limit(
    LONGEST_CELL
)  # the module's own, 131,072, is lower than what an export of a long case has


@dataclass(frozen=True, slots=True)
class TableRow:
    """One row.

    Args:
        line: its first line in the file, from 1; in a workbook its row.
        end: how far into the file it reaches, measured as the table's size is.
    """

    line: int
    cells: tuple[str, ...]
    end: int


@dataclass(frozen=True, slots=True)
class TableFile:
    """A table that is being read.

    Args:
        heads: names of the columns, without blanks around them; those of empty columns at the end are left out.
        rows: without blank ones.
        size: of the whole file, 0 where it is not known.
        read_as: how the file was read, to be told.
    """

    path: Path
    heads: tuple[str, ...]
    rows: Iterator[TableRow]
    size: int
    read_as: Text


@contextmanager
def open_table(path: Path) -> Iterator[TableFile]:
    """Open a table for reading.

    Raises:
        Problem: `table-…` – it is none, it is empty, or it can't be read from some line on; while rows are read too.
    """
    with path.open("rb") as file:
        begins = file.read(4)
        if begins == OLD_WORKBOOK:
            raise problem("table-old-workbook", file=path)
        if begins == WORKBOOK:
            yield _of_workbook(path, file)
            return
        try:
            encoding = encoding_of(file)
        except Undecodable as wrong:
            raise problem("table-no-encoding", file=path, line=wrong.line) from wrong
        file.seek(0)
        with io.TextIOWrapper(file, encoding, newline="") as text:
            yield _of_text(path, file, text)


def _of_workbook(path: Path, file: IO[bytes]) -> TableFile:
    try:
        sheet, rows = workbook_rows(file)
        numbered = _of_sheet(path, rows)
        return _table(path, numbered, 0, said("read-workbook", sheet=sheet))
    except BrokenWorkbook as wrong:
        raise problem("table-workbook-broken", file=path, detail=wrong) from wrong


def _of_sheet(path: Path, rows: Iterator[tuple[str, ...]]) -> Iterator[TableRow]:
    try:
        yield from (TableRow(number, cells, number) for number, cells in enumerate(rows, start=1))
    except BrokenWorkbook as wrong:
        raise problem("table-workbook-broken", file=path, detail=wrong) from wrong


def _of_text(path: Path, file: IO[bytes], text: io.TextIOWrapper) -> TableFile:
    separator = separator_of(text.readline())
    text.seek(0)
    # Strictly: a quotation mark that is never closed would else take the rest of the file for one cell.
    reader = csv.reader(text, strict=True, delimiter=separator)
    rows = _numbered(path, reader, file)
    how = said("read-text", encoding=text.encoding.removesuffix("-sig").upper())
    with_ = said(f"separated-by-{SEPARATORS[separator]}")
    return _table(path, rows, path.stat().st_size, Text(how.zh + with_.zh, how.en + with_.en))


def _table(path: Path, rows: Iterator[TableRow], size: int, read_as: Text) -> TableFile:
    first = next((row for row in rows if any(row.cells) and not _names_separator(row)), None)
    if first is None:
        raise problem("table-empty", file=path)
    heads = [head.strip() for head in first.cells]
    while heads and not heads[-1]:
        heads.pop()
    return TableFile(path, tuple(heads), _fitted(rows, len(heads)), size, read_as)


def _names_separator(row: TableRow) -> bool:
    """'sep=;' before the heads is a word to Excel alone."""
    return row.line == 1 and row.cells[0].lower() == "sep="


def _fitted(rows: Iterable[TableRow], width: int) -> Iterator[TableRow]:
    """Leave out blank rows, and blank cells beyond the last column: spreadsheets write such where nothing is."""
    for row in rows:
        cells = list(row.cells)
        while len(cells) > width and not cells[-1]:
            cells.pop()
        if any(cells):
            yield TableRow(row.line, tuple(cells), row.end)


class _Reader(Protocol):
    """What `csv.reader` returns, whose own type has no public name."""

    @property
    def line_num(self) -> int: ...

    def __next__(self) -> list[str]: ...


def _numbered(path: Path, reader: _Reader, file: IO[bytes]) -> Iterator[TableRow]:
    while True:
        begins = reader.line_num + 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as wrong:
            raise problem("table-unreadable-from-here", file=path, line=begins, detail=wrong) from wrong
        yield TableRow(begins, tuple(cells), file.tell())


def csv_row(cells: Sequence[str]) -> str:
    """Return a row as a line of CSV."""
    target = io.StringIO()
    csv.writer(target).writerow(cells)
    return target.getvalue()
