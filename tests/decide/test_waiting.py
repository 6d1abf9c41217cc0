"""From when a step may be taken that has to wait."""

from dataclasses import replace
from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from shared.rules.case.timing import AmendedDays
from shared.rules.decide.waiting import opening
from shared.rules.pack.model import NotBefore
from shared.rules.worktime.amount import Amount, TimeUnit
from tests.decide.towns import local, real

PACK = real("t-lake")  # no office hours: a day ends at 24:00
NOTICE = PACK.steps["公示期满"].not_before
# The official days off of the first half of 2026 and the weekend days worked for them, written down a second time.
OFF = {
    *(date(2026, 1, 1) + timedelta(days=n) for n in range(3)),
    *(date(2026, 2, 15) + timedelta(days=n) for n in range(9)),
    *(date(2026, 4, 4) + timedelta(days=n) for n in range(3)),
    *(date(2026, 5, 1) + timedelta(days=n) for n in range(5)),
    *(date(2026, 6, 19) + timedelta(days=n) for n in range(3)),
}
WORKED = {date(2026, 1, 4), date(2026, 2, 14), date(2026, 2, 28), date(2026, 5, 9)}


def is_worked(on: date) -> bool:
    """A day of the week, or one worked for a holiday."""
    return on in WORKED or (on.weekday() < 5 and on not in OFF)


@given(st.dates(date(2026, 1, 1), date(2026, 5, 20)), st.integers(1, 15), st.integers(0, 24 * 60 - 1))
def test_whole_working_days_lie_between(on: date, number: int, minute: int) -> None:
    """Between the day of the notice and the first day on which the step is open lie exactly so many working days."""
    since_at = local(f"{on} 00:00") + timedelta(minutes=minute)
    found = opening(PACK, NotBefore(Amount(number, TimeUnit.WORKING_DAYS), "公示议案", ("LAKE.2",)), since_at)
    assert found.ends is not None
    first = found.ends.due_at.astimezone(since_at.tzinfo) + timedelta(hours=8)
    between = [on + timedelta(days=n) for n in range(1, (first.date() - on).days)]
    assert sum(map(is_worked, between)) == number
    assert is_worked(between[-1])
    assert found.is_open(found.ends.due_at)
    assert not found.is_open(found.ends.due_at - timedelta(microseconds=1))


def test_published_days_move_the_end() -> None:
    """A holiday of the town's own that is published later makes a notice last a day longer."""
    assert NOTICE is not None
    since_at = local("2026-03-04 09:00")
    days = AmendedDays(revision=1, holidays={"2026-03-09": "fair"})
    ends = [opening(PACK, NOTICE, since_at, published).ends for published in (None, days)]
    assert [one and one.label for one in ends] == ["2026-03-11 24:00", "2026-03-12 24:00"]


def test_pauses_are_the_clocks_alone() -> None:
    """RC-19 stops clocks and moves no waiting time; RC-22 says whether a year without a calendar may be guessed."""
    assert NOTICE is not None
    late = local("2026-12-30 09:00")
    unknown = opening(PACK, NOTICE, late)
    assert (unknown.ends, unknown.missing_year) == (None, 2027)
    assert not unknown.is_open(late + timedelta(days=400))
    guessing = replace(PACK, readings={**PACK.readings, "RC-22": "provisional", "RC-19": "stops"})
    guessed = opening(guessing, NOTICE, late).ends
    assert guessed is not None
    assert (guessed.label, guessed.provisional) == ("2027-01-06 24:00", True)
