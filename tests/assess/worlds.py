"""Rows and figures for these tests, and an oracle that counts them one by one and shares no code with the figures."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from zoneinfo import ZoneInfo

from hypothesis import strategies as st

from shared.kernel.texts import Text
from shared.rules.assess import Tallied
from shared.rules.pack.model import (
    Does,
    Figure,
    FigureTally,
    MeasureItem,
    Origin,
    Pack,
    Per,
    ProposalRule,
    Rank,
    Spot,
    TallyKind,
    TownMeasure,
)
from shared.rules.worktime.spans import CalendarSpan, SpanKind
from tests.decide.towns import real

TOWN = real("t-vtc")
ZONE = ZoneInfo(TOWN.zone)
GRIDS = {"east-1": "east-village", "east-2": "east-village", "west-1": "west-village"}
RESULTS = ("in_time", "late", "extended", "excused", "withheld")
SPOT = Spot("t-vtc/figures.yaml", 1)


def an_origin(key: str, first: date | None = None, last: date | None = None) -> Origin:
    """Return the origin of a figure or measure, with its dates of effect."""
    return Origin(key, Text(en=key), ("P001-03.3",), first, last, SPOT)


def a_figure(does: Does = Does.COUNT, per: Per = Per.GRID, key: str = "figure", **more: object) -> Figure:
    """Return a figure of settle clocks, with whatever a test adds."""
    of = FigureTally(TallyKind.CLOCK, ("settle",))
    plain = {"of": of, "every": SpanKind.MONTH, "origin": an_origin(key)}
    return Figure(key=key, name=Text(en=key), does=does, per=per, **plain | more)  # type: ignore[arg-type]


def a_measure(key: str = "measure", **more: object) -> TownMeasure:
    """Return a monthly measure of grids, with whatever a test adds."""
    plain = {"of": Per.GRID, "every": SpanKind.MONTH, "origin": an_origin(key), "rank": Rank.HIGHEST}
    return TownMeasure(key=key, name=Text(en=key), **plain | more)  # type: ignore[arg-type]


def an_item(key: str, most: str, **more: object) -> MeasureItem:
    """Return an item of a measure."""
    return MeasureItem(key, Text(en=key), Decimal(most), **more)  # type: ignore[arg-type]


def a_proposal(key: str = "talk", **more: object) -> ProposalRule:
    """Return a proposal that the governance office decides."""
    plain = {"because": (), "decided_by": ("governance-office",), "spot": SPOT}
    return ProposalRule(key=key, name=Text(en=key), **plain | more)  # type: ignore[arg-type]


def a_town(*figures: Figure, measures: tuple[TownMeasure, ...] = (), **readings: str) -> Pack:
    """Return the town with these figures, measures and readings ('RC_11')."""
    read = {name.replace("_", "-"): value for name, value in readings.items()}
    return replace(
        TOWN,
        figures={figure.key: figure for figure in figures},
        measures={measure.key: measure for measure in measures},
        documents={},
        readings={**TOWN.readings, **read},
    )


def at(text: str) -> datetime:
    """Return a local instant of the town."""
    return datetime.fromisoformat(text).replace(tzinfo=ZONE)


def clock(ref: str, when: str, place: str = "east-1", result: str = "in_time", **more: object) -> Tallied:
    """Return a settle clock that ended."""
    return Tallied(ref, TallyKind.CLOCK, "settle", at(when), place=place, result=result, **more)  # type: ignore[arg-type]


_MINUTES = st.integers(0, 200 * 24 * 60)
_BEGINNING = datetime(2025, 12, 20, tzinfo=UTC)


@st.composite
def rows(draw: st.DrawFn) -> list[Tallied]:
    """Return rows of clocks and cases over half a year, each with a ref of its own."""
    count = draw(st.integers(0, 25))
    return [_row(draw, number) for number in range(count)]


def _row(draw: st.DrawFn, number: int) -> Tallied:
    begun = _BEGINNING + timedelta(minutes=draw(_MINUTES))
    ended = draw(st.none() | st.integers(0, 90 * 24 * 60))
    return Tallied(
        ref=f"r{number}",
        kind=draw(st.sampled_from([TallyKind.CLOCK, TallyKind.CASE])),
        name=draw(st.sampled_from(["settle", "submit"])),
        at=begun,
        until=None if ended is None else begun + timedelta(minutes=ended),
        place=draw(st.sampled_from([*GRIDS, "east-village", None])),
        person=draw(st.sampled_from(["w-1", "w-2", None])),
        result=draw(st.sampled_from([*RESULTS, ""])),
        amount=draw(st.none() | st.integers(0, 500).map(lambda cents: Decimal(cents) / 100)),
        is_imported=draw(st.booleans()),
    )


def counted_by_hand(row: Tallied, figure: Figure, span: CalendarSpan, subject: str) -> bool:
    """Tell whether a row is of a figure's kind, in its period and of its subject."""
    local = row.at.astimezone(ZONE).date()
    if row.kind is not TallyKind.CLOCK or row.name != "settle":
        return False
    is_whose = {
        Per.TOWN: lambda: True,
        Per.GRID: lambda: row.place == subject,
        Per.VILLAGE: lambda: GRIDS.get(row.place or "", row.place) == subject,
        Per.PERSON: lambda: row.person == subject,
    }[figure.per]
    if figure.does is Does.AGE:
        is_open = row.until is None or row.until.astimezone(ZONE).date() > span.last
        return local <= span.last and is_open and is_whose()
    return span.first <= local <= span.last and is_whose()


def value_by_hand(figure: Figure, found: list[Tallied], span: CalendarSpan) -> Decimal | None:
    """Reckon a figure of rows that count with the others."""
    ways: dict[Does, Callable[[], Decimal | None]] = {
        Does.COUNT: lambda: Decimal(len(found)),
        Does.SPREAD: lambda: Decimal(len({row.place for row in found} - {None})),
        Does.SUM: lambda: _cents(sum((row.amount for row in found if row.amount is not None), Decimal(0))),
        Does.MEAN: lambda: _mean([row.amount for row in found if row.amount is not None]),
        Does.SHARE: lambda: _mean([Decimal(100 * (row.result == "in_time")) for row in found]),
        Does.AGE: lambda: _mean([Decimal(_days(row, span)) for row in found]),
    }
    return ways[figure.does]()


def _days(row: Tallied, span: CalendarSpan) -> int:
    end = datetime.combine(span.last + timedelta(days=1), datetime.min.time(), ZONE)
    return int((end.timestamp() - row.at.timestamp()) // 86_400)


def _mean(numbers: list[Decimal]) -> Decimal | None:
    return _cents(sum(numbers, Decimal(0)) / len(numbers)) if numbers else None


def _cents(number: Decimal) -> Decimal:
    return number.quantize(Decimal("0.01"), ROUND_HALF_UP)
