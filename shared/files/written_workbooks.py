"""Rows as an Excel workbook: one sheet, its heads above, nothing in it that a program would take for a formula."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from io import BytesIO
from zoneinfo import ZoneInfo

from openpyxl import Workbook
from openpyxl.utils import get_column_letter

from shared.files.formulas import no_formula

CONTENT_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_TITLE = 31  # characters that the format lets a sheet's name have
_WIDTH = 22
Cell = str | int | datetime | None


def workbook_of(title: str, heads: Sequence[str], rows: Iterable[Sequence[Cell]], zone: str) -> bytes:
    """Return a workbook.

    Args:
        zone: IANA name; instants stand in it as that place's clocks show them.
    """
    book = Workbook(write_only=True)
    sheet = book.create_sheet("".join(mark for mark in title if mark not in "[]:*?/\\")[:_TITLE] or "1")
    sheet.freeze_panes = "A2"
    for nth in range(1, len(heads) + 1):
        sheet.column_dimensions[get_column_letter(nth)].width = _WIDTH
    tz = ZoneInfo(zone)
    sheet.append([no_formula(head) for head in heads])
    for row in rows:
        sheet.append([_cell(value, tz) for value in row])
    written = BytesIO()
    book.save(written)
    return written.getvalue()


def _cell(value: Cell, tz: ZoneInfo) -> Cell:
    if isinstance(value, datetime):
        # The format knows no zones, and no parts of a second that anybody would read.
        return value.astimezone(tz).replace(tzinfo=None, microsecond=0)
    return no_formula(value) if isinstance(value, str) else value
