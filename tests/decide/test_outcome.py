"""Trying a report out: the whole answer."""

import json
from dataclasses import replace
from datetime import date

import pytest

from shared.rules.case.timing import AmendedDays
from shared.rules.decide import Situation, decide, explain, to_json
from shared.rules.decide.outcome import Outcome
from shared.rules.worktime.due import check_certificate
from tests.decide.towns import books, case, local, real, two_levels

SPRING = """\
routing:
  - rule: spring
    because: A-1
    valid: {until: 2026-03-31}
    when: {grade: 1}
    then: {level: town, lead: office, procedure: plain}
"""


def tried(town: str, situation: Situation, at: str) -> Outcome:
    pack = real(town)
    return decide(pack, books(), situation, local(at, pack.zone))


def test_a_report_tried_out_says_who_by_when_and_who_is_told() -> None:
    """Scenario S-005 before any case exists: lead, assistance, certified due time, notices."""
    report = case("illegal-dumping", "east-1", first_contact="t-vtc.east-village/village-station-head")
    outcome = tried("t-vtc", report, "2026-02-13 16:40")
    assert (outcome.decision.lead, outcome.decision.assisting) == (
        "t-vtc/environment-office", ("t-vtc.east-village/village-station-head",))  # fmt: skip
    (clock,) = outcome.clocks
    assert clock.deadline is not None
    assert (clock.limit.clock, clock.starts) == ("settle", "accepted")
    assert clock.deadline.label == "2026-02-27 24:00"
    check_certificate(clock.deadline.certificate)
    told = {one.notice.origin.rule: [to.unit for to in one.recipients] for one in outcome.notices}
    assert told == {
        "tell-middle-centre": ["t-vtc/town-grid-centre"],
        "tell-lead-of-dispatch": ["t-vtc/environment-office"],
        "tell-assisting-it-left": ["t-vtc.east-village/village-station-head"],
    }
    assert outcome.agreed


def test_a_notice_to_nobody_is_not_shown() -> None:
    """Where a word of a notice names nobody in this case (no unit assists), there is nothing to tell."""
    outcome = tried("t-vtc", case("illegal-dumping", "east-1"), "2026-02-13 16:40")
    told = {one.notice.origin.rule for one in outcome.notices}
    assert told == {"tell-middle-centre", "tell-lead-of-dispatch"}


def test_the_answer_is_json() -> None:
    """Programs get plain JSON: every part with its rule, its clauses, its file and line."""
    outcome = tried("t-vtc", case("ditch-and-drain", "east-1"), "2026-03-09 10:00")
    said = json.loads(json.dumps(to_json(outcome)))
    assert said["decision"]["lead"] == "t-vtc.east-village/village-station-head"
    assert said["decision"]["rule"]["because"] == ["P001-05.2", "P001-09.4", "P001-09.5"]
    assert said["clocks"][0]["label"] == "2026-03-12 24:00"
    assert said["clocks"][0]["within"] == "3个工作日"
    assert said["clocks"][0]["certificate"]
    (head,) = said["notices"][0]["who"]
    assert head == {
        "party": "village-station-head", "unit": "t-vtc.east-village/village-station-head",
        "reporter": False, "public": False,
    }  # fmt: skip
    assert "2026-03-12 24:00" in said["notices"][0]["text"]
    shown = {rule["rule"]["id"] for rule in said["explanation"]["rules"]}
    assert shown >= {"own-matter", "department-matter"}
    assert said["unroutable"] is None
    assert said["agreed"] is True


def test_a_calendar_that_ends_withholds_the_due_time() -> None:
    """RC-22: no due time beyond the calendar, but the missing year is named; published days supply it."""
    report = case("illegal-dumping", "east-1")
    (clock,) = tried("t-vtc", report, "2026-12-30 10:00").clocks
    assert (clock.deadline, clock.missing_year) == (None, 2027)
    days = AmendedDays(revision=1, holidays={"2027-01-01": "元旦"}, years=(2027,))
    pack = real("t-vtc")
    (clock,) = decide(pack, books(), report, local("2026-12-30 10:00"), days).clocks
    assert clock.deadline is not None
    assert clock.deadline.label == "2027-01-07 24:00"


def test_a_limit_that_a_person_writes_has_no_due_time() -> None:
    """'Set by a person' is shown as a clock without a due time (P003.30)."""
    report = case("安全生产", "甲村", facts={"镇已分流": True})
    clocks = {one.limit.clock: one for one in tried("t-zq", report, "2026-03-09 10:00").clocks}
    assert clocks["settle"].deadline is None
    assert clocks["settle"].has_started
    assert clocks["accept"].deadline is not None
    assert clocks["accept"].deadline.label == "2026-03-09 24:00"


def test_what_no_rule_decides_is_said_so() -> None:
    """A report that nobody can lead is shown as unroutable with the fallback's decision."""
    pack = two_levels()
    pack = replace(pack, routing=pack.routing[:1])
    said = to_json(decide(pack, books(), case(facts={"grade": 9}), local("2026-03-09 10:00")))
    assert said["unroutable"] == {"cause": "no-rule", "answers": {}}
    assert (said["decision"]["lead"], said["decision"]["fallback"]) == ("a-town/centre", True)


def test_every_rule_is_explained_with_the_town_s_nouns() -> None:
    """Each test of each rule comes with what was wanted and what was found; slots are nouns again."""
    pack = two_levels(low="hamlet-level", high="county-seat")
    held = case("waste", levels=("county-seat",), lead="a-town/office", facts={"grade": 2})
    why = explain(pack, held, date(2026, 3, 9))
    grave, kept, usual = why.rules
    assert [(one.rule.rule, one.holds, one.is_in_force) for one in why.rules] == [
        ("grave", False, True), ("kept", True, True), ("usual", True, True)]  # fmt: skip
    assert [(one.fact, one.op, one.wanted, one.got, one.holds) for one in grave.tests] == [
        ("grade", "ge", 5, 2, False), ("departments", "ge", 1, 2, True)]  # fmt: skip
    assert [(one.wanted, one.got, one.holds) for one in kept.tests] == [("county-seat", "county-seat", True)]
    assert usual.tests == ()
    assert grave.needs is not None
    assert [(one.fact, one.got, one.to) for one in grave.needs] == [("grade", 2, 5)]
    assert (kept.needs, usual.needs) == ((), ())


def test_what_would_have_to_differ_is_named() -> None:
    """The nearest change of one fact is given for every other rule that it leads to."""
    why = explain(two_levels(), case("waste", facts={"grade": 2}), date(2026, 3, 9))
    assert ("grade", 2, 5, "grave") in [(one.fact, one.got, one.to, one.rule) for one in why.otherwise]


def test_a_rule_out_of_force_is_shown_and_not_offered() -> None:
    """A rule of another season is explained, but is no way to another outcome."""
    pack = two_levels(more=SPRING)
    why = explain(pack, case(facts={"grade": 1}), date(2026, 4, 1))
    spring = why.rules[0]
    assert (spring.rule.rule, spring.holds, spring.is_in_force) == ("spring", True, False)
    assert "spring" not in {one.rule for one in why.otherwise}
    assert "spring" in {one.rule for one in explain(pack, case(), date(2026, 3, 1)).otherwise}


def test_other_sections_are_explained_too() -> None:
    """Limits and notices are explained in the same way as routing."""
    pack = real("t-vtc")
    held = case("ditch-and-drain", "east-1", levels=("village",))
    why = explain(pack, held, date(2026, 3, 9), pack.limits)
    assert {one.rule.rule: one.holds for one in why.rules} == {
        "own-matter-limit": True, "department-limit": False, "submission-limit": False}  # fmt: skip


@pytest.mark.parametrize("town", ["t-vtc", "t-cgz", "t-zq", "los-angeles"])
def test_category_and_place_alone_are_enough(town: str) -> None:
    """Every category is decided from category, place and channel, without an answer from anybody."""
    pack = real(town)
    for category in pack.categories:
        for place in pack.places:
            outcome = decide(pack, books(), case(category, place), local("2020-03-09 10:00", pack.zone))
            assert not outcome.decision.fallback, (category, place)
            assert outcome.decision.lead is not None


RETURNED = """\
routing:
  - rule: not-ours
    title: {zh: 不属本镇职责, en: no matter of this town}
    because: A-1
    when: {grade: {or_more: 8}}
    then: {level: $low, returned: yes, procedure: plain}
tell:
  - {rule: why, because: A-1, on: rejected, who: [reporter], text: {zh: '退回：{case.reason}', en: 'returned: {case.reason}'}}
"""  # noqa: E501


def test_what_is_returned_has_a_reason_and_no_clocks() -> None:
    """A matter that is returned has no lead and no clock; its reporter is told the rule's title."""
    report = case("waste", facts={"grade": 8}, reporter="r-1")
    outcome = decide(two_levels(more=RETURNED), books(), report, local("2026-03-09 10:00"))
    assert (outcome.decision.returned, outcome.decision.lead, outcome.clocks) == (True, None, ())
    assert [(one.event, one.text) for one in outcome.notices] == [("rejected", "退回：不属本镇职责")]
    assert to_json(outcome)["decision"]["returned"] is True
