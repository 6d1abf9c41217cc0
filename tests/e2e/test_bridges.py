"""To a platform above and back (system 30): lists and events go out, matters come in, once each."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from werkzeug.test import Client

from tests.e2e.own_town import PACK, STATION, TOWN, OwnTown

SOURCE, NUMBER = "provincial", "SD-2026-0007"
KEPT = ("number", "category", "state", "reported_at", "accepted_at", "settled_at", "closed_at")
ABOVE = "t-province"
# The platform above is a unit of a level above the town; it hears what the rules tell it, at its own address.
_ABOVE = f"""part_of: {ABOVE}
webhooks: [platform.example.org]
"""
_UNIT = """  province: {name: {zh: 省, en: province}, above: yes}
units:
  platform: {name: {zh: 省平台, en: provincial platform}, level: province, channels: [inbox, webhook]}
"""
_TOLD = """tell:
  - rule: tell-above
    because: P
    on: [closed]
    who: [platform]
    text: {zh: '{case.number}', en: '{case.number}'}
"""
BRIDGED = (
    PACK.replace("town: t-own\n", f"town: t-own\n{_ABOVE}")
    .replace("units:\n", _UNIT, 1)
    .replace("tell:\n", _TOLD, 1)
)
SENT_DOWN = {
    "number": NUMBER, "category": "quarrel", "channel": "app", "place": "grid-1", "text": "sent down from above",
    "reported_at": "2026-03-06T09:00:00+08:00", "accepted_at": "2026-03-06T10:00:00+08:00", "lead": STATION,
}  # fmt: skip


@pytest.fixture
def town() -> Iterator[OwnTown]:
    """The town, with a platform above it."""
    made = OwnTown(pack=BRIDGED)
    yield made
    made.close()


def bring(town: OwnTown, text: str, source: str) -> list[dict[str, Any]]:
    """Import lines and return the lines of the answer."""
    path = f"/cases/import?source={source}"
    answer = town.ask("POST", path, "engineer", data=text, content_type="application/x-ndjson")
    assert answer.status_code == 200, answer.text
    return [json.loads(line) for line in answer.text.splitlines()]


def exported(town: OwnTown) -> dict[str, Mapping[str, Any]]:
    """The list that goes out, by number."""
    answer = town.ask("GET", "/cases/export")
    records = [json.loads(line) for line in answer.text.splitlines()]
    return {each["number"]: {name: each.get(name) for name in KEPT} for each in records}


@pytest.mark.proves("P003.1", "P001-07.8", "P000.43")
def test_30_what_comes_down_goes_up_again_under_its_number_class_and_dates(town: OwnTown) -> None:
    """Taken once however often it is sent; what became of it goes back, and out of a second system all the same."""
    line = json.dumps(SENT_DOWN)
    first, _ = bring(town, line, SOURCE)
    again, summary = bring(town, line, SOURCE)
    assert (again["case"], summary["summary"]["imported"]) == (first["case"], 0)
    assert (
        bring(town, json.dumps({**SENT_DOWN, "text": "another's"}), "elsewhere")[1]["summary"]["imported"]
        == 0
    )
    town.step(first["case"], "settle", "station", result="agreed")
    town.step(first["case"], "close", "station")
    up = exported(town)[NUMBER]
    assert (up["category"], up["state"]) == ("quarrel", "closed")
    assert up["reported_at"] == "2026-03-06T01:00:00.000000Z"
    platform = OwnTown()
    try:
        bring(platform, town.ask("GET", "/cases/export").text, "t-own")
        assert exported(platform)[NUMBER] == up
    finally:
        platform.close()


def test_the_platform_above_hears_of_each_matter_once(town: OwnTown) -> None:
    """As a unit of a level above: the number of what was closed, by the town's own rule."""
    case = town.report()
    number = town.view(case)["number"]
    town.step(case, "settle", "station", result="agreed")
    town.step(case, "close", "station")
    told = [each for each in town.view(case)["notifications"] if each["unit"] == f"{ABOVE}/platform"]
    assert [(each["on"], each["reason"]["rule"]) for each in told] == [("closed", "tell-above")]
    at_platform = town.registry.issue_token("unit_staff", f"{ABOVE}/platform", "p-above", (TOWN,))
    town.house.world.settle()
    inbox = Client(town.house.services["notify"].app).get(
        "/v1/inbox", headers={"Authorization": f"Bearer {at_platform}", "Accept-Language": "en"}
    )
    assert [each["text"] for each in inbox.get_json()["items"]] == [number]
