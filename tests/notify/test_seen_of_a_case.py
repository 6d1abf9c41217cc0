"""Rules on who is told see of a case what every service sees: where it was opened from, that it was handed over."""

import pytest

from tests.notify.house import DEPARTMENT, ENVIRONMENT, HEAD, OFFICE, VILLAGE, House, changed_files

TELL = """readings: {RC-18: moves}
tell:
  - rule: from-above
    because: P001-05
    on: [urge, settled, settle breached]
    when: {from_above: yes}
    who: governance-office
    text: {zh: "上级交办：{case.number}", en: "From above: {case.number}"}
  - rule: contact
    because: P001-05
    on: urge
    who: first contact
    text: {zh: "{case.number}联系人", en: "You are the contact of {case.number}."}
"""
SENT_BEFORE_1_1 = {"linked_from": "c-0"}
ABOVE = {"linked_from": "c-0", "link_direction": "above"}
BELOW = {"linked_from": "c-0", "link_direction": "below"}


def town() -> House:
    """The example town with rules on where a case comes from and on who its first contact is."""
    return House(files=changed_files(("calendar: {official", f"{TELL}calendar: {{official")))


def told(house: House, rule: str) -> list[tuple[str | None, str]]:
    """Whom a rule has told, and of what."""
    return [(row["unit"], row["event"]) for row in house.rows(rule=rule, channel="inbox")]


def test_a_case_from_above_is_one_at_every_step_and_clock() -> None:
    """A rule on `from_above` holds of a linked case when it is settled and when its clock is breached."""
    house = town()
    house.take(house.admitted(**ABOVE), house.accepted(**ABOVE), house.clock_event("started"))
    house.take(house.clock_event("breached", state="breached", verdict="late"))
    house.take(house.step("settled", "settle", ["settled"], **ABOVE))
    assert told(house, "from-above") == [(OFFICE, "settle breached"), (OFFICE, "settled")]


def test_a_clock_of_an_earlier_edition_binds_the_case_to_nothing() -> None:
    """A limit runs on under the edition under which it began; who is told of it says the case's own edition."""
    house = House()
    began_under = house.edition
    house.take(house.admitted(**ABOVE), house.accepted(**ABOVE), house.clock_event("started"))
    house.edition = house.publish(changed_files(("calendar: {official", f"{TELL}calendar: {{official")))
    house.take(house.step("progressed", "assigned", ["assigned"], **ABOVE))
    house.edition = began_under
    house.take(house.clock_event("breached", state="breached", verdict="late"))
    assert told(house, "from-above") == [(OFFICE, "settle breached")]


def test_a_sender_of_the_version_before_names_the_link_once() -> None:
    """Its steps leave the link out: the case stays one from above."""
    house = town()
    house.take(house.admitted(**SENT_BEFORE_1_1), house.accepted(), house.clock_event("started"))
    house.take(house.step("settled", "settle", ["settled"]))
    assert told(house, "from-above") == [(OFFICE, "settled")]


def test_a_case_passed_up_is_none_from_above() -> None:
    """The direction of the link counts: what a lower jurisdiction passed up does not come from above."""
    house = town()
    house.take(house.admitted(**BELOW), house.accepted(**BELOW), house.clock_event("started"))
    house.take(house.step("settled", "settle", ["settled"], **BELOW))
    assert told(house, "from-above") == []


@pytest.mark.parametrize(
    ("said", "contact"),
    [({"handed_over": True}, ENVIRONMENT), ({"handed_over": False}, HEAD), ({}, ENVIRONMENT)],
    ids=["handed over", "never handed over", "not said, known from before"],
)
def test_contact_moves_with_a_hand_over_however_long_ago(said: dict[str, bool], contact: str) -> None:
    """RC-18 moves: after a hand-over the lead is the contact, also when a later decision left the lead as it was."""
    house = town()
    house.take(house.admitted(), house.accepted(), house.clock_event("started"))
    marks = ["assigned", "handed_over"]
    house.take(
        house.step("handed_over", "assigned", marks, assignment=DEPARTMENT, state="assigned", **said)
        if said.get("handed_over", True)
        else house.step(
            "progressed", "assigned", ["assigned"], assignment=DEPARTMENT, state="assigned", **said
        )
    )
    decided_again = {**DEPARTMENT, "decision": 3, "previous_lead": ENVIRONMENT}
    house.take(house.step("progressed", "urge", ["urge"], assignment=decided_again, state="assigned", **said))
    assert told(house, "contact") == [(contact, "urge")]


def test_a_case_that_never_left_its_first_lead_has_the_first_contact() -> None:
    """Without a hand-over nothing moves, whichever way RC-18 is read."""
    house = town()
    house.take(house.admitted(), house.accepted(), house.clock_event("started"))
    house.take(house.step("progressed", "urge", ["urge"], assignment={**VILLAGE, "decision": 2}))
    assert told(house, "contact") == [(HEAD, "urge")]
