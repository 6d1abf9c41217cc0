"""Time that remains, pictures of deadlines, typed answers, figures: reckoned without any page."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.console.domain.days_picture import MOST_CELLS, days_picture
from services.console.domain.figures import FigureLine, Standing, worst_first
from services.console.domain.likely import likely
from services.console.domain.sheets import AskedFact, CountedDays, DaySpan, OfferedCategory
from services.console.domain.time_left import DueBand, time_left
from services.console.domain.typed_answers import NotTyped, typed, typed_all

ZONE = "Asia/Shanghai"
NOW = datetime(2026, 3, 10, 1, 0, tzinfo=UTC)  # nine in the morning there


@pytest.mark.parametrize(
    ("due_at", "band"),
    [
        (NOW - timedelta(seconds=1), DueBand.LATE),
        (NOW, DueBand.LATE),
        (datetime(2026, 3, 10, 16, 0, tzinfo=UTC), DueBand.TODAY),  # 24:00 of the day there
        (datetime(2026, 3, 10, 16, 0, 1, tzinfo=UTC), DueBand.SOON),
        (NOW + timedelta(days=3), DueBand.SOON),
        (NOW + timedelta(days=3, seconds=1), DueBand.LATER),
        (None, DueBand.NONE),
    ],
)
def test_midnight_ends_today(due_at: datetime | None, band: DueBand) -> None:
    """A due instant is exclusive, so the next midnight is still today's; today is the town's, not the machine's."""
    assert time_left(due_at, NOW, ZONE).band is band


def test_a_stopped_clock_is_never_late() -> None:
    """What is over has no time that remains, however late it was."""
    assert time_left(NOW - timedelta(days=9), NOW, ZONE, is_over=True).band is DueBand.OVER


@given(st.timedeltas(min_value=timedelta(days=-400), max_value=timedelta(days=400)))
def test_parts_make_up_what_remains(until: timedelta) -> None:
    """Days, hours and minutes are what remains or what has passed, less than a minute short."""
    left = time_left(NOW + until, NOW, ZONE)
    told = timedelta(days=left.days, hours=left.hours, minutes=left.minutes)
    assert timedelta(0) <= abs(until) - told < timedelta(minutes=1)


SPANS = st.lists(
    st.tuples(st.sampled_from(["start", "counted", "rest", "paused", "last"]), st.integers(1, 40)), min_size=1
)


def _counted(spans: list[tuple[str, int]]) -> CountedDays:
    on, days = date(2026, 3, 1), []
    for role, length in spans:
        days.append(DaySpan(on, on + timedelta(days=length - 1), role))
        on += timedelta(days=length)
    return CountedDays(NOW, zone=ZONE, days=tuple(days))


@given(SPANS)
def test_every_day_is_in_the_picture_once(spans: list[tuple[str, int]]) -> None:
    """Days follow one another without gap or overlap; of too many the middle is left out and told in figures."""
    picture = days_picture(_counted(spans), NOW)
    assert picture is not None
    total = sum(length for _, length in spans)
    assert len(picture.cells) + picture.left_out == total
    assert len(picture.cells) <= MOST_CELLS
    places = [(cell.row, cell.column) for cell in picture.cells]
    assert places == sorted(set(places))
    assert picture.counted == sum(length for role, length in spans if role in ("counted", "last"))


@given(SPANS.filter(lambda spans: sum(length for _, length in spans) <= MOST_CELLS))
def test_counted_days_are_numbered_from_one(spans: list[tuple[str, int]]) -> None:
    """The number on a day says how many have counted by then."""
    picture = days_picture(_counted(spans), NOW)
    assert picture is not None
    numbers = [cell.number for cell in picture.cells if cell.number is not None]
    assert numbers == list(range(1, picture.counted + 1))


def test_a_limit_without_days_has_no_picture() -> None:
    """Hours and minutes are told in words."""
    assert days_picture(CountedDays(NOW), NOW) is None


@pytest.mark.parametrize(
    ("kind", "text", "value"),
    [
        ("bool", "yes", True),
        ("bool", "no", False),
        ("int", "12", 12),
        ("decimal", "2.5", 2.5),
        ("text", "as it was said", "as it was said"),
        ("choice", "small", "small"),
        ("instant", "2026-03-12T17:30", "2026-03-12T09:30:00.000000Z"),
    ],
)
def test_a_text_becomes_what_was_asked_for(kind: str, text: str, value: object) -> None:
    """A form knows texts alone; services take the types of their questions, instants with their zone."""
    assert typed(AskedFact("x", "x", kind), text, ZONE) == value


@pytest.mark.parametrize(
    ("kind", "text"), [("int", "twelve"), ("int", "nan"), ("instant", "soon"), ("decimal", "inf")]
)
def test_what_is_not_of_the_type_is_named(kind: str, text: str) -> None:
    """The question is told, so that its field can be marked."""
    with pytest.raises(NotTyped) as refused:
        typed(AskedFact("x", "How many", kind), text, ZONE)
    assert refused.value.asked.fact == "x"


def test_what_is_left_empty_is_not_answered() -> None:
    """Blanks are no answer."""
    questions = [AskedFact("a", "a", "text"), AskedFact("b", "b", "text")]
    assert typed_all(questions, {"a": "  ", "b": " said "}, ZONE) == {"b": "said"}


LINES = st.lists(
    st.builds(
        FigureLine,
        st.none() | st.sampled_from(["t/a", "t/b"]),
        st.fixed_dictionaries(dict.fromkeys(Standing, st.integers(0, 9))),
    )
)


@given(LINES)
def test_whoever_has_most_that_is_late_stands_first(lines: list[FigureLine]) -> None:
    """A supervisor's eye begins at the top; of two alike in what is late, the one with more that is due today."""
    found = worst_first(lines)
    assert sorted(map(repr, found)) == sorted(map(repr, lines))
    worst = [(line.counts[Standing.BREACHED], line.counts[Standing.TODAY]) for line in found]
    assert worst == sorted(worst, reverse=True)


def test_words_find_categories_by_their_names() -> None:
    """Two characters in common are enough, and a common word in English; nothing in common finds nothing."""
    offered = [
        OfferedCategory("noise", "噪声扰民"),
        OfferedCategory("tree", "fallen tree"),
        OfferedCategory("fire", "火情"),
    ]
    assert [each.key for each in likely("隔壁噪声很大", offered)] == ["noise"]
    assert [each.key for each in likely("a tree on the road", offered)] == ["tree"]
    assert likely("别的", offered) == []
