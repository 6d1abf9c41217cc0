"""What somebody orders, as an occurrence: when it ends, and that no calendar brings it round."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from shared.rules.case.timing import calendar_of
from shared.rules.duties import occurrences, ordered
from shared.rules.pack.model import Ordering, Pack, Period, Recurrence
from shared.rules.pack.read import build_pack
from shared.rules.worktime.amount import Amount, TimeUnit
from tests.occurrences.packs import FILES, TOWN

PACK: Pack = build_pack(FILES, TOWN)
ORDER = PACK.duties["supervision-order"]
CALENDAR = calendar_of(PACK)
BEGIN = datetime(2026, 1, 1, tzinfo=UTC)
instants = st.integers(0, 300 * 24 * 60).map(lambda minutes: BEGIN + timedelta(minutes=minutes))
LONGEST_REST = 10  # days off in a row of the year


def test_no_calendar_brings_it_round() -> None:
    """It comes when somebody orders it, and on no day by itself."""
    assert ORDER.every == Recurrence(Period.ORDERED)
    assert occurrences(PACK, CALENDAR, ORDER, date(2026, 1, 1), date(2026, 12, 31)) == ()


@given(instants, st.integers(1, 30))
def test_it_ends_within_the_time_of_the_rules(at: datetime, days: int) -> None:
    """So many days after it was ordered, or on the working day after (RC-4); what is recorded in between counts."""
    ordering = Ordering(("office",), Amount(days, TimeUnit.DAYS))
    found = ordered(PACK, CALENDAR, replace(ORDER, ordering=ordering), at)
    assert found is not None
    assert found.due_at is not None
    assert found.since is not None
    assert found.on is not None
    assert found.opens_at == at < found.due_at
    assert days <= (found.on - found.since).days <= days + LONGEST_REST
    assert found.due_at - at <= timedelta(days=days + LONGEST_REST + 1)


@given(instants, st.integers(0, 60))
def test_whoever_orders_it_may_name_the_last_day(at: datetime, later: int) -> None:
    """The whole of that day counts, whatever the rules would give."""
    until = (at + timedelta(hours=8)).date() + timedelta(days=later)
    found = ordered(PACK, CALENDAR, ORDER, at, until)
    assert found is not None
    assert found.due_at is not None
    assert found.on == until
    assert found.due_at + timedelta(hours=8) == datetime(
        until.year, until.month, until.day, tzinfo=UTC
    ) + timedelta(days=1)


def test_where_nothing_says_when_it_ends_there_is_none() -> None:
    """Neither the rules nor the order: nobody could be late."""
    campaign = PACK.duties["gas-campaign"]
    assert ordered(PACK, CALENDAR, campaign, datetime(2026, 3, 2, tzinfo=UTC)) is None
