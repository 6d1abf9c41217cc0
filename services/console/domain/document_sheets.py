"""Documents as assessment gives them: what is declared, a draft, what was sent."""

from collections.abc import Iterator
from datetime import datetime

from msgspec import Struct

TOPICS, PLACES, PERSONS, COMMON = "returning.topic", "returning.place", "returning.person", "common.topic"
RETURNING = (TOPICS, PLACES, PERSONS)


class LineSheet(Struct, frozen=True):
    """A line of a document."""

    of: str
    subject: str
    value: str | None = None
    rank: int | None = None
    rests_on: tuple[str, ...] = ()
    before: str | None = None
    year_ago: str | None = None

    @property
    def order(self) -> tuple[int, str]:
        """Where it stands in its table: the first of a ranking first."""
        return self.rank or 1_000_000, self.subject


class DocumentSheet(Struct, frozen=True, kw_only=True):
    """A document: as its figures make it, or as it was sent."""

    document: str
    name: str
    kind: str
    span: str
    edition: str
    by: str
    to: tuple[str, ...] = ()
    headings: tuple[str, ...] = ()
    holds: tuple[str, ...] = ()
    names: dict[str, str] = {}
    lines: tuple[LineSheet, ...] = ()
    words: tuple[str, ...] = ()
    is_part: bool = False
    may_send: bool = False
    sent: str | None = None
    id: str = ""
    by_unit: str | None = None
    by_person: str = ""
    at: datetime | None = None

    def of(self, key: str) -> list[LineSheet]:
        """Return the lines of one figure or ranking, in their order."""
        return sorted((line for line in self.lines if line.of == key), key=lambda line: line.order)

    @property
    def worded(self) -> Iterator[tuple[str, str]]:
        """What a person wrote, each with its heading; what has none stands by itself."""
        for n, text in enumerate(self.words):
            yield (self.headings[n] if n < len(self.headings) else ""), text


class DocumentRows(Struct, frozen=True):
    """What was sent, the oldest first."""

    publications: tuple[DocumentSheet, ...] = ()
    next: str | None = None

    @property
    def items(self) -> tuple[DocumentSheet, ...]:
        """Its rows."""
        return self.publications


class WordsToSend(Struct, frozen=True):
    """What a person wrote under the headings of a document."""

    words: list[str]


class SentSheet(Struct, frozen=True):
    """Under which id it was sent."""

    id: str
