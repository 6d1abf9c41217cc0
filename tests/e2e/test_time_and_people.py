"""Reminders, appeals, amended days and absent people, through a whole house's own doors."""

from collections.abc import Iterator
from typing import Any

import pytest
from werkzeug.test import Client

from tests.e2e.own_town import OFFICE, PACK, STATION, TOWN, OwnTown

REMINDING = (
    PACK.replace("escalate: [{to: supervisor}]", "escalate: [{to: supervisor, every: 1 working day}]")
    .replace(
        "procedures:",
        """  uphold-appeal:
    name: {zh: 申诉成立, en: uphold an appeal}
    who: [operator]
    does: [{excuse: settle}]
    any_time: yes
procedures:""",
        1,
    )
    .replace(
        "tell:\n",
        """tell:
  - rule: tell-of-appeal
    because: P
    on: settle excused
    who: [lead]
    text: {zh: '{case.number}免责', en: '{case.number} is excused'}
""",
    )
)


@pytest.fixture
def town() -> Iterator[OwnTown]:
    """The town at a Monday morning, with reminders on every working day."""
    made = OwnTown(pack=REMINDING)
    made.clients |= {name: Client(made.house.services[name].app) for name in ("registry", "notify")}
    yield made
    made.close()


def door(town: OwnTown, service: str, method: str, path: str, who: str = "operator", **more: Any) -> Any:
    """Ask one of the other services, and let everything settle that follows."""
    headers = {"Authorization": f"Bearer {town.tokens[who]}", "Accept-Language": "en"}
    answer = town.clients[service].open(path, method=method, headers=headers, **more)
    assert answer.status_code < 300, answer.text
    town.house.world.settle()
    return answer.json


def told(town: OwnTown, case: str, on: str) -> list[str]:
    """Return the instants at which the office was told of an event of a case."""
    found = town.view(case)["notifications"]
    return [one["as_of"][:10] for one in found if one["on"] == on and one["unit"] == OFFICE]


def test_the_supervisor_is_reminded_until_it_is_settled(town: OwnTown) -> None:
    """From the breach on once every working day; after settling no more."""
    case = town.report()
    town.advance("2026-03-18 09:00")
    assert told(town, case, "settle escalated") == ["2026-03-12", "2026-03-13", "2026-03-16", "2026-03-17"]
    town.step(case, "settle", "station", result="done")
    town.advance("2026-03-25 09:00")
    assert len(told(town, case, "settle escalated")) == 4


def test_an_appeal_upheld_excuses_the_breach_for_everybody(town: OwnTown) -> None:
    """The case shows the excuse and what stood before, whoever leads hears of it, and nobody is reminded any more."""
    case = town.report()
    town.advance("2026-03-13 09:00")
    town.step(case, "uphold-appeal")
    (deadline,) = town.view(case)["deadlines"]
    assert (deadline["verdict"], deadline["was"]) == ("excused", {"verdict": "late"})
    assert [one["unit"] for one in town.view(case)["notifications"] if one["on"] == "settle excused"] == [
        STATION
    ]
    town.advance("2026-03-25 09:00")
    assert told(town, case, "settle escalated") == ["2026-03-12"]


def test_a_day_off_declared_in_mid_case_moves_what_is_pending_and_is_listed(town: OwnTown) -> None:
    """The operator amends the days, and reads which clocks moved, from when to when."""
    case = town.report()
    body = {"holidays": {"2026-03-11": "a day off"}}
    revision = door(town, "registry", "POST", f"/v1/towns/{TOWN}/calendar", json=body)["revision"]
    found = door(town, "sla", "GET", f"/v1/towns/{TOWN}/calendar-changes")
    (moved,) = found["moved"]
    assert (found["revision"], moved["case"], moved["revision"]) == (revision, case, revision)
    assert (moved["from"], moved["to"]) == ("2026-03-12T16:00:00.000000Z", "2026-03-13T16:00:00.000000Z")
    assert town.clocks(case) == [("village-limit", "running", "2026-03-13 24:00", None)]


def test_who_is_away_is_stood_in_for(town: OwnTown) -> None:
    """The absence is entered at the registry; the substitute finds the case at the own desk, and for whom."""
    for person in ("p-station", "p-colleague"):
        held = {"person": person, "unit": STATION, "role": "unit_staff"}
        door(town, "registry", "POST", f"/v1/towns/{TOWN}/members", json=held)
    away = {"person": "p-station", "from": "2026-03-09T01:00:00Z", "until": "2026-03-20T01:00:00Z"}
    door(town, "registry", "POST", f"/v1/towns/{TOWN}/absences", json={**away, "substitute": "p-colleague"})
    town.tokens["colleague"] = town.registry.issue_token("unit_staff", STATION, "p-colleague", (TOWN,))
    town.house.world.settle()
    case = town.report()
    items = door(town, "notify", "GET", "/v1/inbox?desk=person", "colleague")["items"]
    assert [(one["case"], one["via"]) for one in items] == [(case, "p-station")]
    assert [
        one["case"] for one in door(town, "notify", "GET", "/v1/inbox?desk=person", "station")["items"]
    ] == [case]
