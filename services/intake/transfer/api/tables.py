"""A table as an office keeps it, read line by line: CSV in any common form, or the first sheet of an Excel workbook.

Decides what a file is by what is in it. It is kept on disk meanwhile, for that must be known before the first line.
"""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import IO
from zoneinfo import ZoneInfo

from services.intake.domain.refusal import refusal
from services.intake.transfer.api.lines import (
    LONGEST,
    MOST_LINES,
    PLAIN,
    Line,
    TextForm,
    csv_lines,
    known_heads,
    row_line,
)
from shared.files.encodings import OLD_WORKBOOK, SEPARATORS, WORKBOOK, Undecodable, encoding_of, separator_of
from shared.files.workbooks import BrokenWorkbook, workbook_rows

_IN_MEMORY = 2**20  # bytes; what is longer waits on disk


@dataclass(frozen=True, slots=True)
class TableLines:
    """A table that is being read.

    Args:
        read_as: how it was read; None: as UTF-8 with commas, where nothing had to be found out.
    """

    lines: Iterator[Line]
    read_as: str | None = None


@contextmanager
def table_lines(stream: IO[bytes], zone: ZoneInfo) -> Iterator[TableLines]:
    """Read a table.

    Args:
        zone: the town's, for instants without an offset.

    Raises:
        Refusal: `old-workbook`, `workbook-broken`, `unknown-columns` and the like: nothing of the file can be read.
    """
    with tempfile.SpooledTemporaryFile(_IN_MEMORY) as file:
        shutil.copyfileobj(stream, file)
        file.seek(0)
        begins = file.read(4)
        if begins == OLD_WORKBOOK:
            raise refusal("old-workbook", {"field": "file"})
        yield _of_workbook(file, zone) if begins == WORKBOOK else _of_text(file, zone)


def _of_text(file: IO[bytes], zone: ZoneInfo) -> TableLines:
    form = _form_of(file)
    file.seek(0)
    lines = csv_lines(file, form, zone)
    is_plain = form.encoding in ("utf-8", PLAIN.encoding) and form.separator == PLAIN.separator
    written = f"{form.encoding.removesuffix('-sig').upper()}, {SEPARATORS[form.separator]}"
    return TableLines(lines, None if is_plain else written)


def _form_of(file: IO[bytes]) -> TextForm:
    try:
        encoding = encoding_of(file)
    except Undecodable:
        # A damaged file is read up to the damage, and told where that is.
        encoding = PLAIN.encoding
    file.seek(0)
    # No line is decoded alone in UTF-16: two bytes are a sign.
    head = file.read(LONGEST).decode(encoding, errors="replace").partition("\n")[0]
    if head.lower().startswith("sep=") and len(head) > len("sep="):
        return TextForm(encoding, head[len("sep=")] if head[len("sep=")] in SEPARATORS else PLAIN.separator)
    return TextForm(encoding, separator_of(head))


def _of_workbook(file: IO[bytes], zone: ZoneInfo) -> TableLines:
    try:
        sheet, cells = workbook_rows(file)
        rows = enumerate(cells, start=1)
        first = next((row for _, row in rows if any(row)), ())
    except BrokenWorkbook as wrong:
        raise refusal("workbook-broken", {"field": "file"}, detail=str(wrong)) from wrong
    if not first:
        raise refusal("no-columns")
    return TableLines(_sheet_lines(known_heads(first), rows, zone), f"Excel, {sheet}")


def _sheet_lines(
    heads: list[str], rows: Iterator[tuple[int, tuple[str, ...]]], zone: ZoneInfo
) -> Iterator[Line]:
    number = 0
    try:
        for number, cells in rows:
            size = sum(map(len, cells))
            if number > MOST_LINES:
                yield Line(number, refusal("too-many-lines", {"field": "line"}, limit=MOST_LINES))
                return
            if size > LONGEST:
                yield Line(number, refusal("line-too-long", {"field": "line"}, limit=LONGEST))
            elif any(cells):
                # A spreadsheet leaves blank cells at the end of a row out.
                yield Line(number, row_line(heads, [*cells, *[""] * (len(heads) - len(cells))], zone), size)
    except BrokenWorkbook as wrong:
        yield Line(number + 1, refusal("unreadable-from-here", {"field": "line"}, detail=str(wrong)))
