"""Points and ranks of whoever is assessed.

Decides how points come of figures, what a person may give, and how equal ones share a rank. What is wanting stays open:
nobody is ranked by what was not recorded.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum

from shared.rules.assess.figures import CENT, Book
from shared.rules.language.vocabulary import ROLES
from shared.rules.pack.model import MeasureItem, Pack, Rank, TownMeasure
from shared.rules.worktime.spans import CalendarSpan


@dataclass(frozen=True, slots=True)
class PointsGiven:
    """Points that a person gave. Of two for the same item the later one counts."""

    measure: str
    subject: str
    span: CalendarSpan
    item: str
    points: Decimal


class PointsRefused(StrEnum):
    """Why points are not taken."""

    NO_SUCH_ITEM = "no-such-item"
    NOT_GIVEN = "item-not-given"  # it comes from a figure
    ABOVE_MOST = "above-most"
    NOT_BY = "may-not-give"


@dataclass(frozen=True, slots=True)
class MeasureStanding:
    """How one subject stands in a measure.

    Args:
        value: points, or the value of the figure; None: something is wanting, or nothing was recorded.
        out_of: the most that there is; None: it is no matter of points.
        points: of each item; None: wanting.
        rank: 1 is the first; None: not ranked. below: how many are ranked behind it.
    """

    measure: str
    subject: str
    span: CalendarSpan
    value: Decimal | None
    out_of: Decimal | None = None
    points: Mapping[str, Decimal | None] = field(default_factory=dict)
    rank: int | None = None
    below: int = 0

    @property
    def lacks(self) -> tuple[str, ...]:
        """Items that are wanting."""
        return tuple(item for item, points in self.points.items() if points is None)


def refusal(pack: Pack, measure: str, item: str, points: Decimal, by: str) -> PointsRefused | None:
    """Return why somebody may not give points; None: they may.

    Args:
        by: a unit's key or a role.
    """
    known = pack.measures.get(measure)
    found = known.items.get(item) if known else None
    if found is None:
        return PointsRefused.NO_SUCH_ITEM
    if found.figure is not None:
        return PointsRefused.NOT_GIVEN
    if by not in {who if who in ROLES else pack.noun(who) for who in found.by}:
        return PointsRefused.NOT_BY
    return PointsRefused.ABOVE_MOST if points > found.most else None


def standings(
    book: Book, key: str, span: CalendarSpan, given: Iterable[PointsGiven]
) -> Mapping[str, MeasureStanding]:
    """Return how everybody stands in a measure in a period; none where the period is not the measure's."""
    measure = book.pack.measures.get(key)
    if measure is None or measure.every is not span.kind or not measure.origin.in_force(span.last):
        return {}
    return _ranked(measure, _unranked(book, measure, span, list(given)))


def _unranked(
    book: Book, measure: TownMeasure, span: CalendarSpan, given: list[PointsGiven]
) -> dict[str, MeasureStanding]:
    if measure.figure is not None:
        values = book.values(measure.figure, span)
        return {who: MeasureStanding(measure.key, who, span, each.value) for who, each in values.items()}
    if measure.adds is not None:
        return _added(book, measure, measure.adds, span, given)
    return _of_items(book, measure, span, given)


def _of_items(
    book: Book, measure: TownMeasure, span: CalendarSpan, given: list[PointsGiven]
) -> dict[str, MeasureStanding]:
    handed = {
        (each.subject, each.item): each.points
        for each in given
        if each.measure == measure.key and each.span == span
    }
    figures = {item.figure: book.values(item.figure, span) for item in measure.items.values() if item.figure}
    who = dict.fromkeys(subject for values in figures.values() for subject in values)
    who |= dict.fromkeys(subject for subject, _ in handed)
    found: dict[str, MeasureStanding] = {}
    for subject in who:
        points: dict[str, Decimal | None] = {}
        for item in measure.items.values():
            value = figures[item.figure].get(subject) if item.figure else None
            reckoned = _points(item, value.value) if value and value.value is not None else None
            points[item.key] = reckoned if item.figure else handed.get((subject, item.key))
        total = (
            None
            if None in points.values()
            else sum((each or Decimal(0) for each in points.values()), Decimal(0))
        )
        found[subject] = MeasureStanding(measure.key, subject, span, total, measure.most, points)
    return found


def _points(item: MeasureItem, value: Decimal) -> Decimal:
    if item.less is not None:
        return max(Decimal(0), item.most - item.less * value)
    return (item.most * min(value, item.full) / item.full).quantize(CENT, ROUND_HALF_UP)


def _added(
    book: Book, measure: TownMeasure, adds: str, span: CalendarSpan, given: list[PointsGiven]
) -> dict[str, MeasureStanding]:
    """The points of the shorter periods together; where one is wanting, the sum is."""
    inner = book.pack.measures[adds]
    parts = [standings(book, adds, part, given) for part in span.parts(inner.every)]
    who = dict.fromkeys(subject for part in parts for subject in part)
    return {subject: _sum(measure, inner, subject, span, parts) for subject in who}


def _sum(
    measure: TownMeasure,
    inner: TownMeasure,
    subject: str,
    span: CalendarSpan,
    parts: list[Mapping[str, MeasureStanding]],
) -> MeasureStanding:
    each = [part[subject].value if subject in part else None for part in parts]
    total = None if None in each else sum((value or Decimal(0) for value in each), Decimal(0))
    most = inner.most * len(parts) if inner.items else None
    return MeasureStanding(measure.key, subject, span, total, most)


def _ranked(measure: TownMeasure, found: dict[str, MeasureStanding]) -> dict[str, MeasureStanding]:
    if measure.rank is None:
        return found
    values = [each.value for each in found.values() if each.value is not None]
    return {who: _with_rank(measure.rank, each, values) for who, each in found.items()}


def _with_rank(rank: Rank, standing: MeasureStanding, values: list[Decimal]) -> MeasureStanding:
    own = standing.value
    if own is None:
        return standing
    higher, lower = sum(1 for value in values if value > own), sum(1 for value in values if value < own)
    before, behind = (higher, lower) if rank is Rank.HIGHEST else (lower, higher)
    return MeasureStanding(
        standing.measure,
        standing.subject,
        standing.span,
        own,
        standing.out_of,
        standing.points,
        before + 1,
        behind,
    )
