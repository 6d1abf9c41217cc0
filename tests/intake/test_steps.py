"""A case's life through the one door: each effect of a step, told in one message and kept in the file."""

from collections.abc import Iterator
from datetime import datetime

import pytest

from services.intake.store import tables
from shared.kernel.instants import format_instant
from shared.rules.case.snapshot import Place
from shared.rules.case.timeline import StepEffect
from shared.rules.pack.model import EffectKind
from tests.intake.house import MONDAY, OFFICE, STATION, House
from tests.intake.town import OTHER_TOWN, TOWN

LATER = MONDAY.replace(day=20)


@pytest.fixture
def house() -> Iterator[House]:
    made = House()
    yield made
    made.store.close()


@pytest.fixture
def case(house: House) -> str:
    made = house.report()
    house.route(made, STATION, OFFICE)
    return made


def test_a_life_from_report_to_publication(house: House, case: str) -> None:
    """Reported, routed, settled, verified, closed: one message each, and the file shows it all."""
    house.pass_time(hours=3)
    assert house.step(case, "settle", facts={"result": "dug out", "litres": 40}).json["state"] == "settled"
    assert house.step(case, "verify", "grid").json["state"] == "verified"
    assert house.step(case, "close").json["state"] == "closed"
    assert [type_ for type_ in house.types(case) if type_.startswith("case.")] == [
        "case.admitted",
        "case.accepted",
        "case.settled",
        "case.verified",
        "case.closed",
    ]
    settled = next(message for message in house.said(case) if message.type == "case.settled").data
    assert settled.marks == ("settled", "settle")
    assert settled.facts == {"redone": 0, "litres": 40}
    assert settled.effects == (StepEffect(EffectKind.SETTLE),)
    assert settled.at == house.clock.now()
    view = house.view(case)
    assert view["facts"]["result"] == "dug out"
    assert {order["state"] for order in view["work_orders"]} == {"done"}
    assert {order["held_for_seconds"] for order in view["work_orders"]} == {3 * 3600}
    (published,) = house.call("GET", f"/v1/towns/{TOWN}/publications", None).json["publications"]
    assert published == {
        "number": "2026-000001",
        "category": {"zh": "ditch（中）", "en": "ditch"},
        "state": "closed",
        "published_on": "2026-03-09",
        "published_at": format_instant(house.clock.now()),
        "level": None,
        "result": [],
    }


def test_texts_never_leave_the_case_file(house: House, case: str) -> None:
    """What people write is in no message and in the chain only as a digest; whether a reason was given is
    told."""
    house.step(case, "note-reason", facts={"reason": "the ford is flooded"}, note="ask again on friday")
    assert house.types(case)[-1] == "case.extended"
    assert house.said(case)[-1].data.reason is True
    for message in house.said(case):
        assert "flooded" not in str(message)
        assert "friday" not in str(message)
        assert "ditch is full" not in str(message)
    chained = str([row["data"] for row in house.rows(tables.history)])
    assert "flooded" not in chained
    assert house.view(case)["history"][-1]["texts"] == {
        "reason": "the ford is flooded",
        "note": "ask again on friday",
    }


def test_a_person_may_write_a_due_time(house: House, case: str) -> None:
    """A due time written with a step is told to the deadlines' keeper; one in the past is refused (RC-9)."""
    due = "2026-03-20T17:30:00+08:00"
    assert house.step(case, "write-due", "supervisor", due_at=due).status_code == 200
    assert house.said(case)[-1].data.due_at == datetime.fromisoformat(due)
    assert house.said(case)[-1].data.effects == (StepEffect(EffectKind.SET_DUE, "settle"),)
    refused = house.step(case, "write-due", "supervisor", due_at="2026-03-01T00:00:00Z")
    assert refused.json["code"] == "due-in-the-past"
    assert house.step(case, "progress", facts={"progress": "p"}, due_at=due).json["code"] == "step-takes-not"


def test_dissatisfaction_undoes_what_was_settled(house: House, case: str) -> None:
    """Reopened: settled, verified and published fall with the steps that reached them, the round grows, work
    orders go out again (RC-13), and what counts the redoing is one higher."""
    house.step(case, "settle", facts={"result": "done"})
    house.step(case, "verify", "grid")
    house.pass_time(days=1)
    assert house.step(case, "not-satisfied", "citizen", facts={"complaint": "still wet"}).json["round"] == 2
    data = next(message for message in house.said(case) if message.type == "case.reopened").data
    assert set(data.undone) == {"settled", "settle", "verified", "verify"}
    assert (data.state, data.round, data.facts["redone"]) == ("reopened", 2, 1)
    orders = house.view(case)["work_orders"]
    assert [(order["unit"], order["state"], order["round"]) for order in orders] == [
        (STATION, "done", 1),
        (OFFICE, "done", 1),
        (STATION, "accepted", 2),
        (OFFICE, "accepted", 2),
    ]
    assert house.step(case, "settle", facts={"result": "done again"}).json["state"] == "settled"


def test_declining_asks_for_another_decision(house: House) -> None:
    """A lead that declines keeps the time it held the case on record; the procedure waits for routing's
    answer."""
    house = House(acceptance="lead")
    case = house.report()
    house.route(case, STATION, acceptance="lead")
    house.pass_time(hours=2)
    assert house.step(case, "decline", facts={"reason": "not ours"}).status_code == 200
    step = next(
        message for message in house.said(case) if getattr(message.data, "step", None) == "decline"
    ).data
    assert step.ask_decision is True
    declined = next(message for message in house.said(case) if message.type == "work_order.declined").data
    assert declined.held_for_seconds == 2 * 3600
    assert house.step(case, "accept").json["code"] == "step-awaits-decision"
    house.route(case, OFFICE, acceptance="lead", level="town")
    assert house.step(case, "accept").json["code"] == "step-not-yours"
    assert house.step(case, "accept", "office").json["state"] == "accepted"
    assert "declined" not in house.view(case)["milestones"]


def test_a_finding_sets_facts_and_asks_again(house: House, case: str) -> None:
    """What a step establishes is a fact from then on; a corrected category goes to routing with it."""
    assert house.step(case, "find", facts={"category": "family"}).status_code == 200
    data = house.said(case)[-1].data
    assert (data.facts["beyond"], data.category, data.ask_decision) == (True, "family", True)
    assert data.marks == ("found", "find")
    assert house.view(case)["report"]["private"] is True
    assert house.step(case, "find", facts={"category": "no-such"}).json["code"] in (
        "step-awaits-decision",
        "unknown-category",
    )


def test_calling_in_a_unit_issues_a_work_order(house: House) -> None:
    """A unit called in assists from then on; calling it twice issues one work order."""
    case = house.report()
    house.route(case, STATION)
    house.step(case, "call-in")
    house.step(case, "call-in")
    units = [order["unit"] for order in house.view(case)["work_orders"]]
    assert units == [STATION, OFFICE]
    assert house.said(case)[-1].data.assignment.assisting == (OFFICE,)
    assert house.step(case, "progress", "office", facts={"progress": "there"}).status_code == 200


def test_a_returned_case_is_over(house: House, case: str) -> None:
    """Returned with a reason: work orders are withdrawn, nothing but reading afterwards."""
    assert (
        house.step(case, "return", "operator", facts={"reason": "twice reported"}).json["state"] == "rejected"
    )
    assert "case.returned" in house.types(case)
    assert house.types(case)[-2:] == ["work_order.withdrawn", "work_order.withdrawn"]
    assert house.step(case, "settle", facts={"result": "r"}).json["code"] == "case-ended"
    assert house.step(case, "progress", facts={"progress": "p"}).json["code"] == "case-ended"


def test_refused_steps_stand_in_the_history(house: House, case: str) -> None:
    """Whoever tries a step in vain is on record with the code; the case itself does not move, and nothing is
    told."""
    before = len(house.said(case))
    refused = house.step(case, "close", "office")
    assert (refused.status_code, refused.json["code"]) == (403, "step-not-yours")
    entry = house.view(case)["history"][-1]
    assert (entry["what"], entry["data"]["code"], entry["by"]["person"]) == (
        "step-refused",
        "step-not-yours",
        "staff-2",
    )
    assert len(house.said(case)) == before
    assert house.call("GET", f"/v1/towns/{TOWN}/cases/{case}/history/verify").json["whole"]


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"step": "fly"}, "step-unknown"),
        ({"step": "settle"}, "step-needs"),
        ({"step": "settle", "facts": {"result": 5}}, "wrong-type"),
        ({"step": "settle", "facts": {"result": "r", "litres": 10**9}}, "out-of-bounds"),
        ({"step": "settle", "facts": {"result": "r", "smell": "none"}}, "step-takes-not"),
        ({"step": "settle", "facts": {"result": "r", "x\u202e": 1}}, "step-takes-not"),
        ({"step": "correct-place", "facts": {"place": "nowhere"}}, "unknown-place"),
        ({"step": "correct-place", "facts": {"place": 5}}, "unknown-place"),
        ({"step": "verify"}, "step-not-yours"),
    ],
)
def test_a_step_with_wrong_evidence_is_refused(
    house: House, case: str, body: dict[str, object], code: str
) -> None:
    """Facts are typed by the pack; missing, foreign and mistyped ones are named."""
    answer = house.call("POST", f"/v1/towns/{TOWN}/cases/{case}/steps", "station", json=body)
    assert answer.json["code"] == code
    assert house.view(case)["state"] == "accepted"


def test_a_corrected_place_moves_the_case(house: House, case: str) -> None:
    """The place's own jurisdiction follows it into the message."""
    assert house.step(case, "correct-place", facts={"place": "market"}).status_code == 200
    assert house.said(case)[-1].data.place == Place(key="market", jurisdiction=TOWN)


def test_open_steps_are_listed_with_reasons_against_the_rest(house: House, case: str) -> None:
    """Each caller sees what it may do now, what it takes, and why not for the others."""

    def allowed(who: str) -> set[str]:
        listed = house.call("GET", f"/v1/towns/{TOWN}/cases/{case}/steps", who).json["steps"]
        assert all((step["why_not"] is None) == step["allowed"] for step in listed)
        return {step["step"] for step in listed if step["allowed"]}

    assert allowed("station") == {
        "find",
        "settle",
        "note-reason",
        "write-due",
        "call-in",
        "pass-up",
        "progress",
        "correct-place",
    }
    assert allowed("office") == {"progress", "correct-place"}
    assert allowed("citizen") == set()
    assert allowed("supervisor") == {"approve", "write-due"}
    settle = next(
        s
        for s in house.call("GET", f"/v1/towns/{TOWN}/cases/{case}/steps").json["steps"]
        if s["step"] == "settle"
    )
    assert settle["needs"] == [{"fact": "result", "ask": "what result?", "type": "text", "values": []}]


def test_listed_and_taken_agree(house: House, case: str) -> None:
    """A step that is listed as open and needs nothing can be taken; one that is not, can't."""
    for who in ("station", "office", "citizen", "grid", "supervisor", "operator"):
        for listed in house.call("GET", f"/v1/towns/{TOWN}/cases/{case}/steps", who).json["steps"]:
            if not listed["allowed"]:
                assert house.step(case, listed["step"], who).json["code"] == listed["why_not"]["code"]


def test_a_unit_moves_its_own_work_order(house: House) -> None:
    """An assisting unit accepts, declines or finishes its own share; the lead's follows the case; each is
    told."""
    house = House(acceptance="lead")
    case = house.report()
    house.route(case, STATION, OFFICE, acceptance="lead")
    lead, assist = house.view(case)["work_orders"]
    path = f"/v1/towns/{TOWN}/cases/{case}/work-orders"

    def move(order: str, move_: str, who: str = "office") -> str:
        answer = house.call("POST", f"{path}/{order}", who, json={"move": move_})
        return str(answer.json.get("code") or answer.json["state"])

    assert move(assist["id"], "accept", "station") == "order-not-yours"
    assert move(lead["id"], "accept", "station") == "order-follows-case"
    assert move("no-such", "accept") == "order-not-open"
    assert move(assist["id"], "accept") == "accepted"
    assert move(assist["id"], "accept") == "order-accepted-already"
    house.pass_time(minutes=90)
    assert move(assist["id"], "done") == "done"
    assert house.types(case)[-2:] == ["work_order.accepted", "work_order.done"]
    assert house.said(case)[-1].data.held_for_seconds == 5400
    assert move(assist["id"], "decline") == "order-not-open"


def test_a_linked_case_lives_by_its_own_rules(house: House, case: str) -> None:
    """Passed up: a case there with its own number and edition, the facts that go along, and its progress
    here."""
    assert house.step(case, "pass-up").status_code == 200
    (link,) = house.view(case)["linked"]
    assert link["jurisdiction"] == OTHER_TOWN
    opened = house.said(link["case"])[0]
    assert (opened.type, opened.town, opened.edition) == (
        "case.admitted",
        OTHER_TOWN,
        house.packs[OTHER_TOWN].edition,
    )
    assert opened.data.linked_from == case
    assert opened.data.facts == {"redone": 0, "urgent": True}
    house.hear(
        "routing",
        "case.routed",
        link["case"],
        house.routed(link["case"], f"{OTHER_TOWN}/centre"),
        town=OTHER_TOWN,
    )
    assert house.view(case)["linked"][0]["state"] == "accepted"
    assert house.view(case)["history"][-1]["what"] == "linked-case-moved"


def test_a_link_that_can_not_be_opened_raises_an_alarm() -> None:
    """A jurisdiction without rules here gets no case; the step stands, the file says so, and the operator is
    alarmed."""
    house = House(towns=(TOWN,))
    case = house.report()
    house.route(case)
    assert house.step(case, "pass-up").status_code == 200
    assert house.said(case)[-1].type == "alarm.raised"
    assert house.view(case)["linked"][0] == {
        "jurisdiction": OTHER_TOWN,
        "case": None,
        "number": None,
        "state": "no-edition",
    }
    assert house.step(case, "settle", facts={"result": "r"}).status_code == 200
