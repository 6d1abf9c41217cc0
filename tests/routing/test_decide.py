"""When routing decides and how often: once for every question, and every decision has a number of its own."""

import pytest
from msgspec.structs import replace

from shared.contracts.messages import CaseRouted
from shared.contracts.messages.cases import STEP_TYPES
from shared.rules.case.snapshot import LinkDirection
from tests.routing.conftest import House, Open
from tests.routing.packs import BUREAU, OFFICE, STATION, edition_of, files_with, led_by

NEW_RULE = """
  - rule: new-rule
    because: P
    valid: {from: 2026-03-10}
    when: {urgent: yes}
    then: {level: town, lead: office, procedure: standard}
"""


def test_a_report_is_decided_once(house: House) -> None:
    """The decision names lead, level, rule and clause, and which message it answers; heard again, nothing is said."""
    report = house.sender.admitted()
    assert house.take(report).done == 1
    (said,) = house.emitted()
    assert isinstance(said, CaseRouted)
    assert said.assignment == led_by(STATION)
    assert (said.reason.rule, said.reason.because, said.answers_sequence) == ("to-station", ("P",), 1)
    assert house.take(report).duplicate == 1
    assert len(house.emitted()) == len(house.records()) == house.counted("rule") == 1


@pytest.mark.parametrize("type_", [f"case.{name}" for name in STEP_TYPES])
def test_only_a_step_that_asks_is_decided_about(house: House, type_: str) -> None:
    """Whatever kind of step it is: with the question it is decided again, without it nothing happens here."""
    house.take(house.sender.admitted(), house.sender.step(type_=type_, asks=False, facts={"urgent": True}))
    assert house.rules() == ["to-station"]
    house.take(house.sender.step(type_=type_, facts={"urgent": True}))
    assert house.rules() == ["to-station", "to-bureau"]


def test_a_new_decision_knows_the_one_before(house: House) -> None:
    """Its number is the next, who led until now is the previous lead, and it answers the message that asked."""
    house.take(
        house.sender.admitted(), house.sender.step(asks=False), house.sender.step(facts={"urgent": True})
    )
    first, second = house.emitted()
    assert second.assignment == replace(led_by(BUREAU, 2, STATION), levels=("town",))
    assert (first.answers_sequence, second.answers_sequence) == (1, 3)
    assert [(record.decision, record.answers_sequence) for record in house.records()] == [(1, 1), (2, 3)]


def test_the_same_answer_again_is_a_decision_of_its_own(house: House) -> None:
    """Who asks waits for an answer: it is given even where nothing has changed."""
    house.take(house.sender.admitted(), house.sender.step())
    assert house.rules() == ["to-station", "to-station"]
    assert [said.answers_sequence for said in house.emitted()] == [1, 2]


def test_decisions_that_a_case_brings_with_it_are_counted_on(house: House) -> None:
    """A case brought in from an older system was decided about there: the next number comes after those."""
    brought = led_by(OFFICE, 3)
    house.take(house.sender.admitted(assignment=brought))
    house.take(house.sender.step(assignment=led_by(OFFICE, 6)))
    house.take(house.sender.step(assignment=led_by(STATION, 7)))
    assert [record.decision for record in house.records()] == [4, 7, 8]


def test_decisions_in_flight_are_counted_on(house: House) -> None:
    """Two questions before the first answer has come back: each gets a number of its own."""
    house.take(house.sender.admitted())
    house.take(house.sender.step(assignment=led_by(STATION)), house.sender.step(assignment=led_by(STATION)))
    assert [record.decision for record in house.records()] == [1, 2, 3]


def test_dates_of_effect_are_held_against_the_day_of_the_report(open_house: Open) -> None:
    """A rule that holds from the tenth decides about no report of the ninth, however late it is decided again."""
    house = open_house(files_with("routing:\n", f"routing:\n{NEW_RULE}"))
    before, after = "2026-03-09 23:59", "2026-03-10 00:00"
    for case, when in (("c-1", before), ("c-2", after)):
        house.take(house.sender.admitted(case, when))
        house.take(house.sender.step(case, when="2026-03-12 10:00", facts={"urgent": True}))
    assert (house.rules("c-1")[-1], house.rules("c-2")[-1]) == ("to-bureau", "new-rule")


@pytest.mark.parametrize(
    ("direction", "rule"),
    [
        (LinkDirection.ABOVE, "from-above"),
        (LinkDirection.BELOW, "to-station"),
        (LinkDirection.ACROSS, "to-station"),
    ],
)
def test_a_linked_case_stays_from_above_after_a_correction(
    house: House, direction: LinkDirection, rule: str
) -> None:
    """Opened by the jurisdiction above, it is that with every decision; passed up or across it never is."""
    link = {"linked_from": "c-0", "link_direction": direction}
    house.take(house.sender.admitted(**link), house.sender.step(**link), house.sender.step(**link))
    assert house.rules() == [rule] * 3


def test_what_rules_see_of_a_hand_over_is_kept(house: House) -> None:
    """Once handed over it is that for good, also when it is back with its first lead."""
    house.take(
        house.sender.admitted(),
        house.sender.step(handed_over=True, assignment=led_by(BUREAU, 2, STATION)),
        house.sender.step(handed_over=True, assignment=led_by(STATION, 3, STATION)),
    )
    seen = [record.situation.was_handed_over for record in house.records()]
    assert seen == [False, True, True]


def test_a_step_ahead_of_its_report_waits(house: House) -> None:
    """Messages that arrive in the wrong order are decided about in the right one."""
    report, step = house.sender.admitted(), house.sender.step(facts={"urgent": True})
    assert house.take(step).held == 1
    assert house.emitted() == []
    house.take(report)
    assert house.rules() == ["to-station", "to-bureau"]


def test_a_case_waits_for_its_own_edition(open_house: Open) -> None:
    """Bound to an edition that is not here yet, it is decided by no other; with the edition it is."""
    house = open_house()
    other = files_with("lead: station", "lead: bureau")
    house.sender.files = other
    assert house.take(house.sender.admitted()).later == 1
    assert house.emitted() == []
    house.take(house.sender.edition())
    house.retry()
    (record,) = house.records()
    assert (record.edition, record.assignment.lead) == (edition_of(other), BUREAU)
