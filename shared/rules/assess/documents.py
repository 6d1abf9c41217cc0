"""What a document would say: drafted from figures and measures; a person finishes and sends it.

Decides which lines stand in it. Must not know how it looks, nor who has read it.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal

from shared.kernel.texts import Text
from shared.rules.assess.figures import Book
from shared.rules.assess.measures import Given, standings
from shared.rules.pack.model import Document
from shared.rules.worktime.spans import Span


@dataclass(frozen=True, slots=True)
class DraftLine:
    """What a figure or measure says of one subject; `rank` where it is ranked."""

    of: str
    subject: str
    value: Decimal | None
    rank: int | None = None


@dataclass(frozen=True, slots=True)
class Draft:
    """A document as its figures make it."""

    document: str
    span: Span
    lines: tuple[DraftLine, ...]
    words: tuple[Text, ...]


def draft_of(book: Book, key: str, span: Span, given: Iterable[Given]) -> Draft | None:
    """Return a document of a period; None where the period is not the document's, or the pack has none of that key."""
    document = book.pack.documents.get(key)
    if document is None or document.every is not span.kind or not document.origin.in_force(span.last):
        return None
    lines = tuple(_lines(book, document, span, tuple(given)))
    return Draft(key, span, lines, document.words)


def _lines(book: Book, document: Document, span: Span, given: tuple[Given, ...]) -> Iterator[DraftLine]:
    for key in document.holds:
        if key in book.pack.figures:
            values = book.values(key, span)
            yield from (DraftLine(key, who, value.value) for who, value in values.items())
        else:
            found = standings(book, key, span, given)
            yield from (DraftLine(key, who, each.value, each.rank) for who, each in found.items())
