"""From limits to working time."""

from dataclasses import replace
from datetime import date

import pytest

from shared.rules.case.timing import AmendedDays
from shared.rules.decide import calendar_of, local_day, start_of, time_readings
from shared.rules.pack.model import Limit, Pack
from shared.rules.worktime.days import CalendarMissing, DayKind
from shared.rules.worktime.due import due
from tests.decide.towns import books, case, local, real, two_levels

SHORTENED = """\
limits:
  - rule: old
    because: A-1
    valid: {until: 2026-03-31}
    when: {level: village}
    clock: accept
    within: 3 working days
    until: settled
  - rule: new
    because: A-1
    valid: {from: 2026-04-01}
    when: {level: village}
    clock: accept
    within: 2 working days
    until: settled
"""


def limit(pack: Pack, rule: str) -> Limit:
    return next(one for one in pack.limits if one.origin.rule == rule)


@pytest.mark.parametrize(
    ("rule", "readings", "start"),
    [
        ("own-matter-limit", {}, "accepted"),
        ("own-matter-limit", {"RC-1": "reported"}, "reported"),
        ("own-matter-limit", {"RC-1": "assigned"}, "assigned"),
        ("submission-limit", {}, "found"),
        ("submission-limit", {"RC-10": "accepted"}, "accepted"),
        ("submission-limit", {"RC-1": "reported"}, "found"),
    ],
)
def test_a_limit_starts_where_its_reading_says(rule: str, readings: dict[str, str], start: str) -> None:
    """Without a start of its own a limit runs from RC-1's milestone, a submission from RC-10's."""
    pack = real("t-vtc")
    pack = replace(pack, readings={**pack.readings, **readings})
    assert start_of(pack, limit(pack, rule)) == start


def test_a_limit_s_own_start_wins() -> None:
    """What a rule says outright is not asked of a reading."""
    pack = real("t-zq")
    pack = replace(pack, readings={**pack.readings, "RC-1": "assigned"})
    assert start_of(pack, limit(pack, "即时受理")) == "reported"


def test_the_nearest_reading_wins() -> None:
    """A rule's own reading wins over the pack's, which wins over the default."""
    pack = real("los-angeles")
    assert time_readings(pack, limit(pack, "encampment")).rc5 == "strict"
    assert time_readings(pack, limit(pack, "pickup")).rc5 == "roll"
    assert time_readings(pack, limit(pack, "pickup")).rc19 == "stops"


def test_equal_calendars_are_one() -> None:
    """Two towns with the same days share one calendar and what it has worked out."""
    assert calendar_of(two_levels()) is calendar_of(two_levels("b-town"))
    assert calendar_of(real("t-vtc")) is not calendar_of(real("los-angeles"))


def test_published_days_lie_over_the_pack_s_own() -> None:
    """An amendment wins over the pack's list and the official table, and completes a year (RC-22)."""
    pack = two_levels()
    amended = AmendedDays(
        revision=1, years=(2027,), holidays={"2027-01-01": "元旦"}, make_up={"2026-03-08": "补班"}
    )
    days = calendar_of(pack, amended)
    assert days.kind(date(2027, 1, 1)).kind is DayKind.HOLIDAY
    assert days.kind(date(2026, 3, 8)).kind is DayKind.MAKE_UP
    with pytest.raises(CalendarMissing):
        calendar_of(pack).kind(date(2027, 1, 1))
    overruled = AmendedDays(revision=2, holidays={"2026-02-14": "x"})
    assert calendar_of(pack, overruled).kind(date(2026, 2, 14)).kind is DayKind.HOLIDAY


def test_the_last_word_on_a_day_is_the_amendment() -> None:
    """A day that the pack lists as a holiday and an amendment as worked is worked."""
    pack = real("los-angeles")
    days = calendar_of(pack, AmendedDays(revision=1, make_up={"2020-01-20": "moved"}))
    assert days.kind(date(2020, 1, 20)).kind is DayKind.MAKE_UP


def test_a_day_is_the_town_s() -> None:
    """Dates of effect are compared with the local day, whatever the day elsewhere."""
    at = local("2026-04-01 00:30")
    assert local_day(real("t-vtc"), at) == date(2026, 4, 1)
    assert local_day(real("los-angeles"), at) == date(2026, 3, 31)


def test_an_edition_that_shortens_a_limit_counts_from_its_first_day() -> None:
    """Scenario S-019: a limit of three days until March, of two from April, by the clock's first day."""
    pack = two_levels(more=SHORTENED)
    book = books().of(pack)
    held = case(levels=("village",))
    for label, rule in (("2026-03-31 10:00", "old"), ("2026-04-01 10:00", "new")):
        at = local(label)
        found = [one for one in book.limits(held, local_day(pack, at)).limits if one.clock == "accept"]
        assert [one.origin.rule for one in found] == [rule]
        amount = found[0].within
        assert amount is not None
        readings = time_readings(pack, found[0])
        deadline = due(start_at=at, amount=amount, calendar=calendar_of(pack), readings=readings)
        assert deadline.label == "2026-04-03 24:00"
