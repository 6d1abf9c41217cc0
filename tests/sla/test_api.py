"""Clocks over HTTP: who sees which, page by page, with every version and its certificate."""

from collections.abc import Mapping
from typing import Any

import pytest
from icalendar import Calendar

from shared.web.callers import hash_token
from tests.sla.conftest import House
from tests.sla.packs import TOWN, at

Ask = Any
ROLES = {
    "supervisor": ("supervisor", f"{TOWN}/office"),
    "station": ("unit_staff", f"{TOWN}/station"),
    "bureau": ("unit_staff", f"{TOWN}/bureau"),
    "operator": ("operator", None),
    "reporter": ("reporter", None),
}


@pytest.fixture
def address() -> str:
    """The API is the same on every store."""
    return "sqlite://"


def let_in(house: House, name: str, towns: tuple[str, ...] = (TOWN,)) -> None:
    role, unit = ROLES[name]
    data = {
        "token_hash": hash_token(f"token-{name}-{towns[0]}"),
        "role": role,
        "unit": unit,
        "person": None,
        "towns": list(towns),
        "valid_until": None,
        "revoked": False,
    }
    house.take(
        house.mail.message(
            "registry", "token.changed", f"token/{name}-{towns[0]}", data, at("2026-01-01 08:00")
        )
    )


@pytest.fixture
def ask(house: House) -> Ask:
    """Ask as one of the roles; every answer with its status."""
    for name in ROLES:
        let_in(house, name)
    let_in(house, "supervisor", ("elsewhere",))
    client = house.service.app.test_client()

    def get(
        path: str, who: str = "supervisor", *, town: str = TOWN, language: str = "en", **query: Any
    ) -> tuple[int, Any]:
        headers = {"Authorization": f"Bearer token-{who}-{town}", "Accept-Language": language}
        answer = client.get(path, query_string=query, headers=headers)
        return answer.status_code, answer.json if answer.is_json else answer.data

    return get


@pytest.fixture
def cases(house: House) -> House:
    """Five cases of the village and one of the bureau, some of them moved on."""
    for number in range(1, 6):
        case = house.case(number)
        house.take(case.reported(f"2026-03-0{number} 10:00"), case.accepted(f"2026-03-0{number} 10:00"))
        if number == 1:
            house.take(case.step("2026-03-03 09:00", "settled"))
    other = house.case(6, category="dumping")
    house.take(
        other.reported("2026-03-09 10:00"), other.accepted("2026-03-09 10:00", "town", f"{TOWN}/bureau")
    )
    house.take(other.step("2026-03-10 10:00", "note", effects=(("extend", "settle"),)))
    house.at("2026-03-06 12:00")
    return house


def numbers(body: Mapping[str, Any]) -> list[str]:
    return [row["case"].removeprefix("case-") for row in body["deadlines"]]


def test_deadlines_are_listed_by_due_instant(cases: House, ask: Ask):
    """What is due first comes first; every row says state, rule and unit in the reader's words."""
    status, body = ask(f"/v1/towns/{TOWN}/deadlines")
    assert (status, numbers(body)) == (200, ["1", "2", "3", "4", "5", "6"])
    row = body["deadlines"][1]
    assert (row["state"], row["state_name"], row["rule"], row["unit"], row["label"]) == (
        "breached",
        "breached",
        "village-limit",
        f"{TOWN}/station",
        "2026-03-05 24:00",
    )
    assert ask(f"/v1/towns/{TOWN}/deadlines", language="zh")[1]["deadlines"][1]["state_name"] == "已超期"


@pytest.mark.parametrize(("query", "expected"), [
    ({"state": "breached"}, ["2"]),
    ({"state": "stopped"}, ["1"]),
    ({"stage": "settle", "unit": f"{TOWN}/bureau"}, ["6"]),
    ({"stage": "attend"}, []),
    ({"due_before": "2026-03-06T00:00:00+08:00"}, ["1"]),
    ({"due_after": "2026-03-10T00:00:00+08:00"}, ["4", "5", "6"]),
    ({"verdict": "late"}, ["2"]),
    ({"verdict": "excused"}, []),
    ({"accepted": "never"}, []),
    ({"extended": "without-due"}, []),
])  # fmt: skip
def test_deadlines_are_narrowed(cases: House, ask: Ask, query: dict[str, str], expected: list[str]):
    """Each filter keeps what it names; before is exclusive, after inclusive."""
    assert numbers(ask(f"/v1/towns/{TOWN}/deadlines", **query)[1]) == expected


def test_a_common_limit_is_listed_for_units_that_assist(cases: House, ask: Ask):
    """A limit common to lead and assisting units: whoever assists finds it by its unit, and its staff sees it, as long
    as it assists."""
    case = cases.case(7, assisting=[f"{TOWN}/bureau"])
    cases.take(case.reported("2026-03-06 12:00"), case.accepted("2026-03-06 12:00"))
    assert numbers(ask(f"/v1/towns/{TOWN}/deadlines", unit=f"{TOWN}/bureau")[1]) == ["7", "6"]
    (row, _) = ask(f"/v1/towns/{TOWN}/deadlines", "bureau")[1]["deadlines"]
    assert (row["unit"], row["assisting"]) == (f"{TOWN}/station", [f"{TOWN}/bureau"])
    case.assisting = []
    cases.take(case.step("2026-03-06 13:00", "progress"))
    assert numbers(ask(f"/v1/towns/{TOWN}/deadlines", unit=f"{TOWN}/bureau")[1]) == ["6"]


def test_cases_that_nobody_accepted_are_found(cases: House, ask: Ask):
    """A clock that runs from the report in a case that was assigned and never accepted."""
    case = cases.case(8, level="village", lead=f"{TOWN}/station", decision=1)
    cases.take(
        case.reported("2026-03-06 12:00"), case.step("2026-03-06 12:00", "assigned", facts={"urgent": True})
    )
    assert numbers(ask(f"/v1/towns/{TOWN}/deadlines", accepted="never")[1]) == ["8"]
    cases.take(case.step("2026-03-06 12:30", "accepted"))
    assert numbers(ask(f"/v1/towns/{TOWN}/deadlines", accepted="never")[1]) == []


def test_extensions_without_a_new_due_instant_are_found(cases: House, ask: Ask):
    """RC-9: extended with a reason in time, and nobody has written yet until when."""
    case = cases.case(9)
    cases.take(case.reported("2026-03-06 09:00"), case.accepted("2026-03-06 09:00"))
    cases.take(case.step("2026-03-06 11:00", "note", effects=(("extend", "settle"),)))
    assert numbers(ask(f"/v1/towns/{TOWN}/deadlines", extended="without-due")[1]) == ["9"]
    more = case.step("2026-03-06 12:00", "note", effects=(("extend", "settle"),), due="2026-03-20 17:00")
    cases.take(more)
    assert numbers(ask(f"/v1/towns/{TOWN}/deadlines", extended="without-due")[1]) == []


def test_an_excused_breach_shows_both_verdicts(cases: House, ask: Ask):
    """An appeal upheld: the list and the clock say excused, and what stood before; both versions are there."""
    case = cases.case(2, level="village", lead=f"{TOWN}/station", decision=1)
    cases.mail.last["intake", "case-2"] = 2
    cases.take(case.step("2026-03-06 12:00", "appeal", effects=(("excuse", "settle"),)))
    (row,) = ask(f"/v1/towns/{TOWN}/deadlines", verdict="excused")[1]["deadlines"]
    assert (row["verdict_name"], row["earlier_verdict"], row["state"]) == ("excused", "late", "breached")
    (clock,) = ask(f"/v1/towns/{TOWN}/cases/case-2/clocks")[1]["clocks"]
    assert [one["verdict"] for one in clock["versions"]][-2:] == ["late", "excused"]
    assert clock["versions"][-1]["was"] == {"verdict": "late"}


def test_pages_follow_one_another_without_gap_or_repetition(cases: House, ask: Ask):
    """A cursor goes on where the page ended, and holds for its own list and filters alone."""
    found, cursor = [], None
    while True:
        query = {"limit": 2, **({"cursor": cursor} if cursor else {})}
        body = ask(f"/v1/towns/{TOWN}/deadlines", **query)[1]
        found += numbers(body)
        cursor = body["next"]
        if cursor is None:
            break
        assert ask(f"/v1/towns/{TOWN}/deadlines", cursor=cursor, state="breached")[0] == 400
    assert found == ["1", "2", "3", "4", "5", "6"]


def test_a_units_staff_sees_its_own(cases: House, ask: Ask):
    """A list holds unit staff to its own unit, whatever it asks for; a case of everybody's shows all its clocks."""
    assert numbers(ask(f"/v1/towns/{TOWN}/deadlines", "bureau", unit=f"{TOWN}/station")[1]) == ["6"]
    assert ask(f"/v1/towns/{TOWN}/cases/case-6/clocks", "bureau")[0] == 200
    assert ask(f"/v1/towns/{TOWN}/cases/case-6/clocks", "station")[0] == 200


@pytest.mark.parametrize(
    "path", ["deadlines", "deadlines/figures", "deadlines.ics", "calendar-changes", "cases/case-1/clocks"]
)
def test_nobody_sees_another_towns_clocks(cases: House, ask: Ask, path: str):
    """Another town's token meets 404, a role without the right 403, no token 401."""
    assert ask(f"/v1/towns/{TOWN}/{path}", town="elsewhere")[0] == 404
    assert ask(f"/v1/towns/{TOWN}/{path}", "reporter")[0] == 403
    assert ask(f"/v1/towns/{TOWN}/{path}", "nobody")[0] == 401


def test_a_case_of_another_town_is_not_found(cases: House, ask: Ask):
    """A guessed case id under one's own town leads nowhere."""
    assert ask("/v1/towns/elsewhere/cases/case-1/clocks", town="elsewhere")[0] == 404


def test_a_clock_shows_all_its_versions_and_why(cases: House, ask: Ask):
    """By id or number: every form of every clock, with its certificate in the reader's language, its rule by title."""
    status, body = ask(f"/v1/towns/{TOWN}/cases/2026-case-2/clocks")
    assert (status, body["case"], body["first_accepted_at"]) == (200, "case-2", "2026-03-02T02:00:00.000000Z")
    (clock,) = body["clocks"]
    assert [version["event"] for version in clock["versions"]] == ["started", "warned", "breached"]
    lines = clock["versions"][0]["described"]
    assert lines[0].startswith("By rule the limit of villages (P), edition ")
    assert lines[-1] == "Due 2026-03-05 24:00." or "2026-03-05 24:00" in lines[-1]
    zh = ask(f"/v1/towns/{TOWN}/cases/case-2/clocks", language="zh")[1]["clocks"][0]["versions"][0][
        "described"
    ]
    assert zh[0].startswith("依据规则 村级时限（P）")


def test_an_extension_is_described(cases: House, ask: Ask):
    """The certificate of an extended clock says when the reason came and what ceiling holds."""
    (clock,) = ask(f"/v1/towns/{TOWN}/cases/case-6/clocks")[1]["clocks"]
    lines = clock["versions"][-1]["described"]
    assert lines[-3:] == [
        "A reason was noted in time at 2026-03-10 10:00",
        "No later than the ceiling 2026-03-19 24:00",
        "Due now: 2026-03-19 24:00",
    ]


def test_open_deadlines_are_a_calendar(cases: House, ask: Ask):
    """The feed is iCalendar: one event per open clock at its due instant, moved and not doubled when it changes."""
    status, body = ask(f"/v1/towns/{TOWN}/deadlines.ics")
    events = Calendar.from_ical(body).walk("VEVENT")
    assert (status, len(events)) == (200, 5)
    first = events[0]
    assert (first["dtstart"].dt, str(first["summary"])) == (
        at("2026-03-06 00:00"),
        "2026-case-2 settling due 2026-03-05 24:00",
    )
    assert len({str(event["uid"]) for event in events}) == 5
    assert len(Calendar.from_ical(ask(f"/v1/towns/{TOWN}/deadlines.ics", "bureau")[1]).walk("VEVENT")) == 1


def test_what_an_amendment_moved_is_listed(cases: House, ask: Ask):
    """The latest revision's list names each clock with its old and new due instant, and how many still wait."""
    cases.take(cases.mail.calendar("2026-03-06 13:00", 4, holidays={"2026-03-09": "停电"}))
    status, body = ask(f"/v1/towns/{TOWN}/calendar-changes")
    assert (status, body["revision"], body["moved"], body["waiting"]) == (200, 4, [], 5)
    cases.work()
    body = ask(f"/v1/towns/{TOWN}/calendar-changes", "operator", limit=1)[1]
    assert (body["waiting"], len(body["moved"])) == (0, 1)
    rest = ask(f"/v1/towns/{TOWN}/calendar-changes", "operator", cursor=body["next"])[1]
    moved = {row["case"]: (row["from"], row["to"]) for row in body["moved"] + rest["moved"]}
    assert moved["case-5"] == ("2026-03-10T16:00:00.000000Z", "2026-03-11T16:00:00.000000Z")


def test_wrong_questions_are_answered_with_their_field(cases: House, ask: Ask):
    """An unknown state, a limit out of range or an instant without offset: 400 naming the field."""
    for query in (
        {"state": "asleep"},
        {"limit": 0},
        {"due_before": "2026-03-06"},
        {"colour": "red"},
        {"cursor": "made-up"},
        {"cursor": ""},
    ):
        status, body = ask(f"/v1/towns/{TOWN}/deadlines", **query)
        assert (status, next(iter(query)) in str(body)) == (400, True)


def test_the_service_describes_itself(cases: House, ask: Ask):
    """Every route stands in the OpenAPI document."""
    paths = ask("/openapi.json")[1]["paths"]
    assert {
        "/v1/towns/{town}/deadlines",
        "/v1/towns/{town}/deadlines.ics",
        "/v1/towns/{town}/calendar-changes",
        "/v1/towns/{town}/cases/{case}/clocks",
    } <= set(paths)
    assert ask("/healthz")[1]["parts"] == {"clock": "ok", "store": "ok"}


def test_what_rules_hide_is_there_only_for_those_whom_they_name(cases: House, ask: Ask):
    """Clocks of a hidden case are in no list, feed, page of a case or list of moves of anybody else (P002B.12)."""
    case = cases.case(7, seen_by=f"|{TOWN}/station|")
    cases.take(case.reported("2026-03-05 10:00"), case.accepted("2026-03-05 10:00"))
    cases.take(cases.mail.calendar("2026-03-06 12:30", 1, make_up={"2026-03-07": "a make-up day"}))
    cases.work()
    found = {}
    for who in ("operator", "station", "supervisor"):
        listed = numbers(ask(f"/v1/towns/{TOWN}/deadlines", who)[1])
        fed = ask(f"/v1/towns/{TOWN}/deadlines.ics", who)[1].decode()
        page = ask(f"/v1/towns/{TOWN}/cases/case-7/clocks", who)[0]
        found[who] = ("7" in listed, "2026-case-7" in fed, page)
    assert found == {
        "operator": (True, True, 200),
        "station": (True, True, 200),
        "supervisor": (False, False, 404),
    }
    moved = {
        who: "case-7" in [row["case"] for row in ask(f"/v1/towns/{TOWN}/calendar-changes", who)[1]["moved"]]
        for who in ("operator", "supervisor")
    }
    assert moved == {"operator": True, "supervisor": False}
    case.seen_by = None
    cases.take(case.step("2026-03-06 13:00", "look"))
    assert "7" in numbers(ask(f"/v1/towns/{TOWN}/deadlines", "supervisor")[1])


@pytest.mark.proves("P000.42", "P004-S09.1")
def test_figures_are_counted_and_each_has_its_list(cases: House, ask: Ask):
    """By unit, level and category, as the list says when it is narrowed alike; a unit's staff has its own."""
    body = ask(f"/v1/towns/{TOWN}/deadlines/figures")[1]
    assert sum(body["counts"].values()) == 5
    assert body["is_cut"] is False
    for kind, name in (("units", "lead"), ("levels", "level"), ("categories", "category")):
        assert sum(sum(line["counts"].values()) for line in body[kind]) == 5
        for line in body[kind]:
            for standing, number in line["counts"].items():
                narrowed = {name: line["key"], "standing": standing}
                assert len(numbers(ask(f"/v1/towns/{TOWN}/deadlines", **narrowed)[1])) == number
    assert [line["key"] for line in ask(f"/v1/towns/{TOWN}/deadlines/figures", "bureau")[1]["units"]] == [
        f"{TOWN}/bureau"
    ]
