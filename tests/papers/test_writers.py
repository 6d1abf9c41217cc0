"""The writers: whatever people wrote comes out of every format as they wrote it, as text, and the same each time."""

import re
from io import BytesIO
from zipfile import ZipFile

import pypdfium2
import pytest
from docx import Document
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook
from PIL import Image
from pypdf import PdfReader

from shared.papers import PaperFormat, written
from shared.papers.html import html_of
from shared.papers.line_breaks import broken
from shared.papers.pictures import picture_of
from shared.rules.papers.model import (
    Code,
    Heading,
    Items,
    NewPage,
    OfficePaper,
    PageSize,
    Pairs,
    PaperTable,
    Paragraph,
    SignLines,
    printable,
)

# What people type: Chinese, Latin, digits, marks, and what has a meaning in some format or other.
_CHINESE = st.text(
    alphabet=st.characters(min_codepoint=0x4E00, max_codepoint=0x9FA5), min_size=1, max_size=30
)
_LATIN = st.text(alphabet=st.characters(min_codepoint=0x20, max_codepoint=0x7E), min_size=1, max_size=30)
_TRICKS = st.sampled_from(
    ["=1+1", "+86 138", "-2", "@SUM(A1)", "'quoted", "<script>alert(1)</script>", "&amp; <b>", "{{编号}}", "{nb}",
     "# heading", "| a | b |", "**bold**", "&P &N &\"Arial\"", "](http://x)", "\\n", "%PDF /JS (x)", "两行\n之间"]
)  # fmt: skip
TEXTS = st.one_of(_CHINESE, _LATIN, _TRICKS, st.tuples(_CHINESE, _LATIN).map("".join)).map(printable)
# A paper to print takes most of a second: a failing one is not made smaller.
BOUNDED = settings(
    max_examples=15,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
)


def paper_of(text: str) -> OfficePaper:
    """A paper that says the text in every kind of block."""
    return OfficePaper(
        (
            Heading(1, "督查报告"),
            Heading(2, text.replace("\n", " ")),
            Paragraph(text),
            Items((text,)),
            Pairs(((text, text),)),
            PaperTable(("名称", "数值"), ((text, 7),)),
            SignLines(("承办人",)),
        ),
        header="某某镇",
        footer="内部资料",
    )


def pages_of(paper: OfficePaper) -> list[str]:
    """What a reader of the file finds on each page."""
    read = pypdfium2.PdfDocument(written(paper, PaperFormat.PDF))
    try:
        return [squeezed(page.get_textpage().get_text_range()) for page in read]
    finally:
        read.close()


def squeezed(text: str) -> str:
    """A text without blanks: print ends lines where they fit."""
    return re.sub(r"\s+", "", text)


@BOUNDED
@given(TEXTS)
def test_word_gives_every_text_back(text: str) -> None:
    """Each block's text is in the document as it was written, and nothing of it is markup."""
    read = Document(BytesIO(written(paper_of(text), PaperFormat.DOCX)))
    paragraphs = [each.text for each in read.paragraphs]
    # Word has a mark of its own for the end of a line within a paragraph.
    assert paragraphs.count(text) >= 2
    pairs, table = read.tables
    assert [cell.text for cell in pairs.rows[0].cells] == [text, text]
    assert [cell.text for cell in table.rows[1].cells] == [text, "7"]


@BOUNDED
@given(TEXTS)
def test_a_workbook_gives_every_text_back_and_computes_none(text: str) -> None:
    """No cell is a formula; a number stays a number."""
    sheet = load_workbook(BytesIO(written(paper_of(text), PaperFormat.XLSX))).active
    assert sheet is not None
    cells = [cell for row in sheet.iter_rows() for cell in row if cell.value is not None]
    assert {cell.data_type for cell in cells} <= {"s", "n"}
    said = [str(cell.value) for cell in cells]
    assert sum(each in (text, f"'{text}") for each in said) >= 4
    assert [cell.value for cell in cells if cell.data_type == "n"] == [7]


@BOUNDED
@given(TEXTS)
def test_print_shows_every_text(text: str) -> None:
    """What stands on the pages, read back from the file with its line ends left out."""
    shown = "".join(pages_of(paper_of(text)))
    assert shown.count(squeezed(text)) >= 4
    assert "第1页共1页" in shown


@BOUNDED
@given(TEXTS)
def test_a_page_escapes_every_text(text: str) -> None:
    """No text of people makes an element."""
    made = str(html_of(paper_of(text)))
    elements = set(re.findall(r"<(\w+)", made))
    assert elements <= {
        "p",
        "h1",
        "h2",
        "ul",
        "li",
        "table",
        "tbody",
        "thead",
        "tr",
        "th",
        "td",
        "span",
        "br",
    }


@settings(max_examples=5, deadline=None)
@given(TEXTS)
def test_the_same_paper_is_the_same_file(text: str) -> None:
    """Byte for byte, in every format: nothing of the moment of writing is in a file."""
    for as_ in PaperFormat:
        assert written(paper_of(text), as_) == written(paper_of(text), as_)


def test_office_files_name_no_moment() -> None:
    """Neither as the date of an archive's parts nor among the properties."""
    for as_ in (PaperFormat.DOCX, PaperFormat.XLSX):
        with ZipFile(BytesIO(written(paper_of("一"), as_))) as packed:
            assert {part.date_time[0] for part in packed.infolist()} == {1980}
            assert b"dcterms" not in re.sub(rb"xmlns:dcterms", b"", packed.read("docProps/core.xml"))


def test_print_embeds_the_characters_that_it_uses() -> None:
    """Both faces are in the file, as subsets; no reader's machine needs a Chinese font."""
    reader = PdfReader(BytesIO(written(paper_of("路灯不亮"), PaperFormat.PDF)))
    fonts = [font.get_object() for font in reader.pages[0]["/Resources"]["/Font"].values()]  # type: ignore[index]
    assert len(fonts) >= 2
    for font in fonts:
        descriptor = font["/DescendantFonts"][0].get_object()["/FontDescriptor"].get_object()
        assert "/FontFile3" in descriptor
    assert len(written(paper_of("路灯不亮"), PaperFormat.PDF)) < 60_000


def test_what_no_face_shows_stands_as_its_code() -> None:
    """A sign that neither face has is not left out without a word; a rare character of a name is shown."""
    paper = OfficePaper((Paragraph("满意😀，张䶮"),))
    (shown,) = pages_of(paper)
    assert "满意[U+1F600]" in shown
    assert "䶮" in shown


def test_print_has_nothing_that_runs() -> None:
    """No script, no link, no form, no file within: text, lines and pictures."""
    paper = OfficePaper((*paper_of("/JS (app.alert(1))").blocks, Code("https://example.org/x", "扫码")))
    catalogue = PdfReader(BytesIO(written(paper, PaperFormat.PDF)))
    assert not {"/AA", "/AcroForm", "/Names"} & set(catalogue.root_object)
    assert "/S" not in str(
        catalogue.root_object.get("/OpenAction", "")
    )  # where the first page begins, and no action
    assert all("/Annots" not in page for page in catalogue.pages)


@pytest.mark.parametrize("size", list(PageSize))
def test_a_row_higher_than_a_page_goes_on_and_heads_come_again(size: PageSize) -> None:
    """Nothing of a long text is lost, and each page of a table has its heads."""
    long = "第一段话。" * 900
    blocks = (PaperTable(("编号", "经过"), ((1, long), (2, "完"))), NewPage(), Paragraph("末页"))
    texts = pages_of(OfficePaper(blocks, size=size))
    assert len(texts) > 3
    assert "".join(texts).count("第一段话。") > 800  # whole ones; some are parted by the end of a page
    assert all("经过" in text for text in texts[:-1])
    assert "末页" in texts[-1]
    assert f"第{len(texts)}页共{len(texts)}页" in texts[-1]


@given(st.text(max_size=200), st.integers(min_value=3, max_value=40))
def test_lines_fit_and_lose_nothing_but_blanks(text: str, room: int) -> None:
    """Each line is as wide as the room or one character; together they say what the text said."""
    lines = broken(text, room, lambda _: 1)
    assert all(len(line) <= max(room, 1) for line in lines)
    assert squeezed("".join(lines)) == squeezed(text)


def test_no_closing_mark_begins_a_line() -> None:
    """As print does it: 'are' stays whole, and a full stop stays with its word."""
    assert broken("路灯不亮。已报", 4, lambda _: 1) == ["路灯不", "亮。已报"]
    assert broken("they are out", 7, lambda _: 1) == ["they", "are out"]


def test_a_photograph_is_made_small_and_what_is_none_is_left_out() -> None:
    """Without what the camera adds; a file that only says that it is a picture is no picture."""
    out = BytesIO()
    Image.new("RGBA", (3000, 2000), (255, 0, 0, 0)).save(out, "PNG")
    made = picture_of(out.getvalue(), "现场")
    assert made is not None
    with Image.open(BytesIO(made.data)) as small:
        assert (small.format, max(small.size), small.getpixel((0, 0))) == ("JPEG", 1400, (255, 255, 255))
    assert picture_of(made.data) is not None
    assert picture_of(b"GIF89a" + bytes(50)) is None
    assert picture_of(b"") is None


def test_codes_that_are_no_characters_are_marked() -> None:
    """What no file can hold is shown as missing, and does not break it."""
    paper = OfficePaper((Paragraph(printable("a\x00b\x0bc\ud800d\ufffe")),))
    for as_ in PaperFormat:
        assert written(paper, as_)
    assert printable("a\x00b\r\nc\td") == "a\ufffdb\nc\td"
