"""What was decided on a phone and is sent later: once, however often it comes, and not over what others did since."""

import io
from typing import Any

import pytest

from tests.intake.house import STATION, House
from tests.intake.town import TOWN


@pytest.fixture
def house() -> House:
    return House()


def assigned(house: House) -> str:
    case = house.report()
    house.route(case, STATION)
    return case


def version(house: House, case: str) -> str:
    return f'"{house.view(case)["version"]}"'


def settle(house: House, case: str, result: str = "done", **headers: str) -> Any:
    return step(house, case, {"step": "settle", "facts": {"result": result}}, **headers)


def step(house: House, case: str, body: Any, **headers: str) -> Any:
    return house.call("POST", f"/v1/towns/{TOWN}/cases/{case}/steps", "station", json=body, headers=headers)


def steps_taken(house: House, case: str) -> list[str]:
    return [entry["data"]["step"] for entry in house.view(case)["history"] if entry["what"] == "step"]


def test_a_step_that_is_sent_again_is_taken_once(house: House) -> None:
    """Whatever of the answers was lost: the same key and body show the case as it is by now."""
    case = assigned(house)
    seen = version(house, case)
    answers = [settle(house, case, **{"Idempotency-Key": "k-1", "If-Match": seen}) for _ in range(3)]
    assert [answer.status_code for answer in answers] == [200] * 3
    assert answers[0].json == answers[2].json
    assert steps_taken(house, case) == ["settle"]


def test_a_key_is_for_one_step_alone(house: House) -> None:
    """With another body or at another case it is refused, and the first one stands."""
    case, other = assigned(house), assigned(house)
    settle(house, case, **{"Idempotency-Key": "k-1"})
    for again in (settle(house, case, "otherwise", **{"Idempotency-Key": "k-1"}),
                  settle(house, other, **{"Idempotency-Key": "k-1"})):  # fmt: skip
        assert again.json["code"] == "key-reused"
    assert steps_taken(house, other) == []


def test_a_refused_step_leaves_its_key_free(house: House) -> None:
    """Corrected, it is taken under the same key."""
    case = assigned(house)
    refused = step(house, case, {"step": "settle"}, **{"Idempotency-Key": "k-1"})
    assert refused.status_code >= 400
    assert settle(house, case, **{"Idempotency-Key": "k-1"}).status_code == 200


def test_what_happened_meanwhile_is_said_and_nothing_is_overwritten(house: House) -> None:
    """Two people looked at the same case; the second is told what the first did, and that nothing was changed."""
    case = assigned(house)
    seen = version(house, case)
    assert settle(house, case, "by the first", **{"If-Match": seen}).status_code == 200
    second = settle(house, case, "by the second", **{"If-Match": seen})
    assert (second.status_code, second.json["code"]) == (412, "changed-meanwhile")
    assert "settle" in second.json["cause"]
    assert house.view(case)["facts"]["result"] == "by the first"
    assert all(entry["what"] != "step-refused" for entry in house.view(case)["history"])


def test_files_and_notices_are_no_reason_to_ask_again(house: House) -> None:
    """Somebody added a photograph: what was decided on is as it was."""
    case = assigned(house)
    seen = version(house, case)
    attach(house, case, b"%PDF-1 first")
    assert version(house, case) != seen
    assert settle(house, case, **{"If-Match": seen}).status_code == 200


def attach(house: House, case: str, content: bytes, who: str = "station", **headers: str) -> Any:
    data = {"file": (io.BytesIO(content), "a.pdf", "application/pdf")}
    return house.call("POST", f"/v1/towns/{TOWN}/cases/{case}/attachments", who, data=data, headers=headers)


def test_a_photograph_that_is_sent_again_is_attached_once(house: House) -> None:
    """The same key gives the file of the first time; another file under it is refused."""
    case = assigned(house)
    first, again = (attach(house, case, b"%PDF-1 x", **{"Idempotency-Key": "k-1"}) for _ in range(2))
    assert (first.status_code, first.json["id"]) == (201, again.json["id"])
    assert len(house.view(case)["attachments"]) == 1
    assert attach(house, case, b"%PDF-1 y", **{"Idempotency-Key": "k-1"}).json["code"] == "key-reused"


@pytest.mark.parametrize("said", ["x", "*", "-1", "99999999999"])
def test_a_version_that_is_none_is_refused(house: House, said: str) -> None:
    """Rather than taken for none at all: the step would overwrite unseen."""
    case = assigned(house)
    answer = settle(house, case, **{"If-Match": said})
    assert (answer.status_code, answer.json["code"]) == (400, "bad-version")
