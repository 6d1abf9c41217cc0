"""The first sheet of an Excel workbook as rows of text.

Decides how a cell is written: a date as its local instant or day, a whole number without decimals. Formulas come as
what Excel worked out last.
"""

import warnings
import zlib
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import IO
from zipfile import BadZipFile, ZipFile

MOST_UNPACKED = 512 * 2**20  # bytes: a small file may hold gigabytes of blanks, which would lie in memory


class BrokenWorkbook(Exception):
    """A workbook that can't be read, in words of the one who found it."""


def workbook_rows(file: IO[bytes]) -> tuple[str, Iterator[tuple[str, ...]]]:
    """Return the name of the first sheet and its rows, empty ones too.

    Raises:
        BrokenWorkbook: also while its rows are read.
    """
    # Large, and no service that is merely started reads a workbook.
    from openpyxl import load_workbook
    from openpyxl.utils.exceptions import InvalidFileException

    try:
        _refuse_too_large(file)
        with warnings.catch_warnings():
            # It warns of forms and pictures that it leaves out: no rows are among them.
            warnings.simplefilter("ignore")
            book = load_workbook(file, read_only=True, data_only=True)
            sheet = book.worksheets[0]
    except (BadZipFile, InvalidFileException, KeyError, IndexError, ValueError, OSError) as wrong:
        raise BrokenWorkbook(str(wrong)) from wrong
    # What some programs write of a sheet's extent is wrong, and rows beyond it would be passed over.
    sheet.reset_dimensions()
    return sheet.title, _rows(sheet.iter_rows(values_only=True))


def _refuse_too_large(file: IO[bytes]) -> None:
    """By what the archive says of itself: no more than that is ever unpacked of a part."""
    with ZipFile(file) as archive:
        size = sum(part.file_size for part in archive.infolist())
    if size > MOST_UNPACKED:
        raise BrokenWorkbook(f"unpacked it has {size} bytes, and {MOST_UNPACKED} are the most")
    file.seek(0)


def _rows(cells: Iterator[tuple[object, ...]]) -> Iterator[tuple[str, ...]]:
    try:
        for row in cells:
            yield tuple(map(_text, row))
    # SyntaxError is what the reader of XML raises.
    except (BadZipFile, SyntaxError, KeyError, ValueError, OSError, EOFError, zlib.error) as wrong:
        raise BrokenWorkbook(str(wrong)) from wrong


def _text(value: object) -> str:
    match value:
        case None:
            return ""
        case bool():
            return "yes" if value else "no"
        case float() if value.is_integer():
            return str(int(value))
        case datetime():
            return _instant(value)
        case date() | time():
            return value.isoformat()
    return str(value)


def _instant(at: datetime) -> str:
    # Kept as a fraction of a day: a second is not always a whole one.
    whole = (at + timedelta(milliseconds=500)).replace(microsecond=0)
    # A cell that shows a day alone has its midnight.
    return f"{whole.date()}" if whole.time() == time.min else whole.isoformat(sep=" ")
