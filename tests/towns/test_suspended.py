"""A suspended town takes nothing new and says since when; what runs there goes on, and everything can be read."""

from collections.abc import Mapping
from datetime import timedelta

import msgspec
import pytest

from shared.contracts.messages import JurisdictionChanged
from tests.towns.house import OTHER, OWN, START, House, fill
from tests.towns.moves import faults


@pytest.fixture
def cases(house: House) -> Mapping[str, str]:
    """Cases of a town that an engineer suspends, beside another town."""
    found = fill(house, OWN)
    fill(house, OTHER)
    answer = house.ask("registry", "POST", f"/v1/towns/{OWN}/suspension", house.engineer())
    assert answer.status_code == 200, answer.text
    assert answer.json["suspended_at"] == "2026-03-09T01:00:00.000000Z"
    house.settle()
    return found


def test_what_would_change_anything_is_refused(house: House, cases: Mapping[str, str]) -> None:
    """By every door of the public, the staff, a machine and an older system: 409, since when, and that what runs goes
    on. Words alone are still proposed a category, and the other town takes what comes."""
    case = f"/cases/{cases['running']}"
    report = {"category": "quarrel", "channel": "app", "place": "grid-1", "text": "again"}
    attempts = [
        ("POST", "/cases", "citizen", {"json": report}),
        ("POST", "/cases/bulk", "operator", {"json": {"cases": [report]}, "headers": {"Idempotency-Key": "k-1"}}),
        ("POST", f"{case}/steps", "station", {"json": {"step": "settle"}}),
        ("POST", f"{case}/merge", "operator", {"json": {"into": cases["late"]}}),
        ("POST", f"{case}/satisfaction", "citizen", {"json": {"satisfied": True}}),
        ("POST", f"{case}/confirm", "station", {"json": {}}),
        ("POST", f"{case}/dismiss", "station", {"json": {"reason": "no"}}),
        ("POST", "/redecisions", "operator", {"json": {"cases": [cases["running"]], "reason": "so", "preview": False}}),
        ("POST", "/cases/import?source=old", "operator",
         {"data": msgspec.json.encode({**report, "number": "2020-000001", "reported_at": "2026-03-01T00:00:00Z"}),
          "headers": {"Content-Type": "application/x-ndjson"}}),
    ]  # fmt: skip
    for method, path, who, sent in attempts:
        answer = house.of(OWN, method, path, who, **sent)
        assert (path, answer.status_code) == (path, 409), answer.text
        assert answer.json["code"] == "town-suspended"
        assert "2026-03-09 01:00Z" in answer.json["cause"]
    chinese = house.of(OWN, "POST", "/cases", "citizen", json=report, headers={"Accept-Language": "zh"})
    assert "暂停" in chinese.json["cause"]
    assert house.of(OWN, "POST", "/cases/proposals", "citizen", json={"text": "a quarrel"}).status_code == 200
    house.report(OTHER)
    house.registry.resume(OWN)
    house.settle()
    _, path, who, sent = attempts[1]
    assert house.of(OWN, "POST", path, who, **sent).json["admitted"] == 1


def test_what_runs_goes_on_and_is_read(house: House, cases: Mapping[str, str]) -> None:
    """Limits are missed, people are told, identities are read; once the town is resumed its cases go on."""
    house.advance(START + timedelta(days=9))
    view = house.of(OWN, "GET", f"/cases/{cases['running']}").json
    assert {clock["state"] for clock in view["deadlines"]} == {"breached"}
    assert any(notice["on"] == "settle breached" for notice in view["notifications"])
    assert house.of(OWN, "GET", f"/cases/{cases['running']}/reporter").json["identity"]["name"] == "Zhang San"
    assert house.ask("registry", "DELETE", f"/v1/towns/{OWN}/suspension", house.engineer()).status_code == 200
    house.settle()
    house.step(OWN, cases["running"], "settle")
    house.report(OWN)
    assert faults(house) == []


def test_a_new_edition_changes_nothing_about_it(house: House, cases: Mapping[str, str]) -> None:
    """Nor does whoever says what the town is called or part of; a second suspension leaves the instant as it is."""
    del cases
    house.advance(START + timedelta(hours=2))
    new = {"key": OWN, "name": {"zh": "新名", "en": "new name"}}
    assert house.ask("registry", "POST", "/v1/jurisdictions", house.engineer(), json=new).status_code == 200
    again = house.ask("registry", "POST", f"/v1/towns/{OWN}/suspension", house.engineer())
    assert again.json["suspended_at"] == "2026-03-09T01:00:00.000000Z"
    house.settle()
    report = {"category": "quarrel", "channel": "app", "place": "grid-1", "text": "again"}
    assert house.of(OWN, "POST", "/cases", "citizen", json=report).status_code == 409


def test_only_engineers_of_the_whole_platform_suspend(house: House) -> None:
    """Neither a town's operator nor its own engineer; what is no town is not found."""
    fill(house, OTHER)
    own = house.registry.issue_token("engineer", None, "p-x", (OTHER,))
    house.settle()
    for method in ("POST", "DELETE"):
        for token in (own, house.token("operator", OTHER)):
            assert house.ask("registry", method, f"/v1/towns/{OTHER}/suspension", token).status_code == 403
        assert (
            house.ask("registry", method, "/v1/towns/t-none/suspension", house.engineer()).status_code == 404
        )


def test_a_reader_of_before_takes_what_is_said_of_it() -> None:
    """The field is left out where it says nothing, and comes under a newer minor version (decision 17)."""
    plain = JurisdictionChanged(key=OWN, name={"zh": "镇", "en": "town"})
    assert "suspended_at" not in msgspec.to_builtins(plain)
    assert JurisdictionChanged.MINOR == 1
