"""Facts from time: the hour and the kind of day of a report, by the town's own clock and calendar (decision 30)."""

from dataclasses import replace
from datetime import datetime

import pytest

from gridcase.mutation.facts import of_fact
from shared.rules.case.times import facts_of_time, has_times
from shared.rules.case.timing import AmendedDays
from shared.rules.decide import Situation, decide
from shared.rules.language.errors import PackErrors
from shared.rules.pack.model import Pack, Times
from shared.rules.pack.read import build_pack
from tests.decide.towns import books, local
from tests.e2e.format_examples import TOWN, town_with

NIGHT = """\
routing:
  - rule: night
    because: RULES-1
    when: {asked: yes}
    then: {level: town, lead: town-centre, procedure: standard}
"""
FACT = "facts:\n  asked: {{type: yes or no, from: time, {says}, name: {{zh: 问, en: asked}}}}\n"


def town(says: str, number: int = 2) -> Pack:
    """The README's town with one fact from time."""
    return build_pack(town_with(FACT.format(says=says), number=number), TOWN)


def holds(pack: Pack, at: str, days: AmendedDays | None = None) -> bool | None:
    """Whether the fact holds of a report at a local instant; None: not known."""
    return facts_of_time(pack, {"reported": local(at)}, days).get("asked")


@pytest.mark.parametrize(
    ("at", "is_night"),
    [("21:59", False), ("22:00", True), ("23:59", True), ("00:00", True), ("05:59", True), ("06:00", False)],
)
def test_a_span_past_midnight_ends_exclusively(at: str, is_night: bool) -> None:
    """22:00–06:00 holds from 22:00 on, through midnight, and no longer at 06:00."""
    assert holds(town("between: 22:00-06:00"), f"2026-03-10 {at}") is is_night


def test_of_several_spans_any_holds() -> None:
    """Several spans are united."""
    pack = town("between: [00:00-01:00, 12:00-13:00]")
    assert [holds(pack, f"2026-03-10 {at}") for at in ("00:30", "11:00", "12:30")] == [True, False, True]


@pytest.mark.parametrize(
    ("on", "kind"),
    [
        ("2026-03-09", "working_day"),
        ("2026-03-14", "weekend"),
        ("2026-02-14", "working_day"),
        ("2026-02-17", "holiday"),
    ],
)
def test_the_kind_of_day_is_the_calendars(on: str, kind: str) -> None:
    """A worked Saturday is a working day, a day of the Spring Festival a holiday, whatever weekday it is."""
    found = {
        each for each in ("working_day", "weekend", "holiday") if holds(town(f"days: {each}"), f"{on} 10:00")
    }
    assert found == {kind}


def test_published_days_count() -> None:
    """A day that the town publishes as a holiday is one for reports from then on."""
    pack, rest = town("days: holiday"), AmendedDays(revision=1, holidays={"2026-03-09": "rest"})
    assert (holds(pack, "2026-03-09 10:00"), holds(pack, "2026-03-09 10:00", rest)) == (False, True)


def test_under_monday_to_friday_no_day_is_a_holiday() -> None:
    """Where RC-4 counts Mondays to Fridays alone, the kinds of day do so too."""
    pack = town("days: [holiday]")
    counted = replace(pack, readings={**pack.readings, "RC-4": "mon_fri"})
    assert (holds(pack, "2026-02-17 10:00"), holds(counted, "2026-02-17 10:00")) == (True, False)


def test_in_a_year_without_calendar_only_hours_and_weekdays_are_known() -> None:
    """Nothing is presumed of a year that nobody has published (RC-22); provisional reads it by weekends."""
    unknown = "2031-03-10 23:00"
    assert holds(town("days: weekend"), unknown) is None
    assert holds(town("office_hours: no"), unknown) is None
    assert holds(town("between: 22:00-06:00"), unknown) is True
    assert holds(town("days: mon"), unknown) is True
    pack = town("days: working_day")
    assert holds(replace(pack, readings={**pack.readings, "RC-22": "provisional"}), unknown) is True


@pytest.mark.parametrize(
    ("at", "is_open"),
    [
        ("2026-03-09 08:29", False),
        ("2026-03-09 08:30", True),
        ("2026-03-09 12:00", False),
        ("2026-03-14 10:00", False),
    ],
)
def test_office_hours_are_those_of_working_days(at: str, is_open: bool) -> None:
    """At the minute of closing the office is shut; on a day of rest it never opens."""
    assert holds(town("office_hours: yes"), at) is is_open
    assert holds(town("office_hours: no"), at) is not is_open


def test_all_that_is_said_must_be_so() -> None:
    """A night that is no weekend is not 'weekend nights'; 02:00 on Saturday is Saturday's."""
    pack = town("between: 22:00-06:00, days: [sat]")
    found = [holds(pack, at) for at in ("2026-03-13 23:00", "2026-03-14 02:00", "2026-03-14 12:00")]
    assert found == [False, True, False]


def test_a_fact_of_another_milestone_is_settled_there() -> None:
    """`at` names the milestone whose time is meant: the report's own hour says nothing of it."""
    pack = town("at: settled, between: 22:00-06:00")
    late, noon = local("2026-03-10 23:00"), local("2026-03-10 12:00")
    assert facts_of_time(pack, {"reported": late}) == {}
    assert facts_of_time(pack, {"settled": late, "reported": noon}) == {"asked": True}
    assert pack.facts["asked"].times == Times("settled", (("22:00", "06:00"),))


def test_the_towns_own_zone_counts() -> None:
    """Hours are the town's local ones, wherever the platform runs."""
    at = datetime.fromisoformat("2026-03-09T14:30:00+00:00")
    assert facts_of_time(town("between: 22:00-06:00"), {"reported": at}) == {"asked": True}


def test_format_1_does_not_know_them() -> None:
    """A town of format 1 is told so, and where to write the number."""
    with pytest.raises(PackErrors) as refusal:
        town("between: 22:00-06:00", number=1)
    assert [error.code for error in refusal.value.errors] == ["only-from-format"]
    assert not has_times(build_pack(town_with("", number=1), TOWN))


def test_trying_a_report_out_settles_its_time() -> None:
    """`gridcase decide` answers for the instant that it is given, and shows the fact among those that the rule used."""
    pack = build_pack(town_with(f"{FACT.format(says='between: 22:00-06:00')}{NIGHT}"), TOWN)
    report = Situation("street-light", "app", None, {})
    night, day = (decide(pack, books(), report, local(f"2026-03-10 {at}")) for at in ("23:00", "12:00"))
    assert (night.decision.rule.rule, day.decision.rule.rule) == ("night", "by-department")
    assert night.decision.facts_used["asked"] is True
    tests = {reason.rule.rule: reason.tests for reason in day.explanation.rules}["night"]
    assert [(test.fact, test.wanted, test.got) for test in tests] == [("asked", True, False)]


def test_spans_days_and_hours_are_altered() -> None:
    """A scenario must feel an hour more or less of each span, a day left out, and inside taken for outside."""
    pack = town("between: 22:00-06:00, days: [weekend, holiday], office_hours: no")
    found = {mutant.change.en: mutant for mutant in of_fact(pack.facts["asked"])}
    assert set(found) == {
        "between 22:00-06:00 → 23:00-06:00",
        "between 22:00-06:00 → 22:00-05:00",
        "days without weekend",
        "days without holiday",
        "office hours: inside and outside exchanged",
    }
    altered = found["between 22:00-06:00 → 23:00-06:00"].alter(pack).facts["asked"].times
    assert altered == Times("reported", (("23:00", "06:00"),), ("weekend", "holiday"), False)
