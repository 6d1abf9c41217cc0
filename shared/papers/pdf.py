"""A paper to print: laid out here line by line, with the characters that it uses embedded.

Decides how it looks. Text is drawn and nothing else: no field, script, link or form is in the file. What neither
face can show stands as its code, so that no character is lost without a word.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache
from importlib.resources import as_file, files
from io import BytesIO

from fpdf import FPDF
from fpdf.fonts import TTFFont
from fpdf.image_parsing import preload_image

from shared.papers.codes import code_png
from shared.papers.layout import CODE_MM, MARGIN_MM, PICTURE_MM, room_of, sizes_of, widths_of
from shared.papers.line_breaks import broken
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
    Pairs,
    PaperTable,
    Paragraph,
    Picture,
    SignLines,
)

SERIF, SANS = "serif", "sans"
_FONTS, _FILES = "pylopdf_fonts_zh_cn", {SERIF: "NotoSerifSC-Regular.otf", SANS: "NotoSansSC-Regular.otf"}
_NO_MOMENT = datetime(1980, 1, 1, tzinfo=UTC)
_POINT = 25.4 / 72  # millimetres
_LEADING = 1.6  # of a line of text, in its size
_PADDING = 1.2  # within a cell
_GAP = 2.5  # after a block
_LONG = 1 / 3  # of a page: a higher row begins where it is, and goes on
_KEPT = 14  # what must fit below a heading
_HEADINGS = {1: 20.0, 2: 14.0, 3: 12.0}
_TEXTS = {Manner.PLAIN: 11.0, Manner.BIG: 16.0, Manner.SMALL: 8.5}
_FOR_A_PEN = 3  # lines that an answer left empty is high
_TABLE, _SMALL = 9.5, 8.5
_GREY = 242


def pdf_of(paper: OfficePaper) -> bytes:
    """Return a paper as a PDF."""
    printer = _Printer(_new(paper), room_of(paper.size), sizes_of(paper.size)[1] - MARGIN_MM)
    printer.begin_page()
    for block in paper.blocks:
        printer.add(block)
    printer.margins(paper)
    return bytes(printer.pdf.output())


def _new(paper: OfficePaper) -> FPDF:
    pdf = FPDF(unit="mm", format=sizes_of(paper.size))
    pdf.set_auto_page_break(False)
    pdf.set_margin(MARGIN_MM)
    pdf.set_creation_date(_NO_MOMENT)
    pdf.set_title(paper.title)
    pdf.set_lang("zh-CN" if paper.language == "zh" else "en")
    pdf.str_alias_nb_pages = ""  # no text stands for a number of pages
    pdf.c_margin = 0
    for face, path in _paths().items():
        pdf.add_font(face, fname=path)
    pdf.set_fallback_fonts([SERIF, SANS])
    pdf.set_line_width(0.2)
    return pdf


@cache
def _paths() -> dict[str, str]:
    """Where the faces lie; they come as files with their package."""
    found = {}
    for face, name in _FILES.items():
        with as_file(files(_FONTS).joinpath(name)) as path:
            found[face] = str(path)
    return found


@dataclass(slots=True)
class _Printer:
    """Puts blocks on pages.

    Args:
        room: width for text; bottom: where text ends; y: where the next line begins.
    """

    pdf: FPDF
    room: float
    bottom: float
    y: float = MARGIN_MM
    rulers: dict[str, Callable[[str], float]] = field(default_factory=dict)

    def begin_page(self) -> None:
        self.pdf.add_page()
        self.y = float(MARGIN_MM)

    def add(self, block: Block) -> None:
        if isinstance(block, Heading):
            self._heading(block)
        elif isinstance(block, Paragraph):
            self._text(block.text, _TEXTS[block.manner], align="C" if block.manner is Manner.BIG else "L")
        elif isinstance(block, Items):
            for item in block.items:
                self._text(item, _TEXTS[Manner.PLAIN], mark="•")
        elif isinstance(block, Pairs | PaperTable):
            self._table(block.heads, block.rows)
        elif isinstance(block, SignLines):
            self._signatures(block)
        elif isinstance(block, NewPage):
            self.begin_page()
        else:
            self._picture(block)

    def _heading(self, block: Heading) -> None:
        size = _HEADINGS[block.level]
        if block.level > 1:
            self.y += _GAP
        self._need(size * _LEADING * _POINT + _KEPT)
        self._text(block.text, size, face=SANS, align="C" if block.level == 1 else "L")

    def _text(self, text: str, size: float, *, face: str = SERIF, align: str = "L", mark: str = "") -> None:
        height, indent = size * _LEADING * _POINT, size * _POINT if mark else 0
        for nth, line in enumerate(self._lines(text, self.room - indent, face, size)):
            self._need(height)
            if mark and nth == 0:
                self._put(mark, MARGIN_MM, self.y, face=face, size=size)
            self._put(
                line, MARGIN_MM + indent, self.y, face=face, size=size, width=self.room - indent, align=align
            )
            self.y += height
        self.y += _GAP / 2

    def _table(self, heads: Sequence[str], rows: Sequence[Sequence[Cell]]) -> None:
        widths = widths_of(heads, rows, self.room)
        head = self._row(heads, widths, is_head=True)
        if heads:
            self._draw(head, widths, is_head=True, again=None)
        for values in rows:
            cells = self._row(values, widths, is_head=False, names=not heads)
            self._draw(cells, widths, is_head=False, again=head if heads else None, names=not heads)
        self.y += _GAP

    def _row(
        self, values: Sequence[Cell], widths: Sequence[float], *, is_head: bool, names: bool = False
    ) -> list["_Lines"]:
        cells = []
        for nth, width in enumerate(widths):
            value = values[nth] if nth < len(values) else ""
            face = SANS if is_head or (names and nth == 0) else SERIF
            align = "C" if is_head else "L" if isinstance(value, str) else "R"
            cells.append(_Lines(self._lines(str(value), width - 2 * _PADDING, face, _TABLE), face, align))
        return cells

    def _draw(
        self,
        cells: Sequence["_Lines"],
        widths: Sequence[float],
        *,
        is_head: bool,
        again: Sequence["_Lines"] | None,
        names: bool = False,
    ) -> None:
        """Draw a row; one that is higher than what is left goes on where the next page begins."""
        height = _TABLE * _LEADING * _POINT
        lines = max(len(cell.lines) for cell in cells)
        if names and cells[-1].lines == [""]:
            lines = _FOR_A_PEN
        is_long = lines * height > (self.bottom - MARGIN_MM) * _LONG
        if self._needs_page((2 if is_long else lines) * height + 2 * _PADDING):
            self._turn(widths, again)
        first = 0
        while first < lines:
            fit = max(1, int((self.bottom - self.y - 2 * _PADDING) / height))
            part = min(fit, lines - first)
            self._part(cells, widths, range(first, first + part), is_filled=is_head, names=names)
            first += part
            if first < lines:
                self._turn(widths, again)

    def _turn(self, widths: Sequence[float], again: Sequence["_Lines"] | None) -> None:
        self.begin_page()
        if again is not None:
            lines = max(len(cell.lines) for cell in again)
            self._part(again, widths, range(lines), is_filled=True)

    def _part(
        self,
        cells: Sequence["_Lines"],
        widths: Sequence[float],
        part: range,
        *,
        is_filled: bool,
        names: bool = False,
    ) -> None:
        height = _TABLE * _LEADING * _POINT
        x, whole = float(MARGIN_MM), len(part) * height + 2 * _PADDING
        for nth, (cell, width) in enumerate(zip(cells, widths, strict=True)):
            self.pdf.set_fill_color(_GREY)
            self.pdf.rect(x, self.y, width, whole, style="DF" if is_filled or (names and nth == 0) else "D")
            for n, line in enumerate(cell.lines[part.start : part.stop]):
                y = self.y + _PADDING + n * height
                wide = width - 2 * _PADDING
                self._put(line, x + _PADDING, y, face=cell.face, size=_TABLE, width=wide, align=cell.align)
            x += width
        self.y += whole

    def _picture(self, block: Picture | Code) -> None:
        data = BytesIO(code_png(block.address) if isinstance(block, Code) else block.data)
        width = min(CODE_MM if isinstance(block, Code) else PICTURE_MM, self.room)
        info = preload_image(self.pdf.image_cache, data)[2]
        most = (self.bottom - MARGIN_MM) / 2
        height = width * info.height / info.width
        if height > most:
            width, height = width * most / height, most
        self._need(height + _SMALL * _LEADING * _POINT)
        self.pdf.image(data, MARGIN_MM + (self.room - width) / 2, self.y, width, height)
        self.y += height + 1
        if block.caption:
            self._text(block.caption, _SMALL, align="C")

    def _signatures(self, block: SignLines) -> None:
        width, height = self.room / len(block.labels), _TEXTS[Manner.PLAIN] * _LEADING * _POINT
        self._need(height * 2)
        self.y += height
        for nth, label in enumerate(block.labels):
            x = MARGIN_MM + nth * width
            said = f"{label}："
            self._put(said, x, self.y, face=SERIF, size=_TEXTS[Manner.PLAIN])
            begins = x + sum(map(self._ruler(SERIF, _TEXTS[Manner.PLAIN]), said)) + 1
            if begins < x + width - 4:
                self.pdf.line(begins, self.y + height - 1, x + width - 4, self.y + height - 1)
        self.y += height + _GAP

    def margins(self, paper: OfficePaper) -> None:
        """Write what stands above and below each page, once it is known how many there are."""
        before, between, after = numbered(paper.language)
        total = self.pdf.pages_count
        for n in range(1, total + 1):
            self.pdf.page = n
            self.pdf.set_font(SANS, size=_SMALL)  # another face first: each page has to be told its own
            for text, y in (
                (paper.header, MARGIN_MM / 2),
                (f"{paper.footer}    {before}{n}{between}{total}{after}".strip(), self.bottom + 6),
            ):
                line = next(iter(self._lines(text, self.room, SERIF, _SMALL)))
                self._put(line, MARGIN_MM, y, face=SERIF, size=_SMALL, width=self.room, align="C")

    def _need(self, height: float) -> None:
        if self._needs_page(height):
            self.begin_page()

    def _needs_page(self, height: float) -> bool:
        return self.y + height > self.bottom and self.y > MARGIN_MM

    def _put(
        self,
        text: str,
        x: float,
        y: float,
        *,
        face: str,
        size: float,
        width: float | None = None,
        align: str = "L",
    ) -> None:
        if not text:
            return
        self.pdf.set_font(face, size=size)
        self.pdf.set_xy(x, y)
        self.pdf.cell(width or self.room, size * _LEADING * _POINT, text, align=align)

    def _lines(self, text: str, room: float, face: str, size: float) -> list[str]:
        return broken("".join(map(self._shown, text)), room, self._ruler(face, size))

    def _ruler(self, face: str, size: float) -> Callable[[str], float]:
        at_one = self.rulers.get(face) or self.rulers.setdefault(face, self._measure(face))
        return lambda mark: at_one(mark) * size

    def _measure(self, face: str) -> Callable[[str], float]:
        @cache
        def wide(mark: str) -> float:
            self.pdf.set_font(face, size=100)
            return self.pdf.get_string_width(mark) / 100

        return wide

    def _shown(self, mark: str) -> str:
        is_there = mark in "\n\t" or any(ord(mark) in font.cmap for font in self._faces())
        return mark if is_there else f"[U+{ord(mark):04X}]"

    def _faces(self) -> Iterator[TTFFont]:
        yield from (font for font in self.pdf.fonts.values() if isinstance(font, TTFFont))


@dataclass(frozen=True, slots=True)
class _Lines:
    lines: list[str]
    face: str
    align: str
