"""One case from its report to its closing, on either way to run, with simulated time reaching every service."""

import time
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from shared.rules.pack.build.files import load_files
from shared.rules.scenario.model import label_to_instant
from tests.e2e.houses import RunningHouse, embedded_house, real_house

TOWN = "t-vtc"
HEAD = "t-vtc.east-village/village-station-head"
GRID = "t-vtc.east-1/grid"
OFFICE = "t-vtc/governance-office"


def at(label: str) -> datetime:
    """Return the instant of a local label."""
    return label_to_instant(label, "Asia/Shanghai")


@pytest.fixture(params=["embedded", "real servers"])
def house(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[RunningHouse]:
    """A running house that stands at a Monday morning."""
    start = at("2026-03-09 08:00")
    if request.param == "embedded":
        with embedded_house(tmp_path, start) as running:
            yield running
        return
    database = request.getfixturevalue("fresh_database")
    with real_house(tmp_path, database, request.getfixturevalue("fresh_vhost"), start) as running:
        yield running


class People:
    """The actors of the life, each with a token of their own."""

    def __init__(self, house: RunningHouse) -> None:
        self.house = house
        registry = house.registry
        registry.publish(TOWN, load_files(Path("rules") / TOWN))
        self.worker = registry.issue_token("grid_worker", GRID, "p-worker", (TOWN,))
        self.head = registry.issue_token("unit_staff", HEAD, "p-head", (TOWN,))
        self.supervisor = registry.issue_token("supervisor", OFFICE, "p-supervisor", (TOWN,))
        for unit, role, person in (
            (GRID, "grid_worker", "p-worker"),
            (HEAD, "unit_staff", "p-head"),
            (OFFICE, "supervisor", "p-supervisor"),
        ):
            registry.enter_member(TOWN, unit, role, person)
        house.time.wait_quiet()
        self.case = ""

    def report(self) -> None:
        """Report a ditch."""
        answer = self.house.ask(
            "intake",
            "POST",
            f"/v1/towns/{TOWN}/cases",
            self.worker,
            {
                "category": "ditch-and-drain",
                "channel": "grid",
                "place": "east-1",
                "text": "张三家门前排水沟堵塞，电话 13800000000",
                "reporter": {"name": "张三", "phone": "13800000000"},
            },
        )
        assert answer.status_code == 201, answer.text
        self.case = answer.json()["case"]
        self.house.time.wait_quiet()

    def step(self, token: str, step: str, **facts: Any) -> None:
        """Take a step and let everything follow from it."""
        answer = self.house.ask(
            "intake",
            "POST",
            f"/v1/towns/{TOWN}/cases/{self.case}/steps",
            token,
            {"step": step, "facts": facts},
        )
        assert answer.status_code == 200, answer.text
        self.house.time.wait_quiet()

    def look(self) -> dict[str, Any]:
        """Return everything about the case, as the supervisor sees it."""
        answer = self.house.ask("intake", "GET", f"/v1/towns/{TOWN}/cases/{self.case}", self.supervisor)
        assert answer.status_code == 200, answer.text
        found: dict[str, Any] = answer.json()
        return found


def told(case: dict[str, Any]) -> set[tuple[str | None, str]]:
    """Return who was told on what."""
    return {(notice["unit"] or notice["party"], notice["on"]) for notice in case["notifications"]}


def clock(case: dict[str, Any], round_: int) -> dict[str, Any]:
    """Return the settlement clock of a round."""
    (found,) = (one for one in case["deadlines"] if one["stage"] == "settle" and one["round"] == round_)
    return dict(found)


@pytest.mark.proves("P000.42")
def test_a_case_from_report_to_closing(house: RunningHouse) -> None:
    """Reported, decided, told, accepted, warned, breached, escalated, settled, dissatisfied, redone, verified,
    published without personal data, closed: each at its instant, with its reason (P001-05, P001-09.5)."""
    people = People(house)
    house.time.advance(at("2026-03-09 10:00"))
    people.report()
    case = people.look()
    assert case["assignment"]["lead"] == HEAD
    assert case["decisions"][0]["reason"]["rule"] == "own-matter"
    assert case["state"] == "accepted"
    assert (HEAD, "accepted") in told(case)
    assert (clock(case, 1)["state"], clock(case, 1)["label"]) == ("running", "2026-03-12 24:00")
    assert clock(case, 1)["certificate"]["amount"] == {"number": 3, "unit": "working_days"}

    house.time.advance(at("2026-03-12 08:00"))
    assert clock(people.look(), 1)["state"] == "warned"
    assert (HEAD, "settle warned") in told(people.look())
    house.time.advance(at("2026-03-13 08:00"))
    case = people.look()
    assert (clock(case, 1)["state"], case["breached"]) == ("breached", True)
    assert any(unit == OFFICE for unit, on in told(case) if on in ("settle breached", "settle escalated"))

    people.step(people.head, "settle", result="已疏通")
    people.step(people.worker, "not-satisfied", complaint="又堵了")
    case = people.look()
    assert (case["state"], case["round"]) == ("reopened", 2)
    assert clock(case, 2)["label"] == "2026-03-18 24:00"  # a new full limit from the dissatisfaction (RC-13)
    house.time.advance(at("2026-03-16 09:00"))
    people.step(people.head, "settle", result="更换管道")
    people.step(people.worker, "verify")
    people.step(people.worker, "close")
    case = people.look()
    assert (case["state"], clock(case, 2)["verdict"]) == ("closed", "in_time")
    assert clock(case, 1)["verdict"] == "late"

    verdict = house.ask(
        "intake", "GET", f"/v1/towns/{TOWN}/cases/{people.case}/history/verify", people.supervisor
    )
    assert verdict.json()["whole"] is True
    published = house.ask("intake", "GET", f"/v1/towns/{TOWN}/publications", people.supervisor)
    assert case["number"] in published.text
    assert "张三" not in published.text
    assert "13800000000" not in published.text


def test_a_town_whose_edition_changes_keeps_running_cases_on_theirs(house: RunningHouse) -> None:
    """A limit shortened while the services run holds for the next report only; both show their edition (S-019)."""
    people = People(house)
    house.time.advance(at("2026-03-31 10:00"))
    people.report()
    first = people.look()
    files = load_files(Path("rules") / TOWN)
    template = "three-levels/template.yaml"
    shorter = files[template].replace("within: 3 working days", "within: 2 working days")
    assert shorter != files[template]
    house.registry.publish(TOWN, {**files, template: shorter})
    house.time.wait_quiet()
    house.time.advance(at("2026-04-01 10:00"))
    people.report()
    second = people.look()
    assert clock(first, 1)["label"] == "2026-04-03 24:00"
    assert clock(second, 1)["label"] == "2026-04-03 24:00"
    assert first["edition"]["hash"] != second["edition"]["hash"]
    assert [first["edition"]["number"], second["edition"]["number"]] == [1, 2]


def test_the_same_message_delivered_again_changes_nothing(house: RunningHouse) -> None:
    """After a redelivery there is one clock, one notification and one due instant (S-020)."""
    people = People(house)
    house.time.advance(at("2026-03-09 10:00"))
    people.report()
    before = people.look()
    store = house.services["intake"].store
    with store.begin() as work:
        work.conn.exec_driver_sql("update outbox set sent_at = null")
    store.committed.set()
    time.sleep(0.2)
    house.time.wait_quiet()
    after = people.look()
    assert after["deadlines"] == before["deadlines"]
    assert after["notifications"] == before["notifications"]
