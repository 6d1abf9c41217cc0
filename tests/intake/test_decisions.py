"""Taking routing's answers: who holds the case, since when, and which answers come too late to count."""

from collections.abc import Iterator
from itertools import count

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace as with_fields

from services.intake.domain.decisions import consequences_of_decision
from services.intake.store import tables
from shared.contracts.messages import OrderState
from shared.rules.case.snapshot import Assignment
from shared.rules.pack.model import Acceptance
from tests.intake.house import CENTRE, OFFICE, STATION, House
from tests.intake.town import assigned_case, blank_case, pack


@pytest.fixture
def house() -> Iterator[House]:
    made = House()
    yield made
    made.store.close()


def test_automatic_acceptance_is_one_message(house: House) -> None:
    """Assigned and accepted together: one step, one work order a unit, already accepted."""
    case = house.report()
    house.route(case, STATION, OFFICE)
    assert house.types(case) == ["case.admitted", "case.accepted", "work_order.issued", "work_order.issued"]
    step = house.said(case)[1].data
    assert (step.step, step.marks, step.undone) == ("assigned", ("assigned", "accepted"), ())
    assert [message.data.part for message in house.said(case)[2:]] == ["lead", "assist"]
    assert [message.data.state for message in house.said(case)[2:]] == ["accepted", "accepted"]
    assert house.view(case)["awaits_decision"] is False


def test_acceptance_in_person_waits_visibly(house: House) -> None:
    """Until the lead accepts, the case is assigned and its work order ages."""
    house = House(acceptance="lead")
    case = house.report()
    house.route(case, STATION, acceptance="lead")
    assert house.types(case)[1:] == ["case.assigned", "work_order.issued"]
    house.pass_time(hours=5)
    (order,) = house.view(case)["work_orders"]
    assert (order["state"], order["accepted_at"], order["held_for_seconds"]) == ("issued", None, 5 * 3600)
    assert house.step(case, "accept").json["state"] == "accepted"
    assert house.types(case)[-2:] == ["case.accepted", "work_order.accepted"]


def test_a_hand_over_withdraws_and_issues(house: House) -> None:
    """A changed lead: handed over, the earlier acceptance falls, the earlier lead's time is kept, others go
    on (RC-12)."""
    case = house.report()
    house.route(case, STATION, OFFICE)
    house.step(case, "find")
    house.pass_time(hours=7)
    house.route(case, CENTRE, OFFICE, acceptance="lead", level="town", previous=STATION)
    step = next(
        message for message in house.said(case) if "handed_over" in getattr(message.data, "marks", ())
    ).data
    assert (step.marks, step.undone, step.state) == (("assigned", "handed_over"), ("accepted",), "assigned")
    assert step.handed_over is True
    assert "case.handed_over" in house.types(case)
    orders = {order["unit"]: order for order in house.view(case)["work_orders"]}
    assert (orders[STATION]["state"], orders[STATION]["held_for_seconds"]) == ("withdrawn", 7 * 3600)
    assert orders[OFFICE]["state"] == "accepted"
    assert orders[CENTRE]["state"] == "issued"
    assert house.step(case, "accept", "centre").json["state"] == "accepted"
    assert house.step(case, "settle", "station", facts={"result": "r"}).json["code"] == "step-not-yours"


def test_an_answer_to_an_earlier_question_is_kept_without_effect(house: House) -> None:
    """A decision that answers an overtaken question is numbered and kept, but moves nothing."""
    case = house.report()
    late = house.routed(case, OFFICE)
    house.route(case, STATION)
    house.hear("routing", "case.routed", case, late)
    view = house.view(case)
    assert [decision["in_effect"] for decision in view["decisions"]] == [True, False]
    assert view["assignment"]["lead"] == STATION
    assert len(view["work_orders"]) == 1


def test_an_unroutable_case_has_its_fallback_owner(house: House) -> None:
    """Nobody is left without a case, and no case without somebody: the fallback owner has it, marked as
    such."""
    case = house.report()
    data = {
        "case": case,
        "cause": "disagreement",
        "assignment": house.routed(case, CENTRE)["assignment"],
        "answers": {"reference": "a", "engine": "b"},
        "answers_sequence": 1,
    }
    house.hear("routing", "case.unroutable", case, data)
    view = house.view(case)
    assert (view["fallback"], view["assignment"]["lead"], view["state"]) == (True, CENTRE, "accepted")
    assert view["decisions"][0]["cause"] == "disagreement"
    assert view["decisions"][0]["answers"] == {"reference": "a", "engine": "b"}
    (alarm,) = [message.data for message in house.said(case) if message.type == "alarm.raised"]
    assert (alarm.code, alarm.case) == ("disagreement", case)


def test_without_any_owner_the_file_says_why(house: House) -> None:
    """Even a decision without an assignment is kept; the case stays reported."""
    case = house.report()
    house.hear(
        "routing",
        "case.unroutable",
        case,
        {"case": case, "cause": "error", "assignment": None, "answers_sequence": 1},
    )
    view = house.view(case)
    assert (view["state"], view["fallback"], view["decisions"][0]["cause"]) == ("reported", True, "error")


def test_an_ended_case_takes_no_decision_into_effect(house: House) -> None:
    """What was returned in the meantime is not given to anybody."""
    case = house.report()
    late = house.routed(case)
    house.step(case, "return", "operator", facts={"reason": "r"})
    house.hear("routing", "case.routed", case, late)
    assert house.view(case)["state"] == "rejected"
    assert house.view(case)["work_orders"] == []


def test_many_decisions_in_one_batch_are_each_for_their_own_case(house: House) -> None:
    """A hundred answers taken together read cases in bulk and mix nothing up."""
    cases = [house.report() for _ in range(20)]
    leads = [STATION, OFFICE, CENTRE]
    messages = [
        house.message("routing", "case.routed", case, house.routed(case, leads[place % 3]))
        for place, case in enumerate(cases)
    ]
    assert house.receiver.take(messages).done == 20
    assert [row["lead"] for row in house.rows(tables.cases)] == [leads[place % 3] for place in range(20)]
    assert all(
        house.view(case)["work_orders"][0]["unit"] == leads[place % 3] for place, case in enumerate(cases)
    )


def test_an_unknown_case_is_refused_and_recorded(house: House) -> None:
    """A decision about nothing is an inbox row with its reason, not a failure."""
    house.report()
    data = house.routed(house.report())
    tally = house.hear("routing", "case.routed", "no-such", {**data, "case": "no-such"})
    assert tally.refused == 1


@pytest.mark.parametrize(("lead", "is_handed_over"), [(None, False), (STATION, False), (OFFICE, True)])
def test_only_who_led_before_hands_a_case_over(lead: str | None, is_handed_over: bool) -> None:
    """After a decision that was overtaken nobody led the case: the next one gives it its first lead, be it the second
    by number."""
    case = blank_case(decisions=1, lead=lead)
    assignment = Assignment(decision=2, levels=("village",), lead=STATION, assisting=(), procedure="standard")
    change = consequences_of_decision(pack(), case, assignment, Acceptance.AUTOMATIC)
    assert ("handed_over" in change.reached) is is_handed_over


UNITS = st.sampled_from([STATION, OFFICE, CENTRE])


@given(
    st.lists(st.tuples(UNITS, st.sets(UNITS), st.sampled_from(["automatic", "lead"])), min_size=1, max_size=6)
)
def test_open_work_orders_are_those_of_the_latest_decision(decided: list[tuple[str, set[str], str]]) -> None:
    """After any row of decisions: exactly one open work order for each unit and part decided last, none for
    others."""
    made, case = pack(), assigned_case()
    ids = count()
    for lead, assisting, acceptance in decided:
        assignment = Assignment(
            decision=1, levels=("town",), lead=lead, assisting=tuple(sorted(assisting)), procedure="standard"
        )
        change = consequences_of_decision(made, case, assignment, Acceptance(acceptance))
        ended = [move.order.id for move in change.orders if move.state is OrderState.WITHDRAWN]
        issued = [
            with_fields(move.order, id=str(next(ids)))
            for move in change.orders
            if move.state is OrderState.ISSUED
        ]
        case.orders = (*(order for order in case.orders if order.id not in ended), *issued)
        case.lead, case.assignment = lead, assignment
    wanted = sorted([(decided[-1][0], "lead"), *((unit, "assist") for unit in decided[-1][1])])
    assert sorted((order.unit, order.part.value) for order in case.orders) == wanted
