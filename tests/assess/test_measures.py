"""Points, ranks and proposals: what is given, what is reckoned, what is wanting."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.rules.assess import (
    Book,
    FigureReader,
    PointsGiven,
    PointsRefused,
    Tallied,
    proposed,
    reads,
    refusal,
    standings,
)
from shared.rules.pack.model import Bound, Comparison, FigureReaders, Pack, Rank, Sum, TownMeasure
from shared.rules.worktime.spans import CalendarSpan, SpanKind, span_of
from tests.assess.worlds import GRIDS, a_figure, a_measure, a_proposal, a_town, an_item, clock, rows

MARCH = span_of(SpanKind.MONTH, date(2026, 3, 1))
COUNT = a_figure()


def counted(spread: dict[str, int], month: str = "03") -> list[Tallied]:
    """So many clocks of each grid in a month."""
    return [
        clock(f"{month}-{grid}-{number}", f"2026-{month}-09T09:00", grid)
        for grid, count in spread.items()
        for number in range(count)
    ]


def ranked(town: Pack, rows_: Sequence[Tallied], span: CalendarSpan = MARCH) -> dict[str, int | None]:
    """Rank of each grid."""
    return {who: each.rank for who, each in standings(Book(town, rows_), "measure", span, []).items()}


@given(st.fixed_dictionaries({grid: st.integers(0, 4) for grid in GRIDS}), st.sampled_from(Rank))
def test_a_rank_is_one_more_than_those_that_are_better(spread: dict[str, int], rank: Rank) -> None:
    """Equal ones share it, and the next after two firsts is third."""
    town = a_town(COUNT, measures=(a_measure(figure="figure", rank=rank),))
    better = (lambda one, two: one > two) if rank is Rank.HIGHEST else (lambda one, two: one < two)
    by_hand = {grid: 1 + sum(better(other, own) for other in spread.values()) for grid, own in spread.items()}
    assert ranked(town, counted(spread)) == by_hand


@given(rows(), st.decimals(0, 20, places=1), st.decimals(0, 5, places=1))
def test_points_of_a_figure_never_leave_their_bounds(
    rows_: list[Tallied], most: Decimal, less: Decimal
) -> None:
    """Neither above what an item can bring nor below nothing, whatever was counted."""
    items = {
        "full": an_item("full", str(most), figure="figure", full=Decimal(3)),
        "less": an_item("less", str(most), figure="figure", less=less),
    }
    town = a_town(COUNT, measures=(a_measure(items=items),))
    for each in standings(Book(town, rows_), "measure", MARCH, []).values():
        assert each.out_of == 2 * most
        assert all(points is not None and 0 <= points <= most for points in each.points.values())
        assert each.value == sum(points for points in each.points.values() if points is not None)


def test_what_is_wanting_leaves_the_sum_open_and_takes_no_rank() -> None:
    """Nobody is ranked by points that nobody gave."""
    items = {"site": an_item("site", "5", by=("governance-office",))}
    town = a_town(COUNT, measures=(a_measure(items=items),))
    given_ = [
        PointsGiven("measure", "east-1", MARCH, "site", Decimal(4)),
        PointsGiven("measure", "east-2", MARCH, "else", Decimal(1)),
    ]
    found = standings(Book(town, []), "measure", MARCH, given_)
    assert (found["east-1"].value, found["east-1"].rank) == (4, 1)
    assert (found["east-2"].value, found["east-2"].rank, found["east-2"].lacks) == (None, None, ("site",))


@pytest.mark.parametrize(
    ("item", "points", "by", "why"),
    [
        ("site", "5", "governance-office", None),
        ("site", "5.01", "governance-office", PointsRefused.ABOVE_MOST),
        ("site", "5", "town-leaders", PointsRefused.NOT_BY),
        ("count", "1", "governance-office", PointsRefused.NOT_GIVEN),
        ("nothing", "1", "governance-office", PointsRefused.NO_SUCH_ITEM),
    ],
)
def test_points_are_given_by_whom_the_pack_names_and_within_the_most(
    item: str, points: str, by: str, why: PointsRefused | None
) -> None:
    """Above the most is refused, and not cut off."""
    items = {
        "site": an_item("site", "5", by=("governance-office",)),
        "count": an_item("count", "5", figure="figure"),
    }
    town = a_town(COUNT, measures=(a_measure(items=items),))
    assert refusal(town, "measure", item, Decimal(points), by) is why


def test_of_two_gifts_for_one_item_the_later_one_counts() -> None:
    """A correction stands in the place of what it corrects."""
    town = a_town(measures=(a_measure(items={"site": an_item("site", "5", by=("governance-office",))}),))
    given_ = [PointsGiven("measure", "east-1", MARCH, "site", Decimal(points)) for points in ("3", "4.5")]
    assert standings(Book(town, []), "measure", MARCH, given_)["east-1"].value == Decimal("4.5")


def a_bound(**more: object) -> TownMeasure:
    """A measure of the count that proposes a talk where a bound is met."""
    return a_measure(figure="figure", proposals={"talk": a_proposal(bound=Bound(**more))})  # type: ignore[arg-type]


def met(town: Pack, rows_: Sequence[Tallied], span: CalendarSpan = MARCH) -> set[str]:
    """For whom a talk is proposed."""
    return {each.subject for each in proposed(Book(town, rows_), "measure", span, [])}


@pytest.mark.parametrize(
    ("reading", "how", "wanted"),
    [
        ("inclusive", Comparison.OR_MORE, {"east-2", "west-1"}),
        ("exclusive", Comparison.OR_MORE, {"west-1"}),
        ("inclusive", Comparison.OR_LESS, {"east-1", "east-2"}),
        ("exclusive", Comparison.OR_LESS, {"east-1"}),
        ("exclusive", Comparison.MORE_THAN, {"west-1"}),
        ("inclusive", Comparison.LESS_THAN, {"east-1"}),
    ],
)
def test_a_bound_includes_its_number_as_rc_11_reads_it(
    reading: str, how: Comparison, wanted: set[str]
) -> None:
    """以上 and 以下 take the reading; 'more than' and 'less than' never include the number."""
    town = a_town(COUNT, measures=(a_bound(numbers={how: Decimal(4)}),), RC_11=reading)
    assert met(town, counted({"east-1": 3, "east-2": 4, "west-1": 5})) == wanted


@given(st.fixed_dictionaries({grid: st.integers(0, 3) for grid in GRIDS}), st.integers(1, 3))
def test_the_last_ones_are_those_with_fewer_than_so_many_behind(spread: dict[str, int], last: int) -> None:
    """Who shares the last place of them is among them, and nobody who shares the first (A-27)."""
    by_hand = {
        grid
        for grid, own in spread.items()
        if sum(other < own for other in spread.values()) < last and own < max(spread.values())
    }
    assert met(a_town(COUNT, measures=(a_bound(last=last),)), counted(spread)) == by_hand


def test_a_row_of_periods_is_broken_by_one_that_is_not_met() -> None:
    """Low in February and March is a talk in March; low in March alone is none."""
    town = a_town(COUNT, measures=(a_bound(last=1, running=2),))
    february, march = counted({"east-1": 2, "east-2": 2}, "02"), counted({"east-1": 2, "east-2": 2})
    assert met(town, [*february, *march]) == {"west-1"}
    assert met(town, [*counted({"west-1": 1, "east-1": 2}, "02"), *march]) == set()


def test_so_many_times_are_counted_within_the_longer_span_and_up_to_now() -> None:
    """The second time in a year counts when it comes; a third in the year after begins anew."""
    town = a_town(
        COUNT, measures=(a_bound(numbers={Comparison.OR_MORE: Decimal(1)}, times=2, within=SpanKind.YEAR),)
    )
    rows_ = [*counted({"east-1": 1}, "01"), *counted({"east-1": 1}, "03")]
    spans = [
        span_of(SpanKind.MONTH, date(year, month, 1))
        for year, month in ((2026, 1), (2026, 2), (2026, 3), (2027, 1))
    ]
    assert [bool(met(town, rows_, span)) for span in spans] == [False, False, True, False]


@given(st.integers(0, 6), st.integers(0, 6), st.integers(0, 12), st.integers(1, 200))
def test_a_rise_is_held_against_the_mean_before(one: int, two: int, now: int, percent: int) -> None:
    """At least so many per cent, and never of what stayed or fell; below its bound none is one."""
    bound = a_bound(rise=percent, against=2, at_least=Decimal(3))
    rows_ = [*counted({"east-1": one}, "01"), *counted({"east-1": two}, "02"), *counted({"east-1": now})]
    mean = (one + two) / 2
    by_hand = now >= 3 and now > mean and 200 * (now - mean) >= percent * (one + two)
    assert ("east-1" in met(a_town(COUNT, measures=(bound,)), rows_)) == by_hand


def test_the_same_period_of_the_year_before_is_compared() -> None:
    """March with March."""
    town = a_town(COUNT, measures=(a_bound(rise=50, year_on_year=True),))
    before = [
        replace(row, ref=f"old-{row.ref}", at=row.at.replace(year=2025))
        for row in counted({"east-1": 2, "east-2": 3})
    ]
    assert met(town, [*before, *counted({"east-1": 3, "east-2": 4}), *counted({"east-2": 9}, "02")]) == {
        "east-1"
    }


@pytest.mark.parametrize(
    ("money", "each", "wanted"),
    [
        (Sum(100, 100), True, (300, None, None, False)),
        (Sum(100, 100), False, (100, None, None, False)),
        (Sum(1000, 5000), False, (None, 1000, 5000, True)),
        (Sum(), True, (None, None, None, True)),
        (None, False, (None, None, None, False)),
    ],
)
def test_an_amount_is_reckoned_only_where_the_policy_gives_one(
    money: Sum | None, each: bool, wanted: tuple[int | None, int | None, int | None, bool]
) -> None:
    """A range and a missing amount stay open and are flagged."""
    proposal = a_proposal(bound=Bound(numbers={Comparison.OR_MORE: Decimal(1)}), money=money, each=each)
    town = a_town(COUNT, measures=(a_measure(figure="figure", proposals={"talk": proposal}),))
    (got,) = proposed(Book(town, counted({"east-1": 3})), "measure", MARCH, [])
    assert (got.yuan, got.least, got.most, got.is_open) == wanted
    assert got.count == (3 if each else 1)


def test_points_are_added_up_over_a_longer_period() -> None:
    """Three months make a quarter; one that is wanting leaves it open."""
    inner = a_measure(items={"site": an_item("site", "5", by=("governance-office",))}, rank=None)
    town = a_town(measures=(inner, a_measure("quarter", adds="measure", every=SpanKind.QUARTER)))
    quarter = span_of(SpanKind.QUARTER, date(2026, 3, 1))
    months = list(quarter.parts(SpanKind.MONTH))
    given_ = [PointsGiven("measure", "east-1", month, "site", Decimal("4.5")) for month in months]
    given_ += [PointsGiven("measure", "east-2", month, "site", Decimal(5)) for month in months[:2]]
    found = standings(Book(town, []), "quarter", quarter, given_)
    assert (found["east-1"].value, found["east-1"].out_of, found["east-2"].value) == (
        Decimal("13.5"),
        15,
        None,
    )


def test_a_measure_of_another_period_is_none() -> None:
    """A monthly measure says nothing of a quarter."""
    town = a_town(COUNT, measures=(a_measure(figure="figure"),))
    assert standings(Book(town, []), "measure", span_of(SpanKind.QUARTER, date(2026, 3, 1)), []) == {}


def test_who_reads_all_who_reads_their_own_and_who_nothing() -> None:
    """A-28: the named read all, each grid its own, others nothing; a person always reads their own."""
    readers = FigureReaders(("town-leaders",), ("village-station-head",))
    leader, head = frozenset({"town-leaders"}), frozenset({"village-station-head"})
    own = frozenset({"east-1"})
    assert reads(a_town(), readers, FigureReader(leader), "west-1")
    assert reads(a_town(), readers, FigureReader(head, own), "east-1")
    assert not reads(a_town(), readers, FigureReader(head, own), "west-1")
    assert not reads(a_town(), readers, FigureReader(frozenset({"land-office"}), own), "east-1")
    assert reads(a_town(), readers, FigureReader(frozenset({"land-office"}), own), "east-1", is_person=True)
    assert reads(a_town(), None, FigureReader(frozenset()), "west-1")
