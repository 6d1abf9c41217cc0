"""On which days a duty comes round: against a walk day by day, and by what the policies say."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.rules.case.timing import AmendedDays, calendar_of
from shared.rules.duties import occurrences, unwritten
from shared.rules.pack.model import DayOff, DutyKind, Owed, Period, Recurrence
from tests.duties.worlds import CALENDAR, DAY, FIRST, LAST, TOWN, a_duty, a_town, recurrences, walked

HOLIDAYS_OFF = st.none() | st.sampled_from(DayOff)
SPANS = st.tuples(st.dates(FIRST, LAST), st.integers(0, 120)).map(
    lambda pair: (pair[0], pair[0] + pair[1] * DAY)
)
MONDAY, FRIDAY = 0, 4


def days(every: Recurrence, first: str, last: str, **more: object) -> dict[str, str]:
    """Return label → day of a duty alone in its town."""
    duty = a_duty(every, **more)
    found = occurrences(a_town(duty), CALENDAR, duty, date.fromisoformat(first), date.fromisoformat(last))
    return {str(each.label): str(each.on) for each in found}


@given(every=recurrences(), off=HOLIDAYS_OFF, span=SPANS)
def test_every_occurrence_is_where_a_walk_day_by_day_finds_it(
    every: Recurrence, off: DayOff | None, span: tuple[date, date]
) -> None:
    """Named days, days off by rule or by kind (RC-14), and once a day: as someone with a wall calendar would find."""
    duty = a_duty(every, day_off=off)
    found = occurrences(a_town(duty), CALENDAR, duty, *span)
    assert {each.label: each.on for each in found} == walked(every, off, *span)


@given(every=recurrences(), span=SPANS, wider=st.integers(1, 40))
def test_what_an_occurrence_is_does_not_depend_on_the_span_that_is_asked_for(
    every: Recurrence, span: tuple[date, date], wider: int
) -> None:
    """Asked for more, the same ones come: a label stays, whatever horizon it was made with."""
    duty = a_duty(every)
    town, (first, last) = a_town(duty), span
    more = occurrences(town, CALENDAR, duty, first - wider * DAY, last + wider * DAY)
    assert occurrences(town, CALENDAR, duty, first, last) == tuple(
        o for o in more if first <= o.label <= last
    )


@given(every=recurrences(), off=HOLIDAYS_OFF, span=SPANS)
def test_each_opens_before_it_is_due_and_says_why_it_moved(
    every: Recurrence, off: DayOff | None, span: tuple[date, date]
) -> None:
    """A span is never empty, and a reason is given in both languages exactly where the day is not the label's."""
    duty = a_duty(every, day_off=off)
    for each in occurrences(a_town(duty), CALENDAR, duty, *span):
        assert each.opens_at
        assert each.due_at
        assert each.opens_at < each.due_at
        assert bool(each.moved.zh) == bool(each.moved.en) == (each.label != each.on)


def test_the_third_of_the_month_is_held_earlier_and_keeps_its_label() -> None:
    """S-053: January's lies in December (A-39), May's and October's before the holidays."""
    held = days(Recurrence(Period.MONTH, days=(3,)), "2026-01-01", "2026-10-31", kind=DutyKind.MEETING)
    assert {label: held[label] for label in ("2026-01-03", "2026-02-03", "2026-05-03", "2026-10-03")} == {
        "2026-01-03": "2025-12-31", "2026-02-03": "2026-02-03", "2026-05-03": "2026-04-30", "2026-10-03": "2026-09-30",
    }  # fmt: skip


def test_meetings_around_the_spring_festival() -> None:
    """S-061: a make-up Saturday is a working day, a week of holidays has no meeting, Monday's is held on Tuesday."""
    morning = a_duty(Recurrence(Period.WORKING_DAY), "morning", kind=DutyKind.MEETING, at=510)
    weekly = a_duty(
        Recurrence(Period.WEEK, weekdays=(MONDAY,)), "weekly", kind=DutyKind.MEETING, instead_of=("morning",)
    )
    town, span = a_town(morning, weekly), (date(2026, 2, 9), date(2026, 2, 27))
    mornings = {each.on: each.replaced_by for each in occurrences(town, CALENDAR, morning, *span)}
    assert mornings[date(2026, 2, 14)] is None
    assert not any(date(2026, 2, 15) <= on <= date(2026, 2, 23) for on in mornings if on)
    assert (mornings[date(2026, 2, 9)], mornings[date(2026, 2, 24)]) == ("weekly", "weekly")
    assert [each.on for each in occurrences(town, CALENDAR, weekly, *span)] == [
        date(2026, 2, 9),
        date(2026, 2, 24),
    ]


@pytest.mark.parametrize(
    ("read", "on"), [("last_friday", "2026-07-31"), ("friday_of_last_week", "2026-07-31")]
)
def test_the_last_friday_where_both_readings_agree(read: str, on: str) -> None:
    """A month that ends on a Friday has one last Friday, however its last week is read (RC-15)."""
    duty = a_duty(Recurrence(Period.MONTH, last_weekday=FRIDAY, months=(7,)))
    found = occurrences(a_town(duty, RC_15=read), CALENDAR, duty, date(2026, 7, 1), date(2026, 7, 31))
    assert [str(each.on) for each in found] == [on]


def test_the_friday_of_the_last_week_may_lie_in_the_next_month() -> None:
    """RC-15: June 2026 ends on a Tuesday; its last week's Friday is the third of July."""
    duty = a_duty(Recurrence(Period.MONTH, last_weekday=FRIDAY, months=(6,)))
    span = date(2026, 6, 1), date(2026, 7, 20)
    assert [str(o.on) for o in occurrences(a_town(duty), CALENDAR, duty, *span)] == ["2026-06-26"]
    other = a_town(duty, RC_15="friday_of_last_week")
    assert [str(o.on) for o in occurrences(other, CALENDAR, duty, *span)] == ["2026-07-03"]


def test_before_a_day_ends_with_it_or_with_the_day_before() -> None:
    """RC-16: 'before the 15th' includes the 15th unless the town reads it otherwise."""
    duty = a_duty(Recurrence(Period.MONTH, days=(15, 20)), before_day=True)
    ends = [
        [
            str(each.due_at)
            for each in occurrences(a_town(duty, RC_16=read), CALENDAR, duty, FIRST, date(2024, 1, 31))
        ]
        for read in ("end_of_day", "day_before")
    ]
    # Midnight in Shanghai is 16:00 in UTC. The 20th is a Saturday: the working day before it.
    assert ends == [
        ["2024-01-15 16:00:00+00:00", "2024-01-19 16:00:00+00:00"],
        ["2024-01-14 16:00:00+00:00", "2024-01-18 16:00:00+00:00"],
    ]


def test_two_that_fall_on_one_day_count_once_and_name_each_other() -> None:
    """Monday to Wednesday off: Monday's report is given with Thursday's."""
    duty = a_duty(Recurrence(Period.WEEK, weekdays=(MONDAY, 3)))
    (each,) = occurrences(a_town(duty), CALENDAR, duty, date(2025, 1, 27), date(2025, 2, 9))[-1:]
    assert (str(each.label), str(each.on)) == ("2025-02-06", "2025-02-06")
    amended = calendar_of(
        TOWN, AmendedDays(revision=1, holidays={f"2025-03-0{n}": "flood" for n in (3, 4, 5)})
    )
    (moved,) = occurrences(a_town(duty), amended, duty, date(2025, 3, 3), date(2025, 3, 9))
    assert (str(moved.label), moved.also) == ("2025-03-06", (date(2025, 3, 3),))
    assert str(moved.since) == "2025-03-03"


def test_a_span_is_not_moved_and_counts_from_its_first_day() -> None:
    """From the 1st to the 15th, a half month, a quarter: a day off within or at the end changes nothing."""
    spans = {
        Recurrence(Period.MONTH, window=(1, 15)): ("2026-02-01", "2026-02-15"),
        Recurrence(Period.HALF_MONTH): ("2026-02-01", "2026-02-15"),
        Recurrence(Period.QUARTER): ("2026-01-01", "2026-03-31"),
        Recurrence(Period.HALF_YEAR): ("2026-01-01", "2026-06-30"),
        Recurrence(Period.YEAR): ("2026-01-01", "2026-12-31"),
        Recurrence(Period.WEEK): ("2026-02-09", "2026-02-15"),
    }
    for every, (since, until) in spans.items():
        end = date.fromisoformat(until)
        (each,) = occurrences(a_town(duty := a_duty(every)), CALENDAR, duty, end, end)
        assert (str(each.since), str(each.label), str(each.on)) == (since, until, until)


def test_a_year_without_a_calendar_gives_no_day_or_a_provisional_one() -> None:
    """RC-22: refused, the year is named and there is no day; provisional, weekends alone say which."""
    duty = a_duty(Recurrence(Period.MONTH, days=(3,)))
    span = date(2031, 5, 1), date(2031, 5, 31)
    (refused,) = occurrences(a_town(duty), CALENDAR, duty, *span)
    assert (refused.on, refused.due_at, refused.missing_year) == (None, None, 2031)
    (guessed,) = occurrences(a_town(duty, RC_22="provisional"), CALENDAR, duty, *span)
    assert (str(guessed.on), guessed.provisional) == ("2031-05-02", True)


def test_a_quarter_needs_no_calendar() -> None:
    """What no day off can move is reckoned in any year."""
    duty = a_duty(Recurrence(Period.QUARTER))
    (each,) = occurrences(a_town(duty), CALENDAR, duty, date(2031, 1, 1), date(2031, 3, 31))
    assert (str(each.on), each.provisional, each.missing_year) == ("2031-03-31", False, None)


def test_what_comes_once_has_the_day_that_the_town_wrote_or_none() -> None:
    """A date blanked in the policy is listed until the town writes it; written, it is no recurring duty to be moved."""
    written = a_duty(Recurrence(Period.ONCE, on=date(2026, 1, 31)))
    (each,) = occurrences(a_town(written), CALENDAR, written, date(2026, 1, 1), date(2026, 12, 31))
    assert (each.on, each.since) == (date(2026, 1, 31), date(2026, 1, 1))
    open_one = a_duty(Recurrence(Period.ONCE))
    assert unwritten(open_one)
    assert not unwritten(written)
    assert occurrences(a_town(open_one), CALENDAR, open_one, date(2026, 1, 1), date(2026, 12, 31)) == ()


def test_without_a_number_or_in_principle_nothing_falls_due() -> None:
    """No number, no verdict: what was done is listed."""
    for more in ({"owes": Owed("log", at_least=None)}, {"in_principle": True}):
        duty = a_duty(Recurrence(Period.MONTH), **more)
        (each,) = occurrences(a_town(duty), CALENDAR, duty, date(2026, 3, 1), date(2026, 3, 31))
        assert (each.due_at, each.on) == (None, date(2026, 3, 31))


def test_mondays_to_fridays_alone_know_no_holiday() -> None:
    """RC-4: read so, a make-up Saturday is none and a holiday on a Tuesday is worked."""
    duty = a_duty(Recurrence(Period.WORKING_DAY), readings={"RC-4": "mon_fri"})
    found = occurrences(a_town(duty), CALENDAR, duty, date(2026, 2, 14), date(2026, 2, 23))
    assert [each.on for each in found] == [date(2026, 2, 16) + timedelta(days=n) for n in (0, 1, 2, 3, 4, 7)]
