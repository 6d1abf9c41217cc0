"""A paper for Word: in the faces that offices have, with real headings, tables and page numbers."""

from collections.abc import Sequence
from dataclasses import dataclass
from io import BytesIO
from typing import Any

from docx import Document
from docx.document import Document as Written
from docx.enum.section import WD_ORIENT
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_BREAK
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt
from docx.table import Table as WrittenTable
from docx.text.paragraph import Paragraph as WrittenParagraph

from shared.papers.archives import timeless
from shared.papers.codes import code_png
from shared.papers.layout import CODE_MM, MARGIN_MM, PICTURE_MM, room_of, sizes_of, widths_of
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

_SONG, _HEI, _LATIN = "宋体", "黑体", "Times New Roman"
_HEADINGS = {1: 20, 2: 14, 3: 12}
_TEXTS = {Manner.PLAIN: 12, Manner.BIG: 16, Manner.SMALL: 9}
_TABLE = 10.5


def docx_of(paper: OfficePaper) -> bytes:
    """Return a paper as a document for Word."""
    written = Document()
    writer = _Writer(written, paper.size)
    writer.set_up(paper)
    for block in paper.blocks:
        writer.add(block)
    out = BytesIO()
    written.save(out)
    return timeless(out.getvalue())


@dataclass(frozen=True, slots=True)
class _Writer:
    written: Written
    size: PageSize

    def set_up(self, paper: OfficePaper) -> None:
        """Set the page, the faces, and what stands above and below each page."""
        section = self.written.sections[0]
        width, height = sizes_of(paper.size)
        section.page_width, section.page_height = Mm(width), Mm(height)
        is_wide = paper.size is PageSize.LANDSCAPE
        section.orientation = WD_ORIENT.LANDSCAPE if is_wide else WD_ORIENT.PORTRAIT
        section.left_margin = section.right_margin = Mm(MARGIN_MM)
        section.top_margin = section.bottom_margin = Mm(MARGIN_MM)
        normal: Any = self.written.styles.default(WD_STYLE_TYPE.PARAGRAPH)
        normal.font.size = Pt(12)
        normal.paragraph_format.space_after = Pt(6)
        _set_faces(normal.element.get_or_add_rPr(), _SONG)
        self.written.core_properties.title = paper.title[:200]
        self.written.core_properties.author = self.written.core_properties.comments = ""
        if paper.header:
            _say(section.header.paragraphs[0], paper.header, 9, align=WD_ALIGN_PARAGRAPH.CENTER)
        _footer(section.footer.paragraphs[0], paper)

    def add(self, block: Block) -> None:
        if isinstance(block, Heading):
            self._heading(block)
        elif isinstance(block, Paragraph):
            align = WD_ALIGN_PARAGRAPH.CENTER if block.manner is Manner.BIG else None
            _say(self.written.add_paragraph(), block.text, _TEXTS[block.manner], align=align)
        elif isinstance(block, Items):
            for item in block.items:
                _say(self.written.add_paragraph(style="List Bullet"), item, 12)
        elif isinstance(block, Pairs | PaperTable):
            self._table(block.heads, block.rows)
        elif isinstance(block, SignLines):
            self._signatures(block)
        elif isinstance(block, NewPage):
            self.written.add_paragraph().add_run().add_break(WD_BREAK.PAGE)
        else:
            self._picture(block)

    def _heading(self, block: Heading) -> None:
        paragraph = self.written.add_paragraph(style=f"Heading {block.level}")
        align = WD_ALIGN_PARAGRAPH.CENTER if block.level == 1 else None
        _say(paragraph, block.text, _HEADINGS[block.level], face=_HEI, align=align)

    def _table(self, heads: Sequence[str], rows: Sequence[Sequence[Cell]]) -> None:
        every = [*([heads] if heads else []), *rows]
        if not every:
            return
        width = max(map(len, every))
        table: WrittenTable = self.written.add_table(len(every), width, style="Table Grid")
        table.autofit = False
        widths = widths_of(heads, rows, room_of(self.size))
        for row, values in zip(table.rows, every, strict=True):
            for nth, (cell, value) in enumerate(zip(row.cells, values, strict=False)):
                cell.width = Mm(widths[nth])
                is_head = values is heads or (not heads and nth == 0)
                align = None if isinstance(value, str) else WD_ALIGN_PARAGRAPH.RIGHT
                _say(cell.paragraphs[0], str(value), _TABLE, face=_HEI if is_head else _SONG, align=align)
        if heads:
            _repeat(table)
        self.written.add_paragraph().paragraph_format.space_after = Pt(0)

    def _picture(self, block: Picture | Code) -> None:
        is_code = isinstance(block, Code)
        data = code_png(block.address) if isinstance(block, Code) else block.data
        most = min(CODE_MM if is_code else PICTURE_MM, room_of(self.size))
        paragraph = self.written.add_paragraph()
        paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
        paragraph.add_run().add_picture(BytesIO(data), width=Mm(most))
        if block.caption:
            _say(self.written.add_paragraph(), block.caption, 9, align=WD_ALIGN_PARAGRAPH.CENTER)

    def _signatures(self, block: SignLines) -> None:
        labels = [f"{label}：____________" for label in block.labels]
        _say(self.written.add_paragraph(), "    ".join(labels), 12)


def _say(
    paragraph: WrittenParagraph,
    text: str,
    points: float,
    *,
    face: str = _SONG,
    align: WD_ALIGN_PARAGRAPH | None = None,
) -> None:
    run = paragraph.add_run(text)
    run.font.size = Pt(points)
    run.font.color.rgb = None
    _set_faces(run._element.get_or_add_rPr(), face)
    if align is not None:
        paragraph.alignment = align


def _set_faces(properties: Any, face: str) -> None:
    """The face of Chinese text is an attribute that the library has no name for."""
    faces = properties.get_or_add_rFonts()
    for name, value in (("w:ascii", _LATIN), ("w:hAnsi", _LATIN), ("w:eastAsia", face)):
        faces.set(qn(name), value)
    for theme in ("w:asciiTheme", "w:hAnsiTheme", "w:eastAsiaTheme", "w:cstheme"):
        faces.attrib.pop(qn(theme), None)


def _footer(paragraph: WrittenParagraph, paper: OfficePaper) -> None:
    before, between, after = numbered(paper.language)
    start = f"{paper.footer}    {before}" if paper.footer else before
    _say(paragraph, start, 9, align=WD_ALIGN_PARAGRAPH.CENTER)
    _field(paragraph, "PAGE")
    _say(paragraph, between, 9)
    _field(paragraph, "NUMPAGES")
    _say(paragraph, after, 9)


def _field(paragraph: WrittenParagraph, name: str) -> None:
    """A number that Word fills in."""
    field = OxmlElement("w:fldSimple")
    field.set(qn("w:instr"), name)
    paragraph._p.append(field)


def _repeat(table: WrittenTable) -> None:
    """The head of a table stands on each of its pages."""
    mark = OxmlElement("w:tblHeader")
    mark.set(qn("w:val"), "true")
    table.rows[0]._tr.get_or_add_trPr().append(mark)
