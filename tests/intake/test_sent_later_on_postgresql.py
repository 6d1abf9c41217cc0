"""Steps and codes on PostgreSQL, with two processes at the same door and each town's rows kept apart."""

from typing import Any

import pytest

from tests.intake.house import STATION, House
from tests.intake.test_following import follow, look, reported
from tests.intake.test_idempotency import at_once
from tests.intake.test_sent_later import assigned, attach, settle, steps_taken, version
from tests.intake.town import OTHER_TOWN

pytestmark = pytest.mark.servers


def test_one_step_that_both_processes_get_is_taken_once(houses: list[House]) -> None:
    """Twenty times at once with one key and one view of the case: one step, and the same answer for all."""
    case = assigned(houses[0])
    headers = {"Idempotency-Key": "k-1", "If-Match": version(houses[0], case)}
    answers = at_once(20, lambda n: settle(houses[n % 2], case, **headers))
    assert {answer.status_code for answer in answers} == {200}
    assert steps_taken(houses[0], case) == ["settle"]


def test_of_many_who_saw_the_same_one_is_first(houses: list[House]) -> None:
    """Ten people with keys of their own decide on one view of a case: one step is taken, the others are told."""
    case = assigned(houses[0])
    seen = version(houses[0], case)
    answers = at_once(
        10,
        lambda n: settle(houses[n % 2], case, f"by {n}", **{"Idempotency-Key": f"k-{n}", "If-Match": seen}),
    )
    codes = sorted(answer.status_code for answer in answers)
    assert codes == [200] + [412] * 9
    assert steps_taken(houses[0], case) == ["settle"]


def test_one_photograph_that_both_processes_get_is_attached_once(houses: list[House]) -> None:
    """The file of the first is everybody's answer."""
    case = assigned(houses[0])
    answers = at_once(8, lambda n: attach(houses[n % 2], case, b"%PDF-1 x", **{"Idempotency-Key": "k-1"}))
    assert len({answer.json["id"] for answer in answers}) == 1
    assert len(houses[0].view(case)["attachments"]) == 1


def test_a_code_is_looked_up_within_its_own_town(houses: list[House]) -> None:
    """As the role of requests, to which the store shows one town's rows."""
    house = houses[0]
    mine: dict[str, Any] = reported(house)
    house.route(mine["case"], STATION)
    assert follow(house, mine["number"], mine["code"], OTHER_TOWN).status_code == 404
    token = follow(houses[1], mine["number"], mine["code"]).json["token"]
    assert look(houses[1], f"/cases/{mine['case']}", token).status_code == 200
