"""A citizen's case is the own grid's to urge, verify, reopen and close, or its substitute's (decision 28)."""

from datetime import timedelta

import pytest

from shared.kernel.instants import format_instant
from tests.intake.house import TOWN, House

OWN, OTHER = f"{TOWN}.east-1/grid", f"{TOWN}.market/grid"


@pytest.fixture
def house() -> House:
    """A worker of the case's grid, and one of another."""
    made = House()
    for person, unit in (("own", OWN), ("other", OTHER)):
        made.know_token(person, "grid_worker", unit, person)
        said = {"person": person, "unit": unit, "role": "grid_worker", "held": True}
        made.hear("registry", "membership.changed", f"member/{person}", said)
    return made


def settled(house: House) -> str:
    case = house.report()
    house.route(case)
    assert house.step(case, "settle", facts={"result": "r"}).status_code == 200
    return case


def stand_in(house: House, days: int) -> None:
    now = house.clock.now()
    said = {
        "absence": "a-1",
        "person": "own",
        "substitute": "other",
        "from_at": format_instant(now),
        "until_at": format_instant(now + timedelta(days=days)),
        "stands": True,
    }
    house.hear("registry", "absence.changed", "absence/a-1", said)


def allowed(house: House, case: str, who: str) -> set[str]:
    """What the case's own page offers somebody."""
    return {step["step"] for step in house.view(case, who)["steps"] if step["allowed"]}


def test_another_village_s_worker_takes_no_step_in_it(house: House) -> None:
    """Neither verifying, reopening nor closing (which publishes); the page does not offer them either."""
    case = settled(house)
    for step in ("verify", "not-satisfied", "close"):
        assert house.step(case, step, "other").json["code"] == "step-not-yours"
    assert allowed(house, case, "other") == set()
    assert allowed(house, case, "own") == {"verify", "not-satisfied", "close"}
    assert house.step(case, "verify", "own").status_code == 200


def test_a_substitute_may_what_the_absent_may_while_the_absence_lasts(house: House) -> None:
    """From the beginning of the absence to its end, and no longer."""
    case = settled(house)
    stand_in(house, days=2)
    assert allowed(house, case, "other") == {"verify", "not-satisfied", "close"}
    assert house.step(case, "verify", "other").status_code == 200
    house.pass_time(days=2)
    assert house.step(case, "close", "other").json["code"] == "step-not-yours"
