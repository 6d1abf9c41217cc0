"""What comes in at the front desk, through the whole house: proposals, machines, returned matters, hiding,
merging, people who leave."""

from collections.abc import Iterator
from typing import Any

import pytest
from werkzeug.test import Client

from gridcase.registry_admin import RegistryAdmin
from tests.e2e.own_town import BUREAU, PACK, STATION, TOWN, OwnTown

RULES = (
    PACK.replace("department: none}", "department: none, keywords: [争吵]}", 1)
    .replace("facts: {smells: yes}}", "facts: {smells: yes}, keywords: [垃圾]}")
    .replace(
        "channels: {app: {zh: 手机, en: app}}",
        "channels:\n  app: {zh: 手机, en: app}\n"
        "  camera: {name: {zh: 摄像头, en: camera}, machine: yes, repeats_within: 30 minutes}",
    )
    .replace("fallback: station", "fallback: station\nproposed_category: taken")
    .replace(
        "routing:\n",
        """routing:
  - rule: not-ours
    because: P
    title: {zh: 不属本镇, en: not of this town}
    when: {litres: 7}
    then: {returned: yes, level: town, procedure: standard}
  - rule: many-alarms
    because: P
    when: {repeats: {at_least: 2}}
    then: {level: town, lead: bureau, procedure: standard}
""",
    )
    .replace(
        "tell:\n",
        """hidden:
  - rule: screening
    because: P
    when: {urgent: yes}
    until: settled
    seen_by: [lead]
tell:
  - rule: tell-returned
    because: P
    on: [rejected]
    who: [reporter]
    text: {zh: '{case.reason}', en: '{case.reason}'}
""",
    )
)


@pytest.fixture
def town() -> Iterator[OwnTown]:
    """The town at a Monday morning."""
    made = OwnTown(pack=RULES)
    yield made
    made.close()


def report(town: OwnTown, who: str = "citizen", **more: Any) -> Any:
    body = {"channel": "app", "place": "grid-1", **more}
    return town.ask("POST", "/cases", who, json=body).json


def hold(town: OwnTown, person: str, *, is_held: bool) -> None:
    """Have the registry say that a person holds a place at the station, or no longer."""
    client, headers = (
        Client(town.house.services["registry"].app),
        {"Authorization": f"Bearer {town.tokens['operator']}"},
    )
    body = {"person": person, "unit": STATION, "role": "unit_staff", "held": is_held}
    answer = client.post(f"/v1/towns/{TOWN}/members", headers=headers, json=body)
    assert answer.status_code < 300, answer.text
    town.house.world.settle()


def told(town: OwnTown, case: str, on: str) -> list[str | None]:
    return sorted(str(one["person"]) for one in town.view(case)["notifications"] if one["on"] == on)


def test_words_lead_to_the_department(town: OwnTown) -> None:
    """A report without a category is routed by what its words propose."""
    case = report(town, text="路边有垃圾")["case"]
    view = town.view(case)
    assert (view["proposal"], view["assignment"]["lead"]) == (
        {"category": "dumping", "matched": ["垃圾"]},
        BUREAU,
    )


def test_a_matter_of_another_house_is_returned_with_the_rules_title(town: OwnTown) -> None:
    """Nobody leads it, no clock runs, and its reporter hears why."""
    case = town.report("quarrel", answers={"litres": 7})
    view = town.view(case)
    assert (view["state"], view["assignment"]["lead"], view["work_orders"]) == ("rejected", None, [])
    assert view["decisions"][0]["reason"]["rule"] == "not-ours"
    assert [one["state"] for one in view["deadlines"] if one["state"] == "running"] == []
    assert told(town, case, "rejected") == ["p-citizen"]


def test_alarms_counted_on_a_draft_decide_where_it_goes(town: OwnTown) -> None:
    """Nothing runs before a person confirms; then the rules see how often the alarm came."""
    alarm = {"category": "quarrel", "channel": "camera", "text": "t", "source": "cam-1"}
    case = report(town, **alarm)["case"]
    for minute in (20, 40):
        town.advance(f"2026-03-09 09:{minute}")
        assert report(town, **alarm)["case"] == case
    assert (town.view(case)["deadlines"], town.view(case)["decisions"]) == ([], [])
    assert town.ask("POST", f"/cases/{case}/confirm", "station", json={}).status_code == 200
    view = town.view(case)
    assert (view["assignment"]["lead"], view["repeats"]) == (BUREAU, 2)
    assert [one[:2] for one in town.clocks(case)] == [("town-limit", "running")]


def test_a_merged_case_stops_and_its_reporter_hears_of_the_other(town: OwnTown) -> None:
    """Its clocks stop without a verdict and breach no more; both reporters hear of the result."""
    registry = RegistryAdmin(town.house.services["registry"].store, town.house.secret)
    town.tokens["other"] = registry.issue_token("reporter", None, "p-other", ("t-own",))
    town.house.world.settle()
    case, into = town.report(), town.report(who="other")
    town.advance("2026-03-10 09:00")
    answer = town.ask("POST", f"/cases/{case}/merge", "station", json={"into": into})
    assert answer.status_code == 200, answer.text
    town.advance("2026-03-20 09:00")
    assert town.clocks(case) == [("village-limit", "stopped", "2026-03-12 24:00", None)]
    assert town.clocks(into)[0][1:] == ("breached", "2026-03-12 24:00", "late")
    town.step(into, "settle", "station")
    assert told(town, into, "settled") == ["p-citizen", "p-other"]
    assert told(town, case, "settled") == []


def test_an_older_case_s_limit_survives_in_the_newer(town: OwnTown) -> None:
    """The newer case falls due when the older would have, breaches then, and its verdict says so."""
    town.house.world.settle()
    case = town.report()
    town.advance("2026-03-11 09:00")
    into = town.report()
    town.house.world.settle()
    assert town.clocks(into)[0][1:3] == ("running", "2026-03-16 24:00")
    answer = town.ask("POST", f"/cases/{case}/merge", "station", json={"into": into})
    assert answer.status_code == 200, answer.text
    town.advance("2026-03-12 23:00")
    assert town.clocks(case) == [("village-limit", "stopped", "2026-03-12 24:00", None)]
    assert town.clocks(into)[0][1:3] == ("running", "2026-03-12 24:00")
    town.advance("2026-03-13 09:00")
    assert town.clocks(into)[0][1:] == ("breached", "2026-03-12 24:00", "late")


def test_a_hidden_case_is_seen_by_those_named_until_its_milestone(town: OwnTown) -> None:
    """Hidden by a step's fact, seen again with the result."""
    case = town.report()
    assert town.send("GET", f"/cases/{case}", "supervisor").status_code == 200
    town.step(case, "urge", "station")
    seen = {
        who: town.send("GET", f"/cases/{case}", who).status_code
        for who in ("supervisor", "citizen", "station")
    }
    assert seen == {"supervisor": 404, "citizen": 404, "station": 200}
    town.step(case, "settle", "station")
    assert town.send("GET", f"/cases/{case}", "supervisor").status_code == 200


def test_a_person_who_leaves_is_missed_at_once(town: OwnTown) -> None:
    """The registry says so, and the operator has the alarm without anybody asking."""
    hold(town, "p-ann", is_held=True)
    case = town.report()
    order = town.view(case)["work_orders"][0]["id"]
    path = f"/cases/{case}/work-orders/{order}/assignee"
    assert town.ask("PUT", path, "supervisor", json={"person": "p-ann"}).json["assignee_state"] == "here"
    hold(town, "p-ann", is_held=False)
    view = town.view(case)
    assert view["work_orders"][0]["assignee_state"] == "left"
    assert [entry["what"] for entry in view["history"]].count("assignee-left") == 1
