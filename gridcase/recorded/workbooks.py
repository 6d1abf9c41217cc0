"""The first sheet of an Excel workbook as rows of text.

Decides how a cell is written: a date as its local instant or day, a whole number without decimals. Formulas come as
what Excel worked out last.
"""

import warnings
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import IO
from zipfile import BadZipFile

from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from gridcase.recorded.words import problem


def workbook_rows(path: Path, file: IO[bytes]) -> tuple[str, Iterator[tuple[str, ...]]]:
    """Return the name of the first sheet and its rows, empty ones too.

    Raises:
        Problem: `table-workbook-broken`.
    """
    try:
        with warnings.catch_warnings():
            # It warns of forms and pictures that it leaves out: no rows are among them.
            warnings.simplefilter("ignore")
            book = load_workbook(file, read_only=True, data_only=True)
            sheet = book.worksheets[0]
    except (BadZipFile, InvalidFileException, KeyError, IndexError, ValueError, OSError) as wrong:
        raise problem("table-workbook-broken", file=path, detail=wrong) from wrong
    # What some programs write of a sheet's extent is wrong, and rows beyond it would be passed over.
    sheet.reset_dimensions()
    return sheet.title, (tuple(map(_text, row)) for row in sheet.iter_rows(values_only=True))


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
