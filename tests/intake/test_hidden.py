"""Cases that rules hide until a milestone stands: for whoever is not named they are not there."""

import io
from collections.abc import Iterator
from dataclasses import replace
from datetime import date

import pytest

from services.intake.store import tables
from shared.kernel.texts import Text
from shared.rules.case.situation import Situation
from shared.rules.decide.answers import Hiding
from shared.rules.decide.compiled import CompiledRules
from shared.rules.logic.condition import ALWAYS
from shared.rules.pack.model import Effect, EffectKind, Hidden, Origin
from tests.intake.house import CENTRE, OFFICE, STATION, House
from tests.intake.test_copies import told
from tests.intake.test_publishing import published
from tests.intake.town import SPOT, STEPS, TOWN, does, step

CASES = f"/v1/towns/{TOWN}/cases"
PLANNED = {"procedure": "planned", "acceptance": "automatic"}


def rule(key: str, until: str, *seen_by: str) -> Hidden:
    origin = Origin(key, Text("审核前", "before screening"), ("P002B.12",), None, None, SPOT)
    return Hidden(origin, ALWAYS, until, seen_by)


@pytest.fixture
def house() -> Iterator[House]:
    """Until somebody accepts it, only the lead and the centre see a case."""
    made = House(acceptance="lead")
    made.amend(hidden=(rule("screening", "accepted", "lead", "centre"),))
    yield made
    made.store.close()


def sees(house: House, case: str, who: str) -> bool:
    """Tell whether somebody sees the case, by its page and by the list alike."""
    page = house.call("GET", f"{CASES}/{case}", who).status_code
    listed = case in {row["id"] for row in house.call("GET", CASES, who).json["cases"]}
    assert (page == 200) == listed
    assert page in (200, 404)
    return page == 200


def test_only_those_named_see_it(house: House) -> None:
    """Before any decision the centre and the operator; the reporter, the supervisor and others do not."""
    case = house.report()
    assert [
        who for who in ("operator", "centre", "station", "supervisor", "citizen") if sees(house, case, who)
    ] == [
        "operator",
        "centre",
    ]
    assert house.view(case)["hidden"] is True


def test_a_party_is_looked_up_as_the_case_stands(house: House) -> None:
    """Whoever leads it by the latest decision sees it; whoever led before does not any more."""
    case = house.report()
    house.route(case, STATION, acceptance="lead")
    assert sees(house, case, "station")
    house.step(case, "decline", facts={"reason": "r"})
    house.route(case, OFFICE, acceptance="lead", previous=STATION)
    assert sees(house, case, "office")
    assert not sees(house, case, "station")


def test_the_grid_that_found_it_sees_it(house: House) -> None:
    """Whoever reported it from the grid is not shut out."""
    case = house.report("grid")
    assert sees(house, case, "grid")
    assert not sees(house, case, "supervisor")


def test_the_milestone_opens_it(house: House) -> None:
    """Once the milestone stands everybody sees what they always could."""
    case = house.report()
    house.route(case, STATION, acceptance="lead")
    assert not sees(house, case, "citizen")
    house.step(case, "accept")
    assert all(sees(house, case, who) for who in ("citizen", "supervisor", "office"))
    assert house.view(case)["hidden"] is False


def test_several_rules_leave_those_whom_all_name(house: House) -> None:
    """Of two rules each keeps the others' people out, as long as its own milestone does not stand."""
    made = House(acceptance="lead")
    made.amend(
        hidden=(rule("a", "accepted", "centre", "works-office"), rule("b", "settled", "centre", "reporter"))
    )
    case = made.report()
    assert [who for who in ("centre", "office", "citizen") if sees(made, case, who)] == ["centre"]
    made.route(case, CENTRE, acceptance="lead")
    assert made.step(case, "accept", "centre").status_code == 200
    assert [who for who in ("centre", "office", "citizen") if sees(made, case, who)] == ["centre", "citizen"]


def test_nothing_of_it_can_be_reached(house: House) -> None:
    """Steps, files, work orders, history: all are 404 for whoever may not see the case, and its orders unlisted."""
    case = house.report("grid")
    data = {"file": (io.BytesIO(b"%PDF-1"), "a.pdf", "application/pdf")}
    made = house.call("POST", f"{CASES}/{case}/attachments", "grid", data=data)
    assert made.status_code == 201
    house.route(case, STATION, OFFICE, acceptance="lead")
    order = house.view(case)["work_orders"][0]["id"]
    for method, path, more in (
        ("GET", "", {}),
        ("GET", "/steps", {}),
        ("GET", f"/attachments/{made.json['id']}", {}),
        ("GET", "/history/verify", {}),
        ("POST", "/steps", {"json": {"step": "settle", "facts": {"result": "r"}}}),
        ("PUT", f"/work-orders/{order}/assignee", {"json": {"person": None}}),
        ("POST", "/merge", {"json": {"into": case}}),
        ("GET", "/merge", {"query_string": {"into": case}}),
        ("GET", "/reporter", {}),
    ):
        assert house.call(method, f"{CASES}/{case}{path}", "supervisor", **more).status_code in (403, 404), (
            path
        )
    assert house.call("GET", f"/v1/towns/{TOWN}/work-orders", "supervisor").json["work_orders"] == []
    assert len(house.call("GET", f"/v1/towns/{TOWN}/work-orders", "station").json["work_orders"]) == 1


def test_a_hidden_result_is_not_published_yet() -> None:
    """The record is made at its instant and appears once the case may be seen."""
    house = House()
    house.amend(hidden=(rule("approval", "approve", "lead", "governance"),))
    case = house.report()
    house.route(case)
    house.step(case, "settle", facts={"result": "r"})
    steps = {
        **house.packs[TOWN].steps,
        "tell": step("tell", "lead", Effect(EffectKind.PUBLISH), any_time=True),
    }
    house.amend(steps=steps)
    assert house.step(case, "tell").status_code == 200
    assert published(house)["publications"] == []
    assert house.step(case, "approve", "supervisor").status_code == 200
    (row,) = published(house)["publications"]
    assert row["number"] == "2026-000001"


def test_a_name_is_not_part_of_another() -> None:
    """Only whole names open a case: a unit whose name lies within a named one's does not see it."""
    house = House()
    house.amend(hidden=(rule("screening", "approve", "station"),))
    case = house.report()
    assert house.rows(tables.cases)[0]["seen_by"] == f"|{STATION}|"
    assert sees(house, case, "station")
    assert not sees(house, case, "centre")


def asking(who: str, **changes: object) -> House:
    """Return a town whose step 'ask' asks somebody, who holds no order of the case, to approve."""
    made = House()
    steps = {one.key: one for one in STEPS}
    made.amend(steps={**steps, "approve": replace(steps["approve"], who=(who,))}, **changes)
    return made


def planned(house: House, case: str) -> None:
    """Have the station lead a case and plan what is to be approved."""
    house.route(case, STATION, **PLANNED)
    assert house.step(case, "plan", facts={"plan": "p"}).status_code == 200


def test_who_is_asked_for_approval_sees_a_private_case() -> None:
    """A unit without an order sees a private case, takes its step, and may look it up later; not before."""
    house = asking("works-office")
    case = house.report(category="family")
    planned(house, case)
    assert not sees(house, case, "office")
    assert house.step(case, "ask").status_code == 200
    assert [who for who in ("office", "centre") if sees(house, case, who)] == ["office"]
    assert house.call("GET", f"{CASES}/{case}/reporter", "office").status_code == 403
    assert house.step(case, "approve", "office").status_code == 200
    assert sees(house, case, "office")


def test_who_is_asked_for_approval_sees_a_hidden_case() -> None:
    """The rule names the lead alone; whoever the lead asks comes to it, and every message says so."""
    house = asking("works-office", hidden=(rule("screening", "closed", "lead"),))
    case = house.report()
    planned(house, case)
    assert not sees(house, case, "office")
    house.step(case, "ask")
    assert [who for who in ("station", "office", "centre", "supervisor") if sees(house, case, who)] == [
        "station",
        "office",
    ]
    assert house.said(case)[-1].data.seen_by == f"|{STATION}|{OFFICE}|"
    assert house.step(case, "approve", "office").status_code == 200
    assert sees(house, case, "office")


@pytest.mark.parametrize("who", ["supervisor", "grid worker", "reporter", "unit_staff"])
def test_a_role_that_is_asked_sees_a_hidden_case(who: str) -> None:
    """Whoever may take the asked step sees what rules hide; a role alone opens nothing that is private."""
    house = asking(who, hidden=(rule("screening", "closed", "lead"),))
    caller = {"supervisor": "supervisor", "grid worker": "grid", "reporter": "citizen"}.get(who, "office")
    case, private = house.report(), house.report(category="family")
    for asked in (case, private):
        planned(house, asked)
        assert not sees(house, asked, caller)
        house.step(asked, "ask")
    assert sees(house, case, caller)
    assert sees(house, private, caller) == (who in ("supervisor", "reporter"))
    assert house.step(case, "approve", caller).status_code == 200


def test_a_rule_of_hiding_names_who_sees_a_private_case() -> None:
    """A unit that must look at every case first sees the private ones too, while the rule holds; roles do not."""
    house = House()
    steps = {one.key: one for one in STEPS}
    house.amend(
        steps={**steps, "vet": step("vet", "works-office", does(EffectKind.MARK, "vetted"), any_time=True)},
        hidden=(rule("not-vetted", "vetted", "lead", "works-office", "unit_staff"),),
    )
    case = house.report(category="family")
    assert [who for who in ("office", "centre", "supervisor") if sees(house, case, who)] == ["office"]
    assert house.step(case, "vet", "office").status_code == 200
    assert [who for who in ("office", "centre", "supervisor") if sees(house, case, who)] == ["supervisor"]


def test_a_notice_alone_opens_nothing(house: House) -> None:
    """Who is told of a hidden case, and named by no rule that hides it, still does not see it."""
    case = house.report()
    house.hear("notify", "notification.sent", case, told(case, unit=OFFICE, party="works-office"))
    assert [notice["unit"] for notice in house.view(case)["notifications"]] == [OFFICE]
    assert not sees(house, case, "office")


def differ(rules: CompiledRules, _situation: Situation, _on: date) -> Hiding:
    """Both evaluators, of which one finds that the rules hold."""
    return Hiding(rules.pack.hidden, False, {"reference": ("screening",), "durable": ()})


def alarms(house: House, case: str) -> list[tuple[str, dict[str, object]]]:
    said = [message.data for message in house.said(case) if message.type == "alarm.raised"]
    return [(alarm.code, alarm.detail) for alarm in said]


def test_what_evaluators_differ_about_stays_hidden(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """Doubt hides, and the operator hears of it with both answers, after the case's own message."""
    monkeypatch.setattr(CompiledRules, "hidden", differ)
    case = house.report()
    assert sees(house, case, "centre")
    assert not sees(house, case, "citizen")
    assert house.types(case) == ["case.admitted", "alarm.raised"]
    detail = {"about": "hidden", "answers": {"reference": ["screening"], "durable": []}}
    assert alarms(house, case) == [("disagreement", detail)]
    house.route(case, STATION, acceptance="lead")
    assert house.view(case)["assignment"]["lead"] == STATION


def test_a_draft_raises_no_alarm(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody hears of a draft; what the evaluators differ about is told once it is a case."""
    monkeypatch.setattr(CompiledRules, "hidden", differ)
    house.amend(channels={"app": Text("a", "a"), "camera": Text("c", "c")}, machines={"camera": None})
    case = house.call("POST", CASES, "grid", json={"category": "ditch", "channel": "camera", "place": "east-1",
                                                   "text": "water", "source": "cam-1"}).json["case"]  # fmt: skip
    assert house.said(case) == []
    assert house.call("POST", f"{CASES}/{case}/confirm", "operator", json={}).status_code == 200
    assert house.types(case) == ["case.admitted", "alarm.raised"]
