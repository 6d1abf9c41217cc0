"""Papers written out: as part of a page, for Word, as a workbook, to print.

A paper (`shared/rules/papers`) goes in, bytes come out; the same paper gives the same bytes. Knows no town and no
service.
"""

from collections.abc import Callable, Mapping
from enum import StrEnum

from shared.papers.docx import docx_of
from shared.papers.pdf import pdf_of
from shared.papers.xlsx import xlsx_of
from shared.rules.papers.model import OfficePaper


class PaperFormat(StrEnum):
    """How a paper can be taken away."""

    PDF = "pdf"
    DOCX = "docx"
    XLSX = "xlsx"


CONTENT_TYPES = {
    PaperFormat.PDF: "application/pdf",
    PaperFormat.DOCX: "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    PaperFormat.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
_WRITERS: Mapping[PaperFormat, Callable[[OfficePaper], bytes]] = {
    PaperFormat.PDF: pdf_of,
    PaperFormat.DOCX: docx_of,
    PaperFormat.XLSX: xlsx_of,
}


def written(paper: OfficePaper, as_: PaperFormat) -> bytes:
    """Return a paper in a format."""
    return _WRITERS[as_](paper)
