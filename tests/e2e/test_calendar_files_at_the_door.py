"""Next year's days from a file: tried, its consequences seen, and only then published."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from werkzeug.test import Client

from tests.e2e.own_town import PACK, TOWN, OwnTown
from tests.worktime.test_calendar_feeds import fed, listed


@pytest.fixture
def town() -> Iterator[OwnTown]:
    """The town before a year that nobody has announced, with a case whose limit reaches into it."""
    made = OwnTown(
        "2026-03-09 09:00", PACK.replace("zone: Asia", "readings: {RC-22: provisional}\nzone: Asia")
    )
    made.clients["registry"] = Client(made.house.services["registry"].app)
    yield made
    made.close()


def ask(town: OwnTown, service: str, path: str, body: object, kind: str, who: str = "operator") -> Any:
    """Send a body to a service; return the answer."""
    headers = {"Authorization": f"Bearer {town.tokens[who]}", "Accept-Language": "en", "Content-Type": kind}
    data = body if isinstance(body, str) else json.dumps(body)
    answer = town.clients[service].post(f"/v1/towns/{TOWN}{path}", data=data, headers=headers)
    town.house.world.settle()
    return answer


def test_a_file_is_tried_its_moves_seen_and_published(town: OwnTown) -> None:
    """What the preview says is what then happens; before that nothing is touched."""
    case = town.report("quarrel")
    assert town.clocks(case)[0][2] == "2026-03-12 24:00"
    text = json.dumps({"year": 2026, "days": [
        *listed(2026)["days"],  # type: ignore[misc]
        {"name": "镇庆", "date": "2026-03-10", "isOffDay": True},
    ]})  # fmt: skip
    tried = ask(town, "registry", "/calendar/file?check=yes", text, "application/json")
    assert (tried.status_code, tried.json["years"], tried.json["holidays"]["2026-03-10"]) == (
        200,
        [2026],
        "镇庆",
    )
    preview = ask(town, "sla", "/calendar-changes/preview", tried.json, "application/json")
    assert (preview.status_code, preview.json["count"], preview.json["looked_at"]) == (200, 1, 1)
    (moved,) = preview.json["moved"]
    assert (moved["case"], moved["from"], moved["to"]) == (
        case, "2026-03-12T16:00:00.000000Z", "2026-03-13T16:00:00.000000Z",
    )  # fmt: skip
    assert town.clocks(case)[0][2] == "2026-03-12 24:00"
    assert ask(town, "registry", "/calendar/file", text, "application/json").status_code == 201
    town.advance("2026-03-09 09:10")
    assert town.clocks(case)[0][2] == "2026-03-13 24:00"
    assert ask(town, "registry", "/calendar/file", text, "application/json").status_code == 200


def test_a_feed_and_a_year_that_is_not_complete(town: OwnTown) -> None:
    """A feed is read by the names of its days; a year that it lacks is refused with cause and remedy."""
    feed = fed(2027, "春节（休）", "春节（班）")
    answer = ask(town, "registry", "/calendar/file?year=2027", feed, "text/calendar")
    assert (answer.status_code, answer.json["years"]) == (201, [2027])
    answer = ask(town, "registry", "/calendar/file?year=2028", feed, "text/calendar")
    assert (answer.status_code, answer.json["code"]) == (422, "calendar-year-incomplete")
    assert "download it again" in answer.json["remedy"]


def test_only_who_keeps_the_calendar_may(town: OwnTown) -> None:
    """Supervisors look at what has moved, and neither publish nor preview."""
    for service, path in (("registry", "/calendar/file"), ("sla", "/calendar-changes/preview")):
        for who in ("supervisor", "station", "citizen"):
            assert ask(town, service, path, "{}", "application/json", who).status_code == 403
