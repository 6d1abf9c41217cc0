"""What pages of duties make of the services' answers: parts of a day, tables, months, forms, drafts."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from services.console.domain.day import places_within
from services.console.domain.duty_sheets import (
    FormEntry,
    FormSheet,
    OccurrenceSheet,
    OwedDay,
    RecordSheet,
    StandingRow,
    YearDay,
)
from services.console.domain.duty_year import DAILY, month_of
from services.console.domain.owed import own_duties, standing_table
from services.console.domain.record_bodies import filled_with, record_of
from services.console.domain.sheets import NamedKey

NOW = datetime(2026, 3, 9, 4, tzinfo=UTC).astimezone(ZoneInfo("Asia/Shanghai"))
DAY = NOW.date()
due = st.none() | st.integers(-200, 200).map(lambda hours: NOW + timedelta(hours=hours))
owed = st.builds(
    lambda n, at, state: OccurrenceSheet(
        id=str(n), duty="d", name="d", kind="record", post="p", label=DAY, state=state, due_at=at
    ),
    st.integers(0, 999), due, st.sampled_from(["open", "unjudged"]),
)  # fmt: skip
texts = st.text(st.characters(codec="utf-8", exclude_categories=("Cs", "Cc", "Z")), min_size=1, max_size=9)
FORM = FormSheet(
    "f", "f", "grid",
    facts=(
        FormEntry("what", "what", "text"),
        FormEntry("who", "who", "choice", (NamedKey("a", "A"), NamedKey("b", "B")), many=True),
        FormEntry("so", "so", "bool"), FormEntry("number", "number", "int"),
        FormEntry("names", "names", "text", many=True),
    ),
    rows=(FormEntry("item", "item", "text"), FormEntry("count", "count", "int")),
)  # fmt: skip
facts = st.fixed_dictionaries(
    {},
    optional={
        "what": texts,
        "who": st.lists(st.sampled_from(["a", "b"]), min_size=1, unique=True),
        "so": st.booleans(),
        "number": st.integers(-99, 99),
        "names": st.lists(texts, min_size=1),
    },
)
rows = st.lists(st.fixed_dictionaries({"item": texts}, optional={"count": st.integers(0, 9)}), max_size=4)


@given(st.lists(owed, unique_by=lambda each: each.id))
def test_every_duty_of_a_day_is_in_one_part(given: list[OccurrenceSheet]) -> None:
    """None is lost and none comes twice; what is late is past its end, what is of today ends today."""
    parts = own_duties(OwedDay(DAY, tuple(given)), NOW)
    listed = (*parts.late, *parts.today, *parts.ahead, *parts.listed)
    assert sorted(each.id for each in listed) == sorted(each.id for each in given)
    assert all(each.due_at is not None and each.due_at <= NOW for each in parts.late)
    assert all(
        each.due_at is not None and NOW < each.due_at <= NOW + timedelta(days=1) for each in parts.today
    )
    times = [each.due_at for each in (*parts.today, *parts.ahead)]
    assert times == sorted(times, key=lambda at: at or NOW)


@given(st.lists(st.builds(StandingRow, st.sampled_from("pq"), st.sampled_from("de"), st.just("n"),
                          st.sampled_from(["missing", "met"]), st.integers(1, 9))))  # fmt: skip
def test_a_table_holds_every_count_once(counts: list[StandingRow]) -> None:
    """By unit and by duty alike; whoever misses most stands first."""
    for by in ("post", "duty"):
        table = standing_table(counts, by)
        assert sum(line.total for line in table.lines) == sum(each.number for each in counts)
        missing = [line.counts["missing"] for line in table.lines]
        assert missing == sorted(missing, reverse=True)


@given(facts, rows)
def test_a_form_that_is_filled_with_a_record_sends_that_record(
    said: Mapping[str, str], lines: list[Mapping[str, str]]
) -> None:
    """A correction that changes nothing says the same: every kind of entry, lists and rows."""
    record = RecordSheet(
        id="r", form="f", name="f", about="grid", subject="g", post="p", day=DAY, at=NOW,
        facts=said, rows=tuple(lines),
    )  # fmt: skip
    sent = record_of(FORM, filled_with(FORM, record))
    assert (sent.facts, list(sent.rows), sent.day) == (said, lines, DAY.isoformat())


def test_a_month_tells_dates_spans_and_daily_duties_apart() -> None:
    """What comes nearly every day fills no cells; what any day of a month will do for is on none."""
    daily = [held("patrol", date(2026, 3, n)) for n in range(1, DAILY + 1)]
    meeting, span = held("meeting", date(2026, 3, 9)), held("survey", date(2026, 3, 31), date(2026, 3, 1))
    month = month_of([*daily, meeting, span], 2026, 3, DAY)
    assert [(day.on, [each.duty for each in day.duties]) for day in month.days] == [
        (date(2026, 3, 9), ["meeting"])
    ]
    assert month.daily == (("patrol", DAILY),)
    assert [each.duty for each in month.within] == ["survey"]
    assert (month.before, month.after) == (date(2026, 2, 1), date(2026, 4, 1))


def held(duty: str, on: date, since: date | None = None) -> YearDay:
    """A duty on a day."""
    return YearDay(duty=duty, name=duty, kind="record", label=on, on=on, since=since or on)


def test_a_place_holds_what_is_part_of_it_and_nothing_that_begins_alike() -> None:
    """However deep; a place beside it is none of it."""
    places = [
        NamedKey("c", "c"),
        NamedKey("c-1", "c-1", "c"),
        NamedKey("yard", "yard", "c-1"),
        NamedKey("c2", "c2"),
    ]
    assert places_within("c", places) == {"c", "c-1", "yard"}
