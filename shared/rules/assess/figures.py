"""What figures come to: a value for each subject, with the list behind it and what stands apart.

Decides how a count, sum, mean, share, age, rate and spread come about. What nobody recorded has no value: it is not
recorded, which is not the same as not done.
"""

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from itertools import chain
from zoneinfo import ZoneInfo

from shared.rules.assess.counted import Struck, Tallied, has_result, is_meant
from shared.rules.assess.subjects import Subjects
from shared.rules.pack.model import LEAST_ANSWERS, Does, Figure, FigureTally, Pack, TallyKind
from shared.rules.worktime.spans import CalendarSpan
from shared.rules.worktime.wall import instant_of

CENT = Decimal("0.01")
_HUNDRED = Decimal(100)
_DAY = timedelta(days=1)
_REPORTED = "reported"


@dataclass(frozen=True, slots=True)
class FigureValue:
    """What a figure comes to for one subject in one period.

    Args:
        value: None: nothing was recorded of which it could come, or it is kept back.
        rests_on: refs of what was counted. hits: of a share, those that belong to it.
        apart: how many stand apart, by why.
        is_kept_back: too few anonymous answers.
    """

    figure: str
    subject: str
    span: CalendarSpan
    value: Decimal | None
    rests_on: tuple[str, ...] = ()
    hits: tuple[str, ...] = ()
    apart: Mapping[str, int] = field(default_factory=dict)
    is_kept_back: bool = False


@dataclass(slots=True)
class _Heap:
    """What was found of one subject."""

    whole: list[Tallied] = field(default_factory=list)
    part: list[Tallied] = field(default_factory=list)
    against: int = 0
    apart: dict[str, int] = field(default_factory=dict)


class Book:
    """All that a town counted, ready to be asked; what was asked once is remembered.

    Args:
        rows: of all periods that may be asked for; those that are older or later do no harm.
        struck: what upheld objections took out.
    """

    def __init__(self, pack: Pack, rows: Iterable[Tallied], struck: Struck = frozenset()) -> None:
        self.pack = pack
        self._struck = struck
        self._subjects = Subjects(pack)
        self._tz = ZoneInfo(pack.zone)
        self._rows: dict[TallyKind, dict[str, list[Tallied]]] = {}
        for row in sorted(rows, key=_when):
            self._rows.setdefault(row.kind, {}).setdefault(row.name, []).append(row)
        self._known: dict[tuple[str, CalendarSpan], dict[str, FigureValue]] = {}

    def values(self, key: str, span: CalendarSpan) -> Mapping[str, FigureValue]:
        """Return a figure's value of every subject in a period."""
        known = self._known.get((key, span))
        if known is None:
            figure = self.pack.figures.get(key)
            known = self._reckoned(figure, span) if figure and figure.origin.in_force(span.last) else {}
            self._known[key, span] = known
        return known

    def reported(self, span: CalendarSpan) -> list[Tallied]:
        """Return the cases that were reported in a period, the first first."""
        begin = instant_of(span.first.toordinal(), 0, self._tz)
        end = instant_of(span.last.toordinal() + 1, 0, self._tz)
        rows = self._rows.get(TallyKind.CASE, {}).get(_REPORTED, [])
        return [row for row in rows if begin <= row.at < end and not row.is_imported]

    def _reckoned(self, figure: Figure, span: CalendarSpan) -> dict[str, FigureValue]:
        begin = instant_of(span.first.toordinal(), 0, self._tz)
        end = instant_of(span.last.toordinal() + 1, 0, self._tz)
        rows = list(self._found(figure, figure.of, begin, end))
        against = list(self._found(figure, figure.against, begin, end)) if figure.against else []
        heaps = {subject: _Heap() for subject in self._subjects.all(figure.per, [*rows, *against])}
        for row in rows:
            if heap := heaps.get(self._subjects.of(figure.per, row) or ""):
                _put(figure, row, heap)
        for row in against:
            heap = heaps.get(self._subjects.of(figure.per, row) or "")
            if heap and figure.against and has_result(figure.against, row):
                heap.against += 1
        return {subject: _valued(figure, subject, span, heap, end) for subject, heap in heaps.items()}

    def _found(
        self, figure: Figure, counting: FigureTally, begin: datetime, end: datetime
    ) -> Iterator[Tallied]:
        """Rows that are meant, in the order of time."""
        named = self._rows.get(counting.kind, {})
        lists = [named.get(name, []) for name in counting.names] if counting.names else list(named.values())
        rows = lists[0] if len(lists) == 1 else sorted(chain.from_iterable(lists), key=_when)
        is_age = figure.does is Does.AGE
        first = 0 if is_age else bisect_left(rows, begin, key=lambda row: row.at)
        for row in rows[first : bisect_left(rows, end, key=lambda row: row.at)]:
            # Of an age, whatever is open at the end counts, however long it has been.
            is_in = not is_age or row.until is None or row.until >= end
            if is_in and (figure.key, row.ref) not in self._struck and is_meant(counting, row):
                yield row


def _when(row: Tallied) -> tuple[datetime, str, str]:
    return row.at, row.ref, row.name


def _put(figure: Figure, row: Tallied, heap: _Heap) -> None:
    if not has_result(figure.of, row):
        if row.apart is not None:
            heap.apart[row.apart] = heap.apart.get(row.apart, 0) + 1
        return
    heap.whole.append(row)
    part = figure.part
    if part is not None and is_meant(part, row) and (not part.results or row.result in part.results):
        heap.part.append(row)


def _valued(figure: Figure, subject: str, span: CalendarSpan, heap: _Heap, end: datetime) -> FigureValue:
    if figure.anonymous and len(heap.whole) < LEAST_ANSWERS:
        return FigureValue(figure.key, subject, span, None, is_kept_back=True)
    # Nobody's answer is opened: how many there were is all that is shown of them.
    refs = () if figure.anonymous else tuple(row.ref for row in heap.whole)
    hits = () if figure.anonymous else tuple(row.ref for row in heap.part)
    value = _value(figure, heap, end)
    return FigureValue(figure.key, subject, span, value, refs, hits, dict(sorted(heap.apart.items())))


def _value(figure: Figure, heap: _Heap, end: datetime) -> Decimal | None:
    count = len(heap.whole)
    if figure.does is Does.COUNT:
        return Decimal(count)
    if figure.does is Does.SPREAD:
        return Decimal(len({row.place for row in heap.whole if row.place}))
    if figure.does is Does.SHARE:
        return _ratio(_HUNDRED * len(heap.part), count)
    if figure.does is Does.RATE:
        return _ratio(_HUNDRED * count, heap.against)
    if figure.does is Does.AGE:
        return _ratio(sum((_days(row, end) for row in heap.whole), Decimal(0)), count)
    amounts = [amount for row in heap.whole if (amount := _amount(figure, row)) is not None]
    total = sum(amounts, Decimal(0))
    return _rounded(total) if figure.does is Does.SUM else _ratio(total, len(amounts))


def _amount(figure: Figure, row: Tallied) -> Decimal | None:
    if figure.value is None:
        return row.amount
    said = row.facts.get(figure.value)
    return Decimal(said) if said is not None else None


def _days(row: Tallied, end: datetime) -> Decimal:
    return Decimal((end - row.at) // _DAY)


def _ratio(above: Decimal, below: int) -> Decimal | None:
    return _rounded(above / below) if below else None


def _rounded(value: Decimal) -> Decimal:
    return value.quantize(CENT, ROUND_HALF_UP)
