"""Matters that are none of this house: routing says so, and the case is rejected with the rule's reason."""

from collections.abc import Iterator

import pytest

from shared.rules.case.timeline import StepEffect
from shared.rules.pack.model import EffectKind
from tests.intake.house import OFFICE, STATION, House


@pytest.fixture
def house() -> Iterator[House]:
    made = House()
    yield made
    made.store.close()


def test_a_returned_decision_rejects_the_case(house: House) -> None:
    """No lead, no work order: the case is rejected, and its one message carries the rule and that a reason
    stands."""
    case = house.report()
    house.route(case, None, returned=True, reason={"rule": "not-ours", "because": ["P001-02.3"]})
    assert house.types(case) == ["case.admitted", "case.returned"]
    step = house.said(case)[-1].data
    assert (step.marks, step.state, step.step) == (("rejected",), "rejected", "rejected")
    assert (step.effects, step.reason) == ((StepEffect(EffectKind.REJECT, "not-ours"),), True)
    view = house.view(case)
    assert (view["state"], view["work_orders"], view["awaits_decision"]) == ("rejected", [], False)
    assert view["decisions"][0]["returned"] is True
    assert view["decisions"][0]["reason"]["rule"] == "not-ours"


def test_a_case_returned_later_is_taken_from_everybody(house: House) -> None:
    """Decided again and returned: the units' work orders are withdrawn with the time they were held."""
    case = house.report()
    house.route(case, STATION, OFFICE)
    house.step(case, "find")
    house.pass_time(hours=2)
    house.route(case, None, returned=True)
    orders = house.view(case)["work_orders"]
    assert {(order["state"], order["held_for_seconds"]) for order in orders} == {("withdrawn", 7200)}
    assert house.types(case)[-3:] == ["case.returned", "work_order.withdrawn", "work_order.withdrawn"]


def test_nothing_is_done_to_a_returned_case(house: House) -> None:
    """What was returned can only be read."""
    case = house.report()
    house.route(case, None, returned=True)
    assert house.step(case, "return", "operator", facts={"reason": "r"}).json["code"] == "case-ended"
