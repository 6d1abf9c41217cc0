"""A paper as a workbook: one sheet, its blocks below one another, numbers as numbers, nothing taken for a formula."""

from collections.abc import Sequence
from dataclasses import dataclass
from io import BytesIO
from unicodedata import east_asian_width

from openpyxl import Workbook
from openpyxl.drawing.image import Image
from openpyxl.styles import Alignment, Border, Font, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.header_footer import HeaderFooterItem, _HeaderFooterPart
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

from shared.files.formulas import no_formula
from shared.papers.archives import timeless
from shared.papers.codes import code_png
from shared.papers.numbering import numbered
from shared.rules.papers.model import (
    Block,
    Cell,
    Code,
    Heading,
    Items,
    Manner,
    NewPage,
    OfficePaper,
    PageSize,
    Pairs,
    PaperTable,
    Paragraph,
    Picture,
    SignLines,
)

_FACE = "宋体"
_SIZES = {1: 16, 2: 13, 3: 11}
_LEAST, _MOST = 10, 48  # characters that a column is wide
_SHEET_NAME = 31  # characters that the format lets a sheet's name have
_CELL = 32767  # characters that the format lets a cell have
_HEADER = 120  # of 255 that the format lets a header have, fields among them
_LINE = 16  # points that a line is high
_PICTURE = 320  # dots that a picture is wide
_BORDER = Border(*(Side(style="thin"),) * 4)
_WRAPPED = Alignment(wrap_text=True, vertical="top")
_CENTRED = Alignment(horizontal="center", vertical="center", wrap_text=True)


def xlsx_of(paper: OfficePaper) -> bytes:
    """Return a paper as a workbook."""
    book = Workbook()
    sheet = book.active
    if not isinstance(sheet, Worksheet):
        raise TypeError("a new workbook has a sheet")
    sheet.title = (
        "".join(mark for mark in paper.title if mark not in "[]:*?/\\'")[:_SHEET_NAME].strip() or "1"
    )
    writer = _Sheet(sheet, max(map(_width, paper.blocks), default=2))
    for block in paper.blocks:
        writer.add(block)
    writer.set_up(paper)
    out = BytesIO()
    book.save(out)
    return timeless(out.getvalue())


def _width(block: Block) -> int:
    """How many columns a block takes."""
    if isinstance(block, PaperTable):
        return max(len(block.heads), *(len(row) for row in block.rows), 2)
    return len(block.labels) if isinstance(block, SignLines) else 2


@dataclass(slots=True)
class _Sheet:
    sheet: Worksheet
    width: int
    row: int = 0

    def add(self, block: Block) -> None:
        if isinstance(block, Heading):
            self._across(block.text, Font(name="黑体", size=_SIZES[block.level]), is_title=block.level == 1)
        elif isinstance(block, Paragraph):
            self._across(block.text, Font(name=_FACE, size=18 if block.manner is Manner.BIG else 11))
        elif isinstance(block, Items):
            self._items(block)
        elif isinstance(block, Pairs | PaperTable):
            self._table(block.heads, block.rows)
        elif isinstance(block, SignLines):
            self._cells(tuple(f"{label}: " for label in block.labels), is_head=False)
        else:
            self._other(block)

    def _items(self, block: Items) -> None:
        for item in block.items:
            self._across(f"· {item}", Font(name=_FACE, size=11))

    def _table(self, heads: Sequence[str], rows: Sequence[Sequence[Cell]]) -> None:
        if heads:
            self._cells(heads, is_head=True)
        for row in rows:
            self._cells(row, is_head=False)

    def _other(self, block: Picture | Code | NewPage) -> None:
        if isinstance(block, NewPage):
            self.row += 1
            return
        picture = Image(BytesIO(block.data if isinstance(block, Picture) else code_png(block.address)))
        scale = min(1, _PICTURE / picture.width)
        picture.width, picture.height = int(picture.width * scale), int(picture.height * scale)
        self.row += 1
        self.sheet.add_image(picture, f"A{self.row}")
        self.sheet.row_dimensions[self.row].height = min(picture.height * 0.75 + 6, 409)
        if block.caption:
            self._across(block.caption, Font(name=_FACE, size=9))

    def _across(self, text: str, font: Font, *, is_title: bool = False) -> None:
        self.row += 1
        cell = self.sheet.cell(self.row, 1, no_formula(text[: _CELL - 1]))
        cell.font, cell.alignment = font, _CENTRED if is_title else _WRAPPED
        self.sheet.merge_cells(None, self.row, 1, self.row, self.width)
        size = (font.size or 11) / 11
        room = self.width * _MOST / 2 / size
        lines = sum(max(1, -(-_room_of(line) // int(room))) for line in text.split("\n"))
        self.sheet.row_dimensions[self.row].height = min(lines * _LINE * size + 4, 409)

    def _cells(self, values: Sequence[Cell], *, is_head: bool) -> None:
        self.row += 1
        for nth, value in enumerate(values, 1):
            cell = self.sheet.cell(
                self.row, nth, no_formula(value[: _CELL - 1]) if isinstance(value, str) else value
            )
            cell.font = Font(name="黑体" if is_head else _FACE, size=11)
            cell.border, cell.alignment = _BORDER, _CENTRED if is_head else _WRAPPED

    def set_up(self, paper: OfficePaper) -> None:
        """Set widths, and how the sheet is printed."""
        for nth in range(1, self.width + 1):
            rows = self.sheet.iter_rows(min_col=nth, max_col=nth, values_only=True)
            widest = max((_widest(row[0]) for row in rows if nth > 1 or row[0]), default=0)
            letter = get_column_letter(nth)
            self.sheet.column_dimensions[letter].width = min(
                max(widest + 2, _LEAST), _MOST / (1.5 if nth == 1 else 1)
            )
        before, between, after = numbered(paper.language)
        self.sheet.oddHeader = _middle(_plain(paper.header))
        self.sheet.oddFooter = _middle(f"{_plain(paper.footer)} {before}&P{between}&N{after}".strip())
        self.sheet.page_setup.paperSize = "11" if paper.size is PageSize.A5 else "9"
        self.sheet.page_setup.orientation = "landscape" if paper.size is PageSize.LANDSCAPE else "portrait"
        self.sheet.page_setup.fitToWidth, self.sheet.page_setup.fitToHeight = 1, 0
        self.sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)


def _middle(text: str) -> HeaderFooterItem:
    return HeaderFooterItem(center=_HeaderFooterPart(text=text or None))


def _plain(text: str) -> str:
    """A text in a header, where an ampersand begins a field."""
    return text[:_HEADER].replace("&", "&&").replace("\n", " ")


def _widest(value: object) -> int:
    return max(map(_room_of, str(value if value is not None else "").split("\n")))


def _room_of(text: str) -> int:
    return sum(2 if east_asian_width(mark) in "WF" else 1 for mark in text)
