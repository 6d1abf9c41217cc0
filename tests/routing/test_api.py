"""Routing's window: every decision with its reasons, for those of the town whose business it is."""

import pytest

from tests.routing.conftest import House
from tests.routing.packs import BUREAU, STATION, TOWN, edition_of

PATH = f"/v1/towns/{TOWN}/cases/c-1/decisions"


@pytest.fixture
def decided(house: House) -> House:
    """A case that was decided about twice, and somebody of each role."""
    house.take(house.sender.admitted(), house.sender.step(facts={"urgent": True}))
    for role in ("unit_staff", "supervisor", "operator", "engineer", "grid_worker", "reporter"):
        house.know_token(role, role, TOWN)
    house.know_token("neighbour", "operator", "t-other")
    return house


def test_decisions_are_listed_oldest_first_with_their_reasons(decided: House) -> None:
    """What was decided, when, by which rule and edition, and the case as the rules saw it."""
    first, second = decided.ask(PATH, "operator").get_json()["items"]
    assert first == {
        "decision": 1,
        "decided_at": "2026-03-09T02:00:00.000000Z",
        "edition": edition_of(decided.sender.files),
        "rule": "to-station",
        "because": ["P"],
        "cause": None,
        "situation": first["situation"],
        "assignment": {
            "decision": 1,
            "levels": ["village"],
            "lead": STATION,
            "assisting": [],
            "previous_lead": None,
            "procedure": "standard",
            "departments": [],
        },
        "evaluator": "reference",
        "answers": None,
    }
    assert (first["situation"]["lead"], first["situation"]["facts"]) == (None, {})
    assert (second["situation"]["lead"], second["situation"]["facts"]) == (STATION, {"urgent": True})
    assert (second["rule"], second["assignment"]["lead"]) == ("to-bureau", BUREAU)


@pytest.mark.parametrize("role", ["unit_staff", "supervisor", "operator", "engineer"])
def test_whose_business_it_is(decided: House, role: str) -> None:
    """Staff of the town may look."""
    assert decided.ask(PATH, role).status_code == 200


@pytest.mark.parametrize(
    ("token", "status"), [(None, 401), ("reporter", 403), ("grid_worker", 403), ("neighbour", 404)]
)
def test_whose_business_it_is_not(decided: House, token: str | None, status: int) -> None:
    """Strangers, reporters and grid workers may not; for another town's people the case is not there."""
    assert decided.ask(PATH, token).status_code == status


def test_a_case_that_is_not_there(decided: House) -> None:
    """404, the same for an unknown case and for one of another town."""
    decided.know_token("everywhere", "engineer", "*")
    for path in (PATH.replace("c-1", "c-2"), PATH.replace(TOWN, "t-other")):
        answer = decided.ask(path, "everywhere")
        assert (answer.status_code, answer.get_json()["code"]) == (404, "not-found")
