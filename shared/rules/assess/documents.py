"""What a document would say: drafted from figures and measures; a person finishes and sends it.

Decides which lines stand in it. Must not know how it looks, nor who has read it.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal

from shared.kernel.texts import Text
from shared.rules.assess.figures import Book
from shared.rules.assess.measures import PointsGiven, standings
from shared.rules.pack.model import Document
from shared.rules.worktime.spans import CalendarSpan


@dataclass(frozen=True, slots=True)
class DraftLine:
    """What a figure or measure says of one subject; `rank` where it is ranked."""

    of: str
    subject: str
    value: Decimal | None
    rank: int | None = None


@dataclass(frozen=True, slots=True)
class DocumentDraft:
    """A document as its figures make it."""

    document: str
    span: CalendarSpan
    lines: tuple[DraftLine, ...]
    words: tuple[Text, ...]


def draft_of(book: Book, key: str, span: CalendarSpan, given: Iterable[PointsGiven]) -> DocumentDraft | None:
    """Return a document of a period; None where the period is not the document's, or the pack has none of that key."""
    document = book.pack.documents.get(key)
    if document is None or document.every is not span.kind or not document.origin.in_force(span.last):
        return None
    lines = tuple(_lines(book, document, span, tuple(given)))
    return DocumentDraft(key, span, lines, document.words)


def _lines(
    book: Book, document: Document, span: CalendarSpan, given: tuple[PointsGiven, ...]
) -> Iterator[DraftLine]:
    for key in document.holds:
        if key in book.pack.figures:
            values = book.values(key, span)
            yield from (DraftLine(key, who, value.value) for who, value in values.items())
        else:
            found = standings(book, key, span, given)
            yield from (DraftLine(key, who, each.value, each.rank) for who, each in found.items())
