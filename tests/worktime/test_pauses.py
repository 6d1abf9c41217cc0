"""What pauses do to a limit where they stop the clock (RC-19)."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.rules.worktime.amount import Amount, TimeUnit, parse_amount
from shared.rules.worktime.due import InstantOutOfRange, Span, check_certificate, due
from shared.rules.worktime.readings import TimeReadings
from tests.worktime.moments import ALL_HOURS, OFFICE_HOURS, at
from tests.worktime.test_elapsed import minutes, pauses_from, readings, spans, towns
from tests.worktime.worlds import Town, readings_of

STOPS = TimeReadings(rc19="stops")
units = st.sampled_from(list(TimeUnit))


def amount_of(unit: TimeUnit, number: int) -> Amount:
    return Amount(0 if unit is TimeUnit.AT_ONCE else number, unit)


@settings(max_examples=300)
@given(towns, units, readings, minutes, st.integers(1, 12), spans)
def test_no_limit_ends_in_or_before_a_pause_that_stopped_it(
    town: Town,
    unit: TimeUnit,
    values: dict[str, str],
    start_at: datetime,
    number: int,
    offsets: list[tuple[int, int]],
) -> None:
    """A limit ends after every pause that began before its end, and never earlier than without pauses."""
    pauses = pauses_from(start_at, offsets)
    asked = {"start_at": start_at, "amount": amount_of(unit, number), "calendar": town.calendar}
    stopped = due(readings=readings_of(values | {"rc19": "stops"}), pauses=pauses, **asked).due_at
    ran_on = due(readings=readings_of(values | {"rc19": "runs_on"}), pauses=pauses, **asked).due_at
    assert stopped >= ran_on == due(readings=readings_of(values), **asked).due_at
    assert all(
        span.end_at <= start_at or span.begin_at >= stopped or span.end_at < stopped for span in pauses
    )


@settings(max_examples=300)
@given(towns, units, readings, minutes, st.integers(1, 12), st.integers(0, 9_000), st.integers(0, 4_000))
def test_a_longer_pause_never_brings_the_end_nearer(
    town: Town,
    unit: TimeUnit,
    values: dict[str, str],
    start_at: datetime,
    number: int,
    begin: int,
    length: int,
) -> None:
    """The later an answer comes, the later the limit ends, or it ends at the same instant."""
    if unit is TimeUnit.DAYS and values["rc2"] == "exact" and values["rc5"] == "roll":
        values = values | {
            "rc5": "strict"
        }  # a moved end keeps its time of day: the exact end after it may be sooner
    begin_at = start_at + timedelta(minutes=begin)
    ends = [
        due(
            start_at=start_at,
            amount=amount_of(unit, number),
            calendar=town.calendar,
            readings=readings_of(values | {"rc19": "stops"}),
            pauses=[Span(begin_at, begin_at + timedelta(minutes=length + more))],
        ).due_at
        for more in (0, 1, 700, 3_000)
    ]
    assert ends == sorted(ends)


@settings(max_examples=200)
@given(towns, units, readings, minutes, st.integers(1, 12), spans, st.randoms())
def test_the_order_and_the_cutting_of_pauses_do_not_matter(
    town: Town,
    unit: TimeUnit,
    values: dict[str, str],
    start_at: datetime,
    number: int,
    offsets: list[tuple[int, int]],
    random: object,
) -> None:
    """Pauses may come in any order, overlap, or be one pause in two halves."""
    pauses = pauses_from(start_at, offsets)
    halves = [
        half
        for span in pauses
        for middle in [span.begin_at + (span.end_at - span.begin_at) / 2]
        for half in (Span(middle, span.end_at), Span(span.begin_at, middle))
    ]
    asked = {"start_at": start_at, "amount": amount_of(unit, number), "calendar": town.calendar}
    chosen = readings_of(values | {"rc19": "stops"})
    expected = due(readings=chosen, pauses=pauses, **asked)
    assert due(readings=chosen, pauses=pauses[::-1], **asked) == expected
    assert due(readings=chosen, pauses=halves, **asked) == expected


@pytest.mark.parametrize(
    ("pause", "label"),
    [
        (("2026-03-10 09:00", "2026-03-10 16:00"), "2026-03-12 24:00"),  # asked and answered on one day
        (("2026-03-10 09:00", "2026-03-11 09:00"), "2026-03-13 24:00"),
        (("2026-03-13 00:00", "2026-03-16 09:00"), "2026-03-12 24:00"),  # begins when the limit has ended
        (("2026-03-12 23:59", "2026-03-16 09:00"), "2026-03-16 24:00"),
        (("2026-03-06 09:00", "2026-03-09 10:00"), "2026-03-12 24:00"),  # ended when the limit began
        (("2026-03-06 09:00", "2026-03-10 10:00"), "2026-03-13 24:00"),
        (("2026-03-11 09:00", None), "2026-03-12 24:00"),  # still open
        (("2026-03-11 09:00", "2026-03-14 09:00"), "2026-03-16 24:00"),  # Saturday is no working day
    ],
)
def test_a_pause_adds_the_days_counted_by_the_limits_own_reading(
    pause: tuple[str, str | None], label: str
) -> None:
    """Working days after the day of asking, up to the day of the answer, are added to three working days."""
    deadline = due(
        start_at=at("2026-03-09 10:00"),
        amount=parse_amount("3 working days"),
        calendar=ALL_HOURS,
        readings=STOPS,
        pauses=[Span(at(pause[0]), pause[1] and at(pause[1]))],
    )
    assert deadline.label == label


def test_a_day_is_given_back_once() -> None:
    """Two pauses that touch the same day give that day back once, also where the first day counts (RC-2)."""
    for reading, label in (("next_day", "2026-03-12 24:00"), ("include_start_day", "2026-03-12 24:00")):
        deadline = due(
            start_at=at("2026-03-09 10:00"),
            amount=Amount(3, TimeUnit.WORKING_DAYS),
            calendar=ALL_HOURS,
            readings=TimeReadings(rc19="stops", rc2=reading),
            pauses=[
                Span(at("2026-03-10 09:00"), at("2026-03-10 10:00")),
                Span(at("2026-03-10 11:00"), at("2026-03-10 12:00")),
            ],
        )
        assert deadline.label == label


def test_an_answer_after_the_close_of_the_last_day_leaves_the_next_day() -> None:
    """A limit whose last day closed while it was paused ends with the next counted day, not in the past."""
    asked = {"start_at": at("2026-03-09 10:00"), "amount": parse_amount("1 working day"), "readings": STOPS}
    for answered, label in (("17:00", "2026-03-12 17:30"), ("17:30", "2026-03-13 17:30")):
        pause = Span(at("2026-03-10 10:00"), at(f"2026-03-12 {answered}"))
        deadline = due(calendar=OFFICE_HOURS, pauses=[pause], **asked)
        assert deadline.label == label


def test_an_answer_on_days_of_rest_leaves_the_next_working_day() -> None:
    """A limit whose last day passed while it was paused over a holiday ends with the next working day."""
    deadline = due(
        start_at=at("2026-02-13 10:00"),
        amount=parse_amount("1 working day"),
        calendar=ALL_HOURS,
        readings=STOPS,
        pauses=[Span(at("2026-02-14 10:00"), at("2026-02-18 09:00"))],
    )
    assert deadline.label == "2026-02-24 24:00"
    assert deadline.certificate["pauses"][0]["moved"] == "closed"


def test_a_pause_on_days_of_grace_keeps_what_was_left_of_them() -> None:
    """A pause that begins on a Sunday to which a limit runs on to Monday leaves one day after the answer."""
    deadline = due(
        start_at=at("2026-03-13 09:00"),
        amount=parse_amount("1 day"),
        calendar=ALL_HOURS,
        readings=STOPS,
        pauses=[Span(at("2026-03-15 10:00"), at("2026-03-19 09:00"))],
    )
    assert deadline.label == "2026-03-20 24:00"
    assert deadline.certificate["pauses"][0]["moved"] == "grace"
    assert check_certificate(deadline.certificate)


def test_a_certificate_shows_the_days_over_which_a_paused_end_had_moved() -> None:
    """Rest days and a make-up Sunday that decided how a pause counts are shown, though the end lies later."""
    deadline = due(
        start_at=at("2025-12-31 10:00"),
        amount=parse_amount("1 day"),
        calendar=ALL_HOURS,
        readings=STOPS,
        pauses=[Span(at("2026-01-02 10:00"), at("2026-01-06 09:00"))],
    )
    assert deadline.label == "2026-01-08 24:00"
    assert check_certificate(deadline.certificate)


def test_a_pause_never_brings_an_exact_end_nearer() -> None:
    """An end that RC-5 moved to Monday 20:00 stays there, though the paused end would be Monday 05:00."""
    deadline = due(
        start_at=at("2026-03-13 20:00"),
        amount=parse_amount("1 day"),
        calendar=ALL_HOURS,
        readings=TimeReadings(rc2="exact", rc19="stops"),
        pauses=[Span(at("2026-03-13 21:00"), at("2026-03-15 06:00"))],
    )
    assert deadline.label == "2026-03-16 20:00"
    assert deadline.certificate["pauses"][0]["moved"] == "kept"


def test_office_hours_are_given_back_as_office_hours() -> None:
    """A pause over lunch and closing adds only the office time that it covered."""
    deadline = due(
        start_at=at("2026-03-13 09:00"),
        amount=parse_amount("4 office hours"),
        calendar=OFFICE_HOURS,
        readings=STOPS,
        pauses=[Span(at("2026-03-13 11:00"), at("2026-03-13 15:00"))],
    )
    assert deadline.label == "2026-03-13 17:00"


def test_hours_are_given_back_exactly() -> None:
    """Clock hours are extended by exactly the time of the pause, to the microsecond."""
    lost = timedelta(hours=3, microseconds=7)
    begin_at = at("2026-03-14 03:00")
    deadline = due(
        start_at=at("2026-03-13 09:00"),
        amount=parse_amount("48 hours"),
        calendar=ALL_HOURS,
        readings=STOPS,
        pauses=[Span(begin_at, begin_at + lost)],
    )
    assert deadline.due_at == at("2026-03-15 09:00") + lost


def test_a_pause_is_an_interval_of_aware_instants() -> None:
    """A pause that ends before it begins, has no offset, or lies where dates end is refused."""
    with pytest.raises(ValueError, match="before it begins"):
        Span(at("2026-03-13 09:00"), at("2026-03-13 08:00"))
    with pytest.raises(ValueError, match="no offset"):
        Span(at("2026-03-13 09:00").replace(tzinfo=None))
    with pytest.raises(InstantOutOfRange):
        Span(datetime(9999, 12, 31, tzinfo=UTC))
