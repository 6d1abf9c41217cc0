"""What a document would say: drafted from figures and measures; a person finishes and sends it.

Decides which lines stand in it. Must not know how it looks, nor who has read it.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal

from shared.kernel.texts import Text
from shared.rules.assess.figures import Book, FigureValue
from shared.rules.assess.measures import PointsGiven, standings
from shared.rules.assess.returning import returns
from shared.rules.pack.model import Document, DocumentKind
from shared.rules.worktime.spans import CalendarSpan

LOOKS_FURTHER = (DocumentKind.SPECIAL, DocumentKind.ANALYSIS)  # they say what returns, too


@dataclass(frozen=True, slots=True)
class DraftLine:
    """What a figure or measure says of one subject.

    Args:
        rank: where it is ranked. before, year_ago: the period before, and the same one of the year before.
    """

    of: str
    subject: str
    value: Decimal | None
    rank: int | None = None
    before: Decimal | None = None
    year_ago: Decimal | None = None


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
            yield from _of_figure(book, key, span)
        else:
            found = standings(book, key, span, given)
            yield from (DraftLine(key, who, each.value, each.rank) for who, each in found.items())
    if document.kind in LOOKS_FURTHER:
        yield from (DraftLine(of, subject, count) for of, subject, count in returns(book, span))


def _of_figure(book: Book, key: str, span: CalendarSpan) -> Iterator[DraftLine]:
    earlier, last_year = book.values(key, span.before()), book.values(key, span.year_before)
    for who, value in book.values(key, span).items():
        yield DraftLine(key, who, value.value, None, _value(earlier.get(who)), _value(last_year.get(who)))


def _value(found: FigureValue | None) -> Decimal | None:
    return found.value if found else None
