"""Later starts and larger amounts never end earlier; what may not matter does not."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.rules.worktime.amount import Amount, AmountError, TimeUnit, parse_amount
from shared.rules.worktime.due import InstantOutOfRange, before, due, elapsed
from shared.rules.worktime.readings import TimeReadings
from tests.worktime.moments import ALL_HOURS, DEFAULT, OFFICE_HOURS, at
from tests.worktime.test_elapsed import minutes, readings, towns
from tests.worktime.test_pauses import amount_of
from tests.worktime.worlds import Town, readings_of

units = st.sampled_from(list(TimeUnit))


@settings(max_examples=400)
@given(towns, units, readings, minutes, st.integers(1, 12), st.integers(0, 6_000), st.integers(0, 3))
def test_a_later_start_or_a_larger_amount_never_ends_earlier(
    town: Town, unit: TimeUnit, values: dict[str, str], start_at: datetime, number: int, later: int, more: int
) -> None:
    """Due instants grow with the start and with the amount, and lie after the start."""
    if unit is TimeUnit.DAYS and values["rc2"] == "exact" and values["rc5"] == "roll":
        values = values | {
            "rc5": "strict"
        }  # a moved end keeps its time of day: the exact end after it may be sooner
    asked = {"calendar": town.calendar, "readings": readings_of(values)}
    first = due(start_at=start_at, amount=amount_of(unit, number), **asked).due_at
    delayed_at = start_at + timedelta(minutes=later)
    assert start_at < first <= due(start_at=delayed_at, amount=amount_of(unit, number), **asked).due_at
    assert first <= due(start_at=start_at, amount=amount_of(unit, number + more), **asked).due_at


@settings(max_examples=200)
@given(
    towns,
    readings,
    minutes,
    st.integers(1, 40),
    st.sampled_from((TimeUnit.HOURS, TimeUnit.MINUTES, TimeUnit.OFFICE_HOURS)),
)
def test_readings_of_days_do_not_touch_hours(
    town: Town, values: dict[str, str], start_at: datetime, number: int, unit: TimeUnit
) -> None:
    """RC-2, RC-3 and RC-5 speak of days: hours and minutes end where they do without them."""
    plain = values | {"rc2": "next_day", "rc3": "close_of_office", "rc5": "roll"}
    asked = {"start_at": start_at, "amount": Amount(number, unit), "calendar": town.calendar}
    assert due(readings=readings_of(values), **asked) == due(readings=readings_of(plain), **asked)


@settings(max_examples=200)
@given(towns, readings, minutes, st.integers(1, 12))
def test_days_read_as_working_days_are_working_days(
    town: Town, values: dict[str, str], start_at: datetime, number: int
) -> None:
    """RC-5 as_working_days makes 'days' and 'working days' one."""
    asked = {
        "start_at": start_at,
        "calendar": town.calendar,
        "readings": readings_of(values | {"rc5": "as_working_days"}),
    }
    in_days = due(amount=Amount(number, TimeUnit.DAYS), **asked)
    assert in_days == due(amount=Amount(number, TimeUnit.WORKING_DAYS), **asked)


@pytest.mark.parametrize(
    ("start", "label"),
    [
        ("2026-03-09 10:00", "2026-03-11 17:30"),
        ("2026-03-09 17:29", "2026-03-11 17:30"),
        ("2026-03-09 17:30", "2026-03-12 17:30"),  # nothing of the day is left
        ("2026-03-08 10:00", "2026-03-11 17:30"),  # a Sunday is no working day anyway
    ],
)
def test_the_starting_day_counts_while_something_of_it_is_left(start: str, label: str) -> None:
    """Under RC-2 include_start_day a start after the close of office counts from the next day."""
    deadline = due(
        start_at=at(start),
        amount=parse_amount("3 working days"),
        calendar=OFFICE_HOURS,
        readings=TimeReadings(rc2="include_start_day"),
    )
    assert deadline.label == label


@pytest.mark.parametrize(
    ("start", "label"),
    [
        ("2026-03-09 10:00", "2026-03-12 10:00"),
        ("2026-03-09 08:30", "2026-03-11 17:30"),  # three full days, not the next opening
        ("2026-03-09 13:00", "2026-03-12 12:00"),
        ("2026-03-13 17:00", "2026-03-18 17:00"),
        ("2026-03-14 09:00", "2026-03-18 17:30"),
    ],
)
def test_exact_working_days_are_standard_days_of_office_hours(start: str, label: str) -> None:
    """Under RC-2 exact three working days are 21 office hours of this town, from the very minute."""
    deadline = due(
        start_at=at(start),
        amount=parse_amount("3 working days"),
        calendar=OFFICE_HOURS,
        readings=TimeReadings(rc2="exact"),
    )
    assert deadline.label == label


@pytest.mark.parametrize(
    ("start", "amount", "label"),
    [
        ("2026-03-09 07:00", "2 hours", "2026-03-09 10:30"),
        ("2026-03-09 12:30", "2 hours", "2026-03-09 16:00"),
        ("2026-03-09 17:30", "30 minutes", "2026-03-10 09:00"),
        ("2026-03-14 12:00", "2 office hours", "2026-03-16 10:30"),
        ("2026-03-14 12:00", "1 day", "2026-03-17 17:30"),
        ("2026-03-09 10:00", "2 hours", "2026-03-09 12:00"),
    ],
)
def test_a_start_outside_office_hours_waits_for_the_next_opening(start: str, amount: str, label: str) -> None:
    """Under RC-6 next_office_opening every limit but 'at once' counts from the next opening."""
    deadline = due(
        start_at=at(start),
        amount=parse_amount(amount),
        calendar=OFFICE_HOURS,
        readings=TimeReadings(rc6="next_office_opening"),
    )
    assert deadline.label == label


@pytest.mark.parametrize(
    ("amount", "readings", "label"),
    [
        ("1 day", {"rc5": "strict"}, "2026-03-14 24:00"),  # Saturday has no office hours to close
        ("1 day", {}, "2026-03-16 17:30"),
        ("1 day", {"rc3": "always_24"}, "2026-03-16 24:00"),
        ("1 day", {"rc2": "exact"}, "2026-03-16 10:00"),
        ("1 day", {"rc2": "exact", "rc5": "strict"}, "2026-03-14 10:00"),
    ],
)
def test_where_a_day_of_rest_ends(amount: str, readings: dict[str, str], label: str) -> None:
    """A limit of days ends on a rest day at 24:00, or moves to the next working day (Civil Code art. 203)."""
    deadline = due(
        start_at=at("2026-03-13 10:00"),
        amount=parse_amount(amount),
        calendar=OFFICE_HOURS,
        readings=TimeReadings(**readings),
    )
    assert deadline.label == label


def test_an_exact_day_from_midnight_ends_with_the_day() -> None:
    """A day counted exactly from 00:00 ends at 24:00 of that day, and it is that day which RC-5 looks at."""
    deadline = due(
        start_at=at("2026-03-13 00:00"),
        amount=parse_amount("1 day"),
        calendar=ALL_HOURS,
        readings=TimeReadings(rc2="exact"),
    )
    assert deadline.label == "2026-03-13 24:00"


def test_minutes_must_be_given_where_rc_7_asks_for_them() -> None:
    """Under RC-7 minutes a rule without target minutes is refused, and so are unusable minutes."""
    asked = {"start_at": at("2026-03-13 10:00"), "amount": parse_amount("at once"), "calendar": ALL_HOURS}
    with pytest.raises(AmountError) as missing:
        due(readings=TimeReadings(rc7="minutes"), **asked)
    assert missing.value.code == "amount-target-missing"
    for minutes_given in (0, -5, 10_001, 1.5, True):
        with pytest.raises(AmountError) as wrong:
            due(readings=DEFAULT, today_target_minutes=minutes_given, **asked)
        assert wrong.value.code == "amount-target-wrong"


def test_instants_have_an_offset_and_lie_where_dates_can_be_counted() -> None:
    """A start without offset, before 1900 or after 2999 is refused rather than guessed."""
    day, naive = parse_amount("1 day"), at("2026-03-09 10:00").replace(tzinfo=None)
    with pytest.raises(ValueError, match="no offset"):
        due(start_at=naive, amount=day, calendar=ALL_HOURS, readings=DEFAULT)
    with pytest.raises(ValueError, match="no offset"):
        elapsed(
            start_at=at("2026-03-09 10:00"),
            end_at=naive,
            unit=TimeUnit.DAYS,
            calendar=ALL_HOURS,
            readings=DEFAULT,
        )
    for year in (1899, 3000):
        with pytest.raises(InstantOutOfRange):
            due(start_at=datetime(year, 1, 1, tzinfo=UTC), amount=day, calendar=ALL_HOURS, readings=DEFAULT)
    with pytest.raises(InstantOutOfRange):
        before(datetime(1, 1, 1, tzinfo=UTC), day, ALL_HOURS, DEFAULT)


def test_the_largest_amounts_are_computed() -> None:
    """Ten thousand working days, days or office hours have an end, in a provisional calendar."""
    provisional = TimeReadings(rc22="provisional", rc2="exact")
    for amount, year in (("10000 working days", 2064), ("10000 days", 2053), ("10000 office hours", 2031)):
        for readings_given in (provisional, TimeReadings(rc22="provisional")):
            deadline = due(
                start_at=at("2026-03-13 10:00"),
                amount=parse_amount(amount),
                calendar=OFFICE_HOURS,
                readings=readings_given,
            )
            assert deadline.due_at.year == year
            assert deadline.provisional
