"""A list as an office keeps it, row by row: CSV in any common form, or the first sheet of an Excel workbook.

Decides what a file is by what is in it; it lies on disk meanwhile. Knows no ledger.
"""

import csv
import io
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import IO

from services.ledger.domain.refusal import refusal
from shared.files.encodings import OLD_WORKBOOK, SEPARATORS, WORKBOOK, Undecodable, encoding_of, separator_of
from shared.files.workbooks import BrokenWorkbook, workbook_rows

_IN_MEMORY = 2**20  # bytes; what is longer waits on disk
_LONGEST_HEAD = 64 * 2**10
LONGEST_LINE = 100_000  # characters of all cells of a row

Rows = Iterator[tuple[int, Sequence[str]]]


@dataclass(frozen=True, slots=True)
class ListTable:
    """A table that is being read.

    Args:
        heads: of its columns, without blanks around them.
        rows: number in the file, from 1, and cells; blank rows are passed over.
        read_as: how it was read.
    """

    heads: Sequence[str]
    rows: Rows
    read_as: str


@contextmanager
def table_in(stream: IO[bytes]) -> Iterator[ListTable]:
    """Read a table.

    Raises:
        Problem: `broken-table`: nothing of it can be read.
    """
    with tempfile.SpooledTemporaryFile(_IN_MEMORY) as file:
        shutil.copyfileobj(stream, file)
        file.seek(0)
        begins = file.read(4)
        file.seek(0)
        if begins == OLD_WORKBOOK:
            raise refusal("broken-table", "file", detail=".xls (97-2003)")
        yield _of_workbook(file) if begins == WORKBOOK else _of_text(file)


def _of_text(file: IO[bytes]) -> ListTable:
    try:
        encoding = encoding_of(file)
    except Undecodable as wrong:
        raise refusal("broken-table", "file", detail=f"line {wrong.line}") from wrong
    file.seek(0)
    separator = separator_of(file.read(_LONGEST_HEAD).decode(encoding, errors="replace").partition("\n")[0])
    file.seek(0)
    text = io.TextIOWrapper(file, encoding=encoding, newline="")
    rows = _numbered(csv.reader(text, delimiter=separator))
    return _table(rows, f"{encoding.removesuffix('-sig').upper()}, {SEPARATORS[separator]}")


def _of_workbook(file: IO[bytes]) -> ListTable:
    try:
        sheet, cells = workbook_rows(file)
        return _table(_numbered(cells), f"Excel, {sheet}")
    except BrokenWorkbook as wrong:
        raise refusal("broken-table", "file", detail=str(wrong)) from wrong


def _numbered(cells: Iterator[Sequence[str]]) -> Rows:
    try:
        for number, row in enumerate(cells, start=1):
            if any(row):
                yield number, row
    except (csv.Error, BrokenWorkbook) as wrong:
        raise refusal("broken-table", "file", detail=str(wrong)) from wrong


def _table(rows: Rows, read_as: str) -> ListTable:
    _, heads = next(rows, (1, ()))
    return ListTable([head.strip() for head in heads], rows, read_as)
