"""What returns within a period: topics, places and persons with several cases; topics that several grids share.

Decides that twice is 'again'. Whether it is a trend, or common to all, is a person's finding: this only counts.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from decimal import Decimal

from shared.rules.assess.counted import Tallied
from shared.rules.assess.figures import Book
from shared.rules.worktime.spans import CalendarSpan

TOPICS, PLACES, PERSONS, COMMON = "returning.topic", "returning.place", "returning.person", "common.topic"
RETURNING = (TOPICS, PLACES, PERSONS)
_AGAIN = 2
_MOST = 20  # of each, those with the most cases


def returns(book: Book, span: CalendarSpan) -> Iterator[tuple[str, str, Decimal]]:
    """Yield what is counted, of whom, and how often, the most frequent first."""
    rows = book.reported(span)
    yield from _often(TOPICS, (row.category for row in rows))
    yield from _often(PLACES, (row.place for row in rows))
    yield from _often(PERSONS, (row.person for row in rows))
    yield from _often(COMMON, (category for category, _ in _pairs(rows)))


def _pairs(rows: Iterable[Tallied]) -> set[tuple[str, str]]:
    """Each topic once for each grid that had it."""
    return {(row.category, row.place) for row in rows if row.category and row.place}


def _often(of: str, subjects: Iterable[str | None]) -> Iterator[tuple[str, str, Decimal]]:
    counted = Counter(subject for subject in subjects if subject)
    found = sorted(counted.items(), key=lambda each: (-each[1], each[0]))
    yield from ((of, subject, Decimal(count)) for subject, count in found[:_MOST] if count >= _AGAIN)
