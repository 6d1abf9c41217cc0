"""How much of a limit has run and how much is left, and that both agree with where it ends."""

from datetime import UTC, datetime, timedelta
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.rules.worktime.amount import Amount, TimeUnit, parse_amount
from shared.rules.worktime.due import Deadline, Span, before, due, elapsed, remaining, time_left
from shared.rules.worktime.readings import TimeReadings
from tests.worktime.moments import ALL_HOURS, DEFAULT, OFFICE_HOURS, at
from tests.worktime.oracles import Limit
from tests.worktime.worlds import CHOICES, TOWNS, Town, readings_of

towns = st.sampled_from(TOWNS)
units = st.sampled_from([unit for unit in TimeUnit if unit is not TimeUnit.AT_ONCE])
readings = st.fixed_dictionaries({name: st.sampled_from(values) for name, values in CHOICES.items()})
minutes = st.integers(0, 11_850_000).map(
    lambda minute: datetime(2004, 1, 20, tzinfo=UTC) + timedelta(minutes=minute)
)
spans = st.lists(st.tuples(st.integers(-2_000, 9_000), st.integers(0, 5_000)), max_size=3)


def pauses_from(start_at: datetime, offsets: list[tuple[int, int]]) -> list[Span]:
    begins = [(start_at + timedelta(minutes=offset), length) for offset, length in offsets]
    return [Span(begin, begin + timedelta(minutes=length)) for begin, length in begins]


def is_moved(deadline: Deadline) -> bool:
    """Tell whether the end lies later than the amount alone says: RC-5 rolled it, or a pause outlasted it."""
    certificate = deadline.certificate
    return certificate["roll"] is not None or any("moved" in pause for pause in certificate["pauses"])


def slack(unit: TimeUnit, values: dict[str, str]) -> Fraction:
    """Return how far sums may be off: where a day of 23 or 25 hours is cut in two."""
    by_the_wall = unit is TimeUnit.DAYS and values["rc2"] == "exact" and values["rc5"] != "as_working_days"
    return Fraction(1, 12) if by_the_wall else Fraction(0)


@settings(max_examples=400)
@given(towns, units, readings, minutes, st.integers(1, 12), spans)
def test_what_has_run_by_the_due_instant_is_the_amount(
    town: Town,
    unit: TimeUnit,
    values: dict[str, str],
    start_at: datetime,
    number: int,
    offsets: list[tuple[int, int]],
) -> None:
    """Elapsed from the start to the due instant is the amount: more only where the end was moved on."""
    asked = {"start_at": start_at, "calendar": town.calendar, "readings": readings_of(values)}
    pauses = pauses_from(start_at, offsets)
    deadline = due(amount=Amount(number, unit), pauses=pauses, **asked)
    ran = elapsed(end_at=deadline.due_at, unit=unit, pauses=pauses, **asked)
    assert ran >= number if is_moved(deadline) else ran == number


@settings(max_examples=400)
@given(towns, units, readings, minutes, st.integers(1, 12), st.integers(0, 20_000))
def test_what_has_run_and_what_is_left_make_the_amount(
    town: Town, unit: TimeUnit, values: dict[str, str], start_at: datetime, number: int, later: int
) -> None:
    """At any moment before the end, elapsed and remaining add up to the amount where no end was moved."""
    asked = {"start_at": start_at, "calendar": town.calendar, "readings": readings_of(values)}
    amount = Amount(number, unit)
    due_at = due(amount=amount, **asked).due_at
    now = min(start_at + timedelta(minutes=later), due_at)
    together = elapsed(end_at=now, unit=unit, **asked) + remaining(at=now, amount=amount, **asked)
    if unit is TimeUnit.DAYS and values["rc5"] == "roll":
        assert together >= number - slack(unit, values)
    else:
        assert abs(together - number) <= slack(unit, values)


@settings(max_examples=60)
@given(towns, units, readings, minutes, st.integers(0, 9_000))
def test_what_has_run_agrees_with_the_oracle(
    town: Town, unit: TimeUnit, values: dict[str, str], start_at: datetime, later: int
) -> None:
    """Elapsed time is what walking the days, or the minutes, of the limit gives."""
    if values["rc2"] == "exact" and unit in (TimeUnit.DAYS, TimeUnit.WORKING_DAYS):
        values = values | {"rc2": "next_day"}
    end_at = start_at + timedelta(minutes=later)
    ran = elapsed(
        start_at=start_at, end_at=end_at, unit=unit, calendar=town.calendar, readings=readings_of(values)
    )
    assert ran == Limit(town.world, values, unit.value, 1).elapsed(start_at, end_at)


@settings(max_examples=300)
@given(towns, units, readings, minutes, st.integers(1, 12), st.integers(0, 5_000), st.integers(0, 9_000))
def test_the_rest_stands_still_while_a_pause_is_open(
    town: Town,
    unit: TimeUnit,
    values: dict[str, str],
    start_at: datetime,
    number: int,
    pause_at: int,
    length: int,
) -> None:
    """Where a pause stops the clock, an open one leaves as much as there was when it began (RC-19)."""
    asked = {
        "start_at": start_at,
        "amount": Amount(number, unit),
        "calendar": town.calendar,
        "readings": readings_of(values | {"rc19": "stops"}),
    }
    pause = Span(start_at + timedelta(minutes=pause_at))
    if pause.begin_at < due(**asked).due_at:
        left = remaining(at=pause.begin_at, pauses=[pause], **asked)
        now = pause.begin_at + timedelta(minutes=length)
        assert remaining(at=now, pauses=[pause], **asked) == left
        assert remaining(at=now, pauses=[Span(pause.begin_at, now + timedelta(days=9))], **asked) == left


@settings(max_examples=300)
@given(towns, units, readings, minutes, st.integers(1, 9))
def test_a_warning_lies_its_amount_before_the_deadline(
    town: Town, unit: TimeUnit, values: dict[str, str], start_at: datetime, number: int
) -> None:
    """From the instant of a warning, exactly its amount is left until the deadline."""
    chosen = readings_of(values)
    asked = {"start_at": start_at, "amount": Amount(20, unit), "calendar": town.calendar, "readings": chosen}
    deadline_at = due(**asked).due_at
    warned_at = before(deadline_at, Amount(number, unit), town.calendar, chosen)
    left = time_left(deadline_at, at=warned_at, unit=unit, calendar=town.calendar, readings=chosen)
    assert warned_at < deadline_at
    assert abs(left - number) <= slack(unit, values)


def test_the_third_of_three_working_days() -> None:
    """On its last day a limit of three working days has run three and has none left, afterwards less."""
    asked = {"start_at": at("2026-03-09 10:00"), "calendar": ALL_HOURS, "readings": DEFAULT}
    three = parse_amount("3 working days")
    table = [
        ("2026-03-09 10:00", 0, 3),
        ("2026-03-09 23:00", 0, 3),
        ("2026-03-10 08:00", 1, 2),
        ("2026-03-12 09:00", 3, 0),
        ("2026-03-13 09:00", 4, -1),
        ("2026-03-15 09:00", 4, -1),
        ("2026-03-16 09:00", 5, -2),
    ]
    for now, ran, left in table:
        assert elapsed(end_at=at(now), unit=TimeUnit.WORKING_DAYS, **asked) == ran
        assert remaining(at=at(now), amount=three, **asked) == left


def test_days_moved_to_a_working_day_are_left_until_that_day() -> None:
    """What is left of a limit that RC-5 moved to Monday is counted to Monday, not to the Saturday before."""
    asked = {
        "start_at": at("2026-03-13 09:00"),
        "amount": parse_amount("1 day"),
        "calendar": ALL_HOURS,
        "readings": DEFAULT,
    }
    assert remaining(at=at("2026-03-15 12:00"), **asked) == 1
    assert remaining(at=at("2026-03-17 12:00"), **asked) == -1


def test_a_pause_after_the_end_does_not_stop_what_is_late() -> None:
    """Once a limit has ended, a pause changes nothing: the days since go on being counted."""
    left = remaining(
        at=at("2026-03-19 09:00"),
        start_at=at("2026-03-09 10:00"),
        amount=parse_amount("3 working days"),
        calendar=ALL_HOURS,
        readings=TimeReadings(rc19="stops"),
        pauses=[Span(at("2026-03-13 09:00"))],
    )
    assert left == -5


@settings(max_examples=200)
@given(towns, units, readings, minutes, st.integers(1, 12), st.integers(0, 5_000), spans)
def test_what_lies_before_the_start_or_ahead_changes_nothing(
    town: Town,
    unit: TimeUnit,
    values: dict[str, str],
    start_at: datetime,
    number: int,
    earlier: int,
    offsets: list[tuple[int, int]],
) -> None:
    """Before its start a limit has everything left, and pauses that are still to come are not taken."""
    asked = {
        "start_at": start_at,
        "amount": Amount(number, unit),
        "calendar": town.calendar,
        "readings": readings_of(values | {"rc19": "stops"}),
    }
    whole = remaining(at=start_at, **asked)
    later = [span for span in pauses_from(start_at, offsets) if span.begin_at >= start_at]
    assert remaining(at=start_at, pauses=later, **asked) == whole
    assert remaining(at=start_at - timedelta(minutes=earlier), pauses=later, **asked) == whole


def test_office_hours_left_over_lunch() -> None:
    """Office hours do not run over lunch, at night or on rest days, before and after the end."""
    asked = {
        "start_at": at("2026-03-13 11:00"),
        "amount": parse_amount("3 office hours"),
        "calendar": OFFICE_HOURS,
        "readings": DEFAULT,
    }
    assert due(**asked).label == "2026-03-13 16:00"
    assert remaining(at=at("2026-03-13 13:00"), **asked) == 2
    assert remaining(at=at("2026-03-14 13:00"), **asked) == Fraction(-3, 2)


def test_at_once_is_measured_in_minutes() -> None:
    """What is to be done at once has minutes run and minutes left."""
    asked = {"start_at": at("2026-03-10 10:00"), "calendar": OFFICE_HOURS, "readings": DEFAULT}
    now = at("2026-03-10 17:00")
    assert elapsed(end_at=now, unit=TimeUnit.AT_ONCE, **asked) == 420
    assert remaining(at=now, amount=parse_amount("at once"), **asked) == 30


@pytest.mark.parametrize(
    ("deadline", "amount", "warning"),
    [
        ("2026-03-17 00:00", "1 working day", "2026-03-14 00:00"),  # 16 March 24:00 → 13 March 24:00
        ("2026-03-16 17:30", "1 working day", "2026-03-13 17:30"),
        ("2026-02-25 17:30", "2 working days", "2026-02-14 17:30"),
        ("2026-03-16 17:30", "2 days", "2026-03-14 17:30"),
        ("2026-03-16 09:30", "2 office hours", "2026-03-13 16:30"),
        ("2026-03-17 00:00", "2 office hours", "2026-03-16 15:30"),
        ("2026-03-16 17:30", "7 office hours", "2026-03-16 08:30"),
        ("2026-03-16 09:30", "48 hours", "2026-03-14 09:30"),
        ("2026-03-16 09:30", "30 minutes", "2026-03-16 09:00"),
        ("2026-03-16 09:30", "at once", "2026-03-16 09:30"),
    ],
)
def test_when_to_warn(deadline: str, amount: str, warning: str) -> None:
    """A warning goes back by its own unit: days to the same time, office hours through office hours."""
    assert before(at(deadline), parse_amount(amount), OFFICE_HOURS, DEFAULT) == at(warning)


def test_working_days_go_back_by_office_hours_when_they_are_exact() -> None:
    """Under RC-2 exact, a working day before is a standard day of office hours before."""
    exact = TimeReadings(rc2="exact")
    assert before(at("2026-03-16 10:00"), parse_amount("1 working day"), OFFICE_HOURS, exact) == at(
        "2026-03-13 10:00"
    )
