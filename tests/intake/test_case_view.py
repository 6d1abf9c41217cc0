"""The form of a case's answer: what is described is there and nothing else, and every instant is written alike."""

import io
import re
from collections.abc import Iterator
from typing import Any

import pytest

from services.intake.api.outputs import AttachmentView, CaseListed, CaseView, OrderView, StepListed
from shared.kernel.instants import format_instant
from tests.intake.house import CENTRE, MONDAY, OFFICE, STATION, House
from tests.intake.test_copies import clock, told
from tests.intake.test_machines import with_machines
from tests.intake.town import TOWN

CASES = f"/v1/towns/{TOWN}/cases"
LIKE_AN_INSTANT = re.compile(r"\d{4}-\d\d-\d\dT.*")
INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z")


@pytest.fixture
def house() -> Iterator[House]:
    made = with_machines(House())
    yield made
    made.store.close()


def full_case(house: House) -> str:
    """A case with one of everything that hangs on a case, but another case."""
    case = house.report(title="Ditch", lat=30.5, lon=120.25)
    house.route(case, STATION, OFFICE)
    house.hear("sla", "clock.started", case, clock(case))
    replaced = {"state": "running", "due_at": "2026-03-12T16:00:00.000000Z"}
    house.hear("sla", "clock.corrected", case, clock(case, was=replaced))
    house.hear("notify", "notification.sent", case, told(case))
    file = {"file": (io.BytesIO(b"%PDF-1"), "a.pdf", "application/pdf")}
    assert house.call("POST", f"{CASES}/{case}/attachments", "citizen", data=file).status_code == 201
    assert house.step(case, "settle", facts={"result": "r"}).status_code == 200
    body = {"satisfied": True}
    assert house.call("POST", f"{CASES}/{case}/satisfaction", "citizen", json=body).status_code == 200
    return case


def dismissed_draft(house: House) -> str:
    case = house.report("grid", channel="camera", source="cam-1")
    body = {"reason": "a cat"}
    assert house.call("POST", f"{CASES}/{case}/dismiss", "grid", json=body).status_code == 200
    return case


def texts(value: Any) -> Iterator[str]:
    """Every text within a JSON value."""
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, list):
        for part in value:
            yield from texts(part)
    elif isinstance(value, str):
        yield value


def test_an_answer_has_the_fields_that_are_described(house: House) -> None:
    """The whole resource and each of its described parts, whoever looks."""
    case = full_case(house)
    for who in ("citizen", "station", "operator"):
        view = house.view(case, who)
        assert view.keys() == CaseView().fields.keys()
        assert all(step.keys() == StepListed().fields.keys() for step in view["steps"])
    assert [order.keys() for order in view["work_orders"]] == [OrderView().fields.keys()] * 2
    assert [file.keys() for file in view["attachments"]] == [AttachmentView().fields.keys()]
    (listed,) = house.call("GET", CASES, "operator").json["cases"]
    assert listed.keys() == CaseListed().fields.keys()


def test_every_instant_is_written_alike(house: House) -> None:
    """UTC with microseconds and a Z, also where they are none, and in every part that other services told."""
    for case in (full_case(house), dismissed_draft(house)):
        view = house.view(case)
        instants = [text for text in texts(view) if LIKE_AN_INSTANT.fullmatch(text)]
        assert [text for text in instants if not INSTANT.fullmatch(text)] == []
        assert view["report"]["reported_at"] == format_instant(MONDAY)
        assert view["report"]["reported_at"] in instants
    for path in (CASES, f"/v1/towns/{TOWN}/work-orders?state=done"):
        rows = house.call("GET", path, "operator").json
        instants = [text for text in texts(rows) if LIKE_AN_INSTANT.fullmatch(text)]
        assert instants
        assert all(INSTANT.fullmatch(text) for text in instants)


def test_milestones_show_when_each_that_stands_was_last_reached(house: House) -> None:
    """What has fallen with a reopening is not shown; what was reached again has its last instant."""
    case = house.report()
    house.route(case)
    house.step(case, "settle", facts={"result": "r"})
    house.pass_time(minutes=5)
    reopened_at = format_instant(house.clock.now())
    house.step(case, "not-satisfied", "citizen")
    house.pass_time(minutes=5)
    shown = house.view(case)["milestones"]
    assert "settled" not in shown
    assert (shown["reported"], shown["reopened"]) == (format_instant(MONDAY), reopened_at)
    house.step(case, "settle", facts={"result": "r"})
    assert house.view(case)["milestones"]["settled"] == format_instant(house.clock.now())


def test_a_draft_says_why_it_waits_and_then_what_became_of_it(house: House) -> None:
    """While it waits there is nothing to say of its end; afterwards all of it is there, also an empty reason."""
    waiting = house.report("grid", channel="camera", source="cam-1")
    assert house.view(waiting)["draft"] == {"because": ["machine"]}
    assert house.call("POST", f"{CASES}/{waiting}/confirm", "grid", json={}).status_code == 200
    confirmed = house.view(waiting)["draft"]
    assert confirmed["outcome"] == "confirmed"
    assert confirmed["reason"] is None
    assert confirmed["by"] == {"role": "grid_worker", "unit": f"{TOWN}/grid-team", "person": "worker-1"}


def test_an_assignment_shows_all_its_parts(house: House) -> None:
    """Also those that are empty: a client need not know which may be left out."""
    case = house.report()
    house.route(case, CENTRE)
    assert house.view(case)["assignment"] == {
        "decision": 1,
        "levels": ["village"],
        "lead": CENTRE,
        "assisting": [],
        "previous_lead": None,
        "procedure": "standard",
        "departments": [],
    }
