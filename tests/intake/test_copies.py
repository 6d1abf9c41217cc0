"""What intake keeps of others' facts, and how fresh it is."""

from collections.abc import Iterator
from typing import Any

import pytest

from services.intake.store import tables
from shared.web.callers import hash_token
from tests.intake.house import STATION, House
from tests.intake.town import TOWN


@pytest.fixture
def house() -> Iterator[House]:
    made = House()
    yield made
    made.store.close()


def clock(case: str, **more: Any) -> dict[str, Any]:
    return {
        "case": case,
        "number": "2026-000001",
        "clock": f"{case}-c1",
        "stage": "settle",
        "state": "running",
        "round": 1,
        "reason": {"rule": "own-matter-limit", "because": ["P001-05.4"]},
        "started_at": "2026-03-09T02:00:00.000000Z",
        "due_at": "2026-03-12T16:00:00.000000Z",
        "label": "2026-03-12 24:00",
        "at": "2026-03-09T02:00:00.000000Z",
        "certificate": {"skipped": ["2026-03-10"]},
        **more,
    }


def told(case: str, **more: Any) -> dict[str, Any]:
    return {
        "case": case,
        "notification": f"{case}-n1",
        "key": "k",
        "reason": {"rule": "tell", "because": ["RC-1"]},
        "on": "accepted",
        "party": "lead",
        "unit": STATION,
        "channel": "inbox",
        "at": "2026-03-09T02:00:00.000000Z",
        **more,
    }


def test_a_deadline_stands_on_the_case_with_its_certificate(house: House) -> None:
    """The clock as sla last told it, why, until when, and as of when; earlier states stay in the history."""
    case = house.report()
    house.hear("sla", "clock.started", case, clock(case))
    house.pass_time(days=3, hours=14)
    house.hear("sla", "clock.breached", case, clock(case, state="breached", at="2026-03-12T16:00:00.000000Z"))
    view = house.view(case)
    (deadline,) = view["deadlines"]
    assert (deadline["state"], deadline["label"], deadline["certificate"]) == (
        "breached",
        "2026-03-12 24:00",
        {"skipped": ["2026-03-10"]},
    )
    assert view["breached"] is True
    assert view["due_at"] == "2026-03-12T16:00:00.000000Z"
    assert view["as_of"]["deadlines"] == "2026-03-12T16:00:00.000000Z"
    assert [entry["what"] for entry in view["history"]][-2:] == ["clock.started", "clock.breached"]
    house.hear("sla", "clock.stopped", case, clock(case, state="stopped", verdict="late"))
    assert house.view(case)["breached"] is False
    assert house.view(case)["due_at"] is None


def test_a_certificate_stays_until_another_count(house: House) -> None:
    """What fires or stops a clock brings no certificate: the one of its count stands; what was before is shown."""
    case = house.report()
    house.hear("sla", "clock.started", case, clock(case))
    house.hear("sla", "clock.breached", case, clock(case, state="breached", verdict="late", certificate={}))
    assert house.view(case)["deadlines"][0]["certificate"] == {"skipped": ["2026-03-10"]}
    data = clock(case, state="stopped", verdict="excused", was={"verdict": "late"}, certificate={})
    house.hear("sla", "clock.excused", case, data)
    (deadline,) = house.view(case)["deadlines"]
    assert (deadline["verdict"], deadline["was"]) == ("excused", {"verdict": "late"})


def test_the_next_due_instant_is_that_of_the_nearest_open_clock(house: House) -> None:
    """With several clocks open, the earliest counts; a withheld one has none."""
    case = house.report()
    house.hear("sla", "clock.started", case, clock(case))
    house.hear(
        "sla",
        "clock.started",
        case,
        clock(case, clock="c2", stage="submit", due_at="2026-03-11T16:00:00.000000Z"),
    )
    house.hear(
        "sla",
        "clock.withheld",
        case,
        clock(case, clock="c3", due_at=None, state="withheld", missing_year=2027),
    )
    assert house.view(case)["due_at"] == "2026-03-11T16:00:00.000000Z"
    assert [row["missing_year"] for row in house.rows(tables.clocks)] == [None, None, 2027]


def test_a_warned_clock_is_open(house: House) -> None:
    """After its warning a clock still runs: the case keeps its due instant until the clock stops."""
    case = house.report()
    house.hear("sla", "clock.started", case, clock(case))
    house.hear("sla", "clock.warned", case, clock(case, state="warned"))
    assert house.view(case)["due_at"] == "2026-03-12T16:00:00.000000Z"
    house.hear("sla", "clock.stopped", case, clock(case, state="stopped", verdict="in_time"))
    assert house.view(case)["due_at"] is None


def test_what_is_about_another_subject_changes_no_case(house: House) -> None:
    """A clock and a notice of a recurring duty are taken and passed over, whatever id the duty has."""
    case = house.report()
    before = house.rows(tables.cases)
    assert house.hear("sla", "clock.started", case, clock(case, kind="duty")).done == 1
    assert house.hear("notify", "notification.sent", case, told(case, kind="duty")).done == 1
    assert house.hear("sla", "clock.started", "duty-1", clock("duty-1", kind="duty")).done == 1
    assert house.rows(tables.cases) == before
    assert house.rows(tables.clocks) == house.rows(tables.notices) == []


def test_who_was_told_stands_on_the_case(house: House) -> None:
    """Sent, failed or uncertain, by reference; a repetition changes the one row."""
    case = house.report()
    house.hear("notify", "notification.uncertain", case, told(case))
    house.hear("notify", "notification.sent", case, told(case, person="person-9"))
    (notice,) = house.view(case)["notifications"]
    assert (notice["state"], notice["person"], notice["reason"]["rule"]) == ("sent", "person-9", "tell")
    assert [entry["what"] for entry in house.view(case)["history"]][-2:] == [
        "notification.uncertain",
        "notification.sent",
    ]


def test_a_notice_that_waits_stands_on_the_case_as_waiting(house: House) -> None:
    """Until when and by what; once it is told it says when, and with how many; the history holds both."""
    case = house.report()
    until = "2026-03-10T00:30:00.000000Z"
    house.hear("notify", "notification.held", case, told(case, held_by="quiet", held_until=until))
    (notice,) = house.view(case)["notifications"]
    assert (notice["state"], notice["held_by"], notice["held_until"]) == ("held", "quiet", until)
    house.hear("notify", "notification.sent", case, told(case, at=until, held_by="quiet", together=3))
    (notice,) = house.view(case)["notifications"]
    assert (notice["state"], notice["held_until"], notice["told_at"]) == ("sent", None, until)
    assert (notice["held_by"], notice["together"]) == ("quiet", 3)
    entries = [entry for entry in house.view(case)["history"] if entry["what"].startswith("notification.")]
    assert [entry["what"] for entry in entries] == ["notification.held", "notification.sent"]
    assert [entry["data"].get("held_until") for entry in entries] == [until, None]


@pytest.mark.proves("P002A.14")
def test_reporters_see_their_case_without_the_staffs_side(house: House) -> None:
    """State, deadlines and what concerns the reporter; not who else was told, nor the internal history."""
    case = house.report()
    house.route(case)
    house.hear("notify", "notification.sent", case, told(case))
    house.hear(
        "notify", "notification.sent", case, told(case, notification="n2", party="reporter", unit=None)
    )
    view = house.view(case, "citizen")
    assert [notice["party"] for notice in view["notifications"]] == ["reporter"]
    assert view["history"] == view["work_orders"] == view["decisions"] == []
    assert view["state"] == "accepted"


def test_the_tree_of_jurisdictions_is_copied(house: House) -> None:
    """The latest word on a node stands, with its instant."""
    for name in ("Elm", "Elm Town"):
        house.hear(
            "registry",
            "jurisdiction.changed",
            f"jurisdiction/{TOWN}",
            {"key": TOWN, "part_of": "the-city", "name": {"zh": "榆树镇", "en": name}},
        )
    (row,) = house.rows(tables.jurisdictions)
    assert (row["name"]["en"], row["as_of"]) == ("Elm Town", house.clock.now())


def test_a_missing_edition_waits(house: House) -> None:
    """A decision on a case whose edition is not here yet is tried later, never judged by another edition."""
    case = house.report()
    del house.pack_cache.packs[house.packs[TOWN].edition]
    assert house.route(case).later == 1
    house.pack_cache.packs[house.packs[TOWN].edition] = house.packs[TOWN]
    house.pass_time(seconds=10)
    assert house.receiver.retry() == 1
    assert house.view(case)["state"] == "accepted"


def test_a_revoked_token_opens_nothing(house: House) -> None:
    """Once the registry's word has arrived, the token is as good as none."""
    assert house.call("GET", f"/v1/towns/{TOWN}/cases", "station").status_code == 200
    house.hear(
        "registry",
        "token.changed",
        "token/station",
        {"token_hash": hash_token("station"), "role": "unit_staff", "towns": [TOWN], "revoked": True},
    )
    assert house.call("GET", f"/v1/towns/{TOWN}/cases", "station").status_code == 401
