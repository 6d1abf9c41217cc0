"""Work orders given to persons, and what happens when such a person is not there any more."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from shared.flow.service import Duty
from shared.kernel.instants import format_instant
from tests.intake.house import CENTRE, OFFICE, STATION, House
from tests.intake.town import TOWN

CASES = f"/v1/towns/{TOWN}/cases"
ORDERS = f"/v1/towns/{TOWN}/work-orders"


@pytest.fixture
def house() -> Iterator[House]:
    """Two people at the station, one in the office."""
    made = House()
    for person, unit in (("ann", STATION), ("bo", STATION), ("cy", OFFICE)):
        member(made, person, unit)
    yield made
    made.store.close()


def member(house: House, person: str, unit: str, *, held: bool = True) -> None:
    data = {"person": person, "unit": unit, "role": "unit_staff", "held": held}
    house.hear("registry", "membership.changed", f"member/{person}", data)


def absence(house: House, person: str, days: int, begins_in: int = 0, **more: Any) -> None:
    begin = house.clock.now() + timedelta(days=begins_in)
    data = {
        "absence": f"absence-{person}",
        "person": person,
        "substitute": "bo",
        "from_at": format_instant(begin),
        "until_at": format_instant(begin + timedelta(days=days)),
        "stands": True,
        **more,
    }
    house.hear("registry", "absence.changed", f"absence/{person}", data)


def routed(house: House, *units: str) -> str:
    case = house.report()
    house.route(case, *units)
    return case


def order_of(house: House, case: str, unit: str = STATION) -> dict[str, Any]:
    return next(order for order in house.view(case)["work_orders"] if order["unit"] == unit)


def assign(house: House, case: str, person: str | None, who: str = "station", unit: str = STATION) -> Any:
    path = f"{CASES}/{case}/work-orders/{order_of(house, case, unit)['id']}/assignee"
    return house.call("PUT", path, who, json={"person": person})


def duty(house: House) -> Duty:
    return next(duty for duty in house.service.duties if duty.name == "assignee-left")


def alarms(house: House, case: str) -> list[Any]:
    return [message.data for message in house.said(case) if message.type == "alarm.raised"]


def listed(house: House, who: str = "operator", **query: Any) -> list[str]:
    return [row["case"] for row in house.call("GET", ORDERS, who, query_string=query).json["work_orders"]]


def test_a_unit_gives_its_work_order_to_one_of_its_people(house: House) -> None:
    """Shown on the case and in the list, narrowed by the person, recorded in the history; null takes it back."""
    case, other = routed(house, STATION), routed(house, STATION)
    answer = assign(house, case, "ann")
    assert (answer.json["assignee"], answer.json["assignee_state"]) == ("ann", "here")
    assert order_of(house, case)["assignee"] == "ann"
    assert order_of(house, other)["assignee"] is None
    assert listed(house, assignee="ann") == [case]
    assert [row["id"] for row in house.call("GET", f"{CASES}?assignee=ann", "station").json["cases"]] == [
        case
    ]
    entry = house.view(case)["history"][-1]
    assert (entry["what"], entry["data"]["person"], entry["by"]["person"]) == (
        "work-order-assigned",
        "ann",
        "staff-1",
    )
    assert assign(house, case, None).json["assignee"] is None
    assert listed(house, assignee="ann") == []


def test_a_supervisor_may_assign_for_any_unit(house: House) -> None:
    """The supervisor gives an assisting unit's work order to that unit's person."""
    case = routed(house, STATION, OFFICE)
    assert assign(house, case, "cy", "supervisor", OFFICE).json["assignee"] == "cy"


@pytest.mark.parametrize(
    ("person", "who", "status", "code"),
    [
        ("cy", "station", 422, "assignee-not-of-unit"),
        ("nobody", "supervisor", 422, "assignee-not-of-unit"),
        ("ann", "office", 403, "order-not-yours"),
        ("ann", "operator", 403, "not-allowed"),
        ("ann", "citizen", 403, "not-allowed"),
        ("", "station", 400, "invalid-input"),
    ],
)
def test_who_may_be_assigned_by_whom(house: House, person: str, who: str, status: int, code: str) -> None:
    """Only people of the order's unit, by that unit or a supervisor."""
    answer = assign(house, routed(house, STATION, OFFICE), person, who)
    assert (answer.status_code, answer.json["code"]) == (status, code)


def test_only_an_open_order_is_given_to_somebody(house: House) -> None:
    """A finished work order has nobody to do it."""
    case = routed(house, STATION)
    house.step(case, "settle", facts={"result": "r"})
    assert assign(house, case, "ann").json["code"] == "order-not-open"


def test_whoever_left_is_missed_once(house: House) -> None:
    """The desk shows it, and one alarm names the work order; a second look finds nothing to do."""
    case, other = routed(house, STATION), routed(house, STATION)
    assign(house, case, "ann")
    assign(house, other, "bo")
    assert duty(house).run(100) == 0
    member(house, "ann", STATION, held=False)
    assert order_of(house, case)["assignee_state"] == "left"
    assert listed(house, assignee="left") == [case]
    assert [duty(house).run(100) for _ in range(3)] == [1, 0, 0]
    (alarm,) = alarms(house, case)
    assert (alarm.code, alarm.case) == ("assignee-left", case)
    assert (alarm.detail["person"], alarm.detail["cause"]) == ("ann", "left")
    assert alarm.detail["work_order"] == order_of(house, case)["id"]
    assert alarms(house, other) == []
    assert house.view(case)["history"][-1]["what"] == "assignee-left"


def test_an_absence_counts_from_its_beginning_to_its_end(house: House) -> None:
    """Not before, not after; while it lasts the substitute is shown; the alarm comes at its beginning, once."""
    case = routed(house, STATION)
    assign(house, case, "ann")
    absence(house, "ann", days=3, begins_in=2)
    begin = house.clock.now() + timedelta(days=2)
    with house.store.read() as conn:
        assert duty(house).next_at(conn) == begin
    assert (duty(house).run(100), listed(house, assignee="left")) == (0, [])
    house.pass_time(days=2)
    assert (order_of(house, case)["assignee_state"], order_of(house, case)["substitute"]) == ("absent", "bo")
    assert duty(house).run(100) == 1
    assert alarms(house, case)[0].detail["substitute"] == "bo"
    assert listed(house, assignee="left") == [case]
    house.pass_time(days=3)
    assert (order_of(house, case)["assignee_state"], order_of(house, case)["substitute"]) == ("here", None)
    assert (duty(house).run(100), listed(house, assignee="left")) == (0, [])
    with house.store.read() as conn:
        assert duty(house).next_at(conn) is None


def test_an_absence_taken_back_is_none(house: House) -> None:
    """What the registry took back counts for nothing."""
    case = routed(house, STATION)
    assign(house, case, "ann")
    absence(house, "ann", days=3)
    absence(house, "ann", days=3, stands=False)
    assert order_of(house, case)["assignee_state"] == "here"
    assert duty(house).run(100) == 0


def test_the_next_person_is_missed_as_well(house: House) -> None:
    """Given to somebody else, the work order is looked after anew."""
    case = routed(house, STATION)
    assign(house, case, "ann")
    member(house, "ann", STATION, held=False)
    duty(house).run(100)
    assign(house, case, "bo")
    member(house, "bo", STATION, held=False)
    assert duty(house).run(100) == 1
    assert [alarm.detail["person"] for alarm in alarms(house, case)] == ["ann", "bo"]


def test_what_is_done_needs_nobody(house: House) -> None:
    """A person who leaves after the work raises no alarm."""
    case = routed(house, STATION)
    assign(house, case, "ann")
    house.step(case, "settle", facts={"result": "r"})
    member(house, "ann", STATION, held=False)
    with house.store.read() as conn:
        assert duty(house).next_at(conn) is None
    assert duty(house).run(100) == 0


def test_many_are_missed_bit_by_bit(house: House) -> None:
    """The duty takes as many as it may at a time, and gets through all of them."""
    cases = [routed(house, STATION) for _ in range(5)]
    for case in cases:
        assign(house, case, "ann")
    member(house, "ann", STATION, held=False)
    assert [duty(house).run(2) for _ in range(4)] == [2, 2, 1, 0]
    assert all(len(alarms(house, case)) == 1 for case in cases)


def test_a_place_in_another_unit_does_not_count(house: House) -> None:
    """Whoever moved to another unit left the one that holds the order."""
    case = routed(house, STATION)
    assign(house, case, "ann")
    member(house, "ann", STATION, held=False)
    member(house, "ann", CENTRE)
    assert order_of(house, case)["assignee_state"] == "left"
