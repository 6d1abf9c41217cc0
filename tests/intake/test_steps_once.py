"""A step with a key: taken once however often it is sent, on both stores; what was refused may be sent again."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from werkzeug.test import TestResponse

from shared.db.engines import open_engine
from shared.kernel.ids import new_id
from tests.intake.house import OFFICE, STATION, House
from tests.intake.test_idempotency import at_once
from tests.intake.test_not_done import running, town
from tests.intake.town import TOWN


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.servers)])
def house(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[House]:
    """A house on a store that many threads may write at once."""
    services_own: Callable[[str], str] | None = (
        request.getfixturevalue("services_own") if request.param == "postgresql" else None
    )
    url = services_own("intake") if services_own else f"sqlite:///{tmp_path}/intake.db"
    made = House(engine=open_engine(url, "intake"), make_id=new_id)
    yield made
    made.store.close()


@pytest.fixture
def case(house: House) -> str:
    """A case that is the station's."""
    made = house.report()
    house.route(made, STATION, OFFICE)
    return made


def send(
    house: House, case: str, key: str, step: str = "progress", who: str = "station", **more: Any
) -> TestResponse:
    """Take a step under a key."""
    body = {"step": step, **more}
    headers = {"Idempotency-Key": key}
    return house.call("POST", f"/v1/towns/{TOWN}/cases/{case}/steps", who, json=body, headers=headers)


def taken(house: House, case: str, step: str = "progress") -> int:
    """How often a step stands in the history as taken."""
    entries = house.view(case)["history"]
    return sum(entry["what"] == "step" and entry["data"].get("step") == step for entry in entries)


def test_sent_again_it_is_taken_once(house: House, case: str) -> None:
    """A step that may be taken any number of times: with the same key once, with another one again."""
    facts = {"progress": "dig on Monday"}
    first = send(house, case, "k", facts=facts)
    assert first.status_code == 200, first.text
    house.pass_time(hours=1)
    assert send(house, case, "k", facts=facts).json == first.json
    assert taken(house, case) == 1
    assert send(house, case, "other", facts=facts).status_code == 200
    assert taken(house, case) == 2


def test_sent_many_times_at_once_it_is_taken_once(house: House, case: str) -> None:
    """Whoever comes second waits for the first and gets its answer."""
    answers = at_once(20, lambda _: send(house, case, "k", facts={"progress": "dig"}))
    assert {answer.status_code for answer in answers} == {200}
    assert taken(house, case) == 1


def test_a_key_stands_for_one_step_of_one_case(house: House, case: str) -> None:
    """Another body or another case under a used key is a mistake, and nothing is done."""
    other = house.report()
    house.route(other, STATION, OFFICE)
    assert send(house, case, "k", facts={"progress": "dig"}).status_code == 200
    for answer in (
        send(house, case, "k", facts={"progress": "wait"}),
        send(house, other, "k", facts={"progress": "dig"}),
    ):
        assert (answer.status_code, answer.json["code"]) == (422, "key-reused")
    assert (taken(house, case), taken(house, other)) == (1, 0)


def test_a_refused_step_leaves_its_key_free(house: House, case: str) -> None:
    """It is in the history as refused, each time; the same key takes it once it may be taken."""
    assert send(house, case, "k", "verify", "grid").status_code in (403, 409)
    house.step(case, "settle", facts={"result": "dug out"})
    answer = send(house, case, "k", "verify", "grid")
    assert (answer.status_code, answer.json["state"]) == (200, "verified")


def test_what_a_step_did_not_do_is_told_again() -> None:
    """In the words of whoever asks then."""
    timed = town()
    case = running(timed)
    first, again = (send(timed, case, "k", "extend-other") for _ in range(2))
    assert first.status_code == 200, first.text
    assert first.json["not_done"]
    assert again.json == first.json
    timed.store.close()
