"""Figures against an oracle that counts row by row, and the lists behind them."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.rules.assess import APART, Book, Tallied
from shared.rules.pack.model import LEAST_ANSWERS, Does, FigureTally, Per, TallyKind
from shared.rules.worktime.spans import SpanKind, parse_span, span_of
from tests.assess.worlds import (
    GRIDS,
    a_figure,
    a_town,
    an_origin,
    at,
    clock,
    counted_by_hand,
    rows,
    value_by_hand,
)

WAYS = st.sampled_from([Does.COUNT, Does.SPREAD, Does.SUM, Does.MEAN, Does.SHARE, Does.AGE])
WHOSE = st.sampled_from([Per.TOWN, Per.GRID, Per.VILLAGE, Per.PERSON])
MARCH = span_of(SpanKind.MONTH, date(2026, 3, 1))
IN_TIME = FigureTally(TallyKind.CLOCK, results=("in_time",))


@given(rows(), WAYS, WHOSE, st.sampled_from(SpanKind), st.dates(date(2025, 12, 1), date(2026, 7, 31)))
def test_a_figure_is_what_counting_by_hand_comes_to(
    counted: list[Tallied], does: Does, per: Per, kind: SpanKind, on: date
) -> None:
    """Of every subject: the value, what it rests on, and what stands apart."""
    figure = a_figure(does, per, part=IN_TIME if does is Does.SHARE else None)
    span = span_of(kind, on)
    for subject, got in Book(a_town(figure), counted).values("figure", span).items():
        own = [row for row in counted if counted_by_hand(row, figure, span, subject)]
        apart = [row for row in own if row.is_imported or row.result in APART]
        found = [row for row in own if row not in apart]
        assert sorted(got.rests_on) == sorted(row.ref for row in found)
        assert sum(got.apart.values()) == len(apart)
        assert got.value == value_by_hand(figure, found, span)


@given(rows(), st.randoms(use_true_random=False))
def test_the_order_in_which_things_are_heard_changes_nothing(counted: list[Tallied], random: object) -> None:
    """Emptied and fed again in another order, the same figures come out, to the last ref."""
    figure = a_figure(Does.SHARE, Per.VILLAGE, part=IN_TIME)
    again = list(counted)
    random.shuffle(again)  # type: ignore[attr-defined]
    assert Book(a_town(figure), counted).values("figure", MARCH) == Book(a_town(figure), again).values(
        "figure", MARCH
    )


@given(rows(), st.integers(0, 24))
def test_what_an_upheld_objection_takes_out_is_as_if_it_had_not_been(
    counted: list[Tallied], number: int
) -> None:
    """The figure without it is the figure of all the others; other figures keep it."""
    town = a_town(a_figure(), a_figure(key="other"))
    struck = frozenset({("figure", f"r{number}")})
    left = [row for row in counted if row.ref != f"r{number}"]
    book = Book(town, counted, struck)
    assert book.values("figure", MARCH) == Book(town, left).values("figure", MARCH)
    assert book.values("other", MARCH) == Book(town, counted).values("other", MARCH)


def test_who_did_nothing_has_a_figure_too() -> None:
    """No logins is a 0 for every grid; a share of nothing is not recorded, which is no 0."""
    counts, shares = a_figure(), a_figure(Does.SHARE, key="share", part=IN_TIME)
    book = Book(a_town(counts, shares), [])
    assert {who: each.value for who, each in book.values("figure", MARCH).items()} == dict.fromkeys(
        GRIDS, Decimal(0)
    )
    assert {each.value for each in book.values("share", MARCH).values()} == {None}


def test_the_edges_of_a_period_are_those_of_the_towns_clock() -> None:
    """The first instant belongs to it and the last does not, by the town's zone and not by UTC."""
    edge = [
        clock("first", "2026-03-01T00:00"),
        clock("before", "2026-02-28T23:59"),
        clock("after", "2026-04-01T00:00"),
    ]
    assert Book(a_town(a_figure()), edge).values("figure", MARCH)["east-1"].rests_on == ("first",)


@pytest.mark.parametrize(("answers", "is_shown"), [(LEAST_ANSWERS - 1, False), (LEAST_ANSWERS, True)])
def test_of_few_anonymous_answers_nothing_is_shown(answers: int, is_shown: bool) -> None:
    """From five on there is a mean, and none of them is ever opened."""
    figure = a_figure(Does.MEAN, anonymous=True)
    given_ = [clock(f"a{number}", "2026-03-09T09:00", amount=Decimal(80)) for number in range(answers)]
    got = Book(a_town(figure), given_).values("figure", MARCH)["east-1"]
    assert (got.value, got.is_kept_back) == ((Decimal("80.00"), False) if is_shown else (None, True))
    assert (got.rests_on, got.hits) == ((), ())


def test_a_figure_outside_its_dates_is_none() -> None:
    """The last day of the period decides, as that of the edition in force then."""
    figure = a_figure(origin=an_origin("figure", date(2026, 3, 31), date(2026, 4, 30)))
    book = Book(a_town(figure), [])
    names = ("2026-02", "2026-03", "2026-04", "2026-05")
    assert [bool(book.values("figure", span)) for name in names if (span := parse_span(name))] == [
        False, True, True, False,
    ]  # fmt: skip


def test_a_rate_is_for_each_hundred_of_something_else() -> None:
    """One complaint on eight cases is 12.5; without any case there is no rate."""
    complaints, cases = (
        FigureTally(TallyKind.RECORD, ("complaint",)),
        FigureTally(TallyKind.CASE, ("closed",)),
    )
    figure = a_figure(Does.RATE, of=complaints, against=cases)
    closed = [
        Tallied(f"c{n}", TallyKind.CASE, "closed", at("2026-03-09T09:00"), place="east-1") for n in range(8)
    ]
    one = Tallied("x", TallyKind.RECORD, "complaint", at("2026-03-09T09:00"), place="east-1")
    values = Book(a_town(figure), [one, *closed]).values("figure", MARCH)
    assert (values["east-1"].value, values["east-2"].value) == (Decimal("12.50"), None)


def test_a_village_that_is_not_divided_has_no_grid() -> None:
    """It is among the villages and not among the grids; where nothing is divided all places are grids."""
    town = a_town(a_figure(), a_figure(per=Per.VILLAGE, key="villages"))
    village = town.places["east-village"]
    more = replace(town, places={**town.places, "north-village": replace(village, key="north-village")})
    book = Book(more, [])
    assert "north-village" not in book.values("figure", MARCH)
    assert set(book.values("villages", MARCH)) == {"east-village", "west-village", "north-village"}
    flat = Book(replace(town, places={"east-village": village}), [])
    assert set(flat.values("figure", MARCH)) == {"east-village"}
