"""Lists: filters against a plain re-computation, pages without gaps or repetitions."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from shared.kernel.instants import format_instant
from tests.intake.house import CENTRE, MONDAY, OFFICE, STATION, House
from tests.intake.test_copies import clock
from tests.intake.town import TOWN

CASES = f"/v1/towns/{TOWN}/cases"


@pytest.fixture(scope="module")
def house() -> Iterator[House]:
    """A town with a dozen cases in different states, an hour apart."""
    made = House()
    for place in range(12):
        case = made.report(who=["citizen", "grid"][place % 2], category=["ditch", "family"][place % 5 == 4])
        if place % 3:
            made.route(case, [STATION, OFFICE, CENTRE][place % 3], level=["village", "town"][place % 2])
        if place % 4 == 1:
            made.hear("sla", "clock.breached", case, clock(case, state="breached"))
        if place % 6 == 1:
            made.step(case, "settle", "office", facts={"result": "r"})
        made.pass_time(hours=1)
    yield made
    made.store.close()


def listed(house: House, who: str = "operator", **query: Any) -> list[dict[str, Any]]:
    answer = house.call("GET", CASES, who, query_string={"limit": 200, **query})
    assert answer.status_code == 200, answer.text
    return list(answer.json["cases"])


FILTERS: list[tuple[dict[str, Any], Any]] = [
    ({"state": "settled"}, lambda case: case["state"] == "settled"),
    ({"state": "reported"}, lambda case: case["state"] == "reported"),
    ({"category": "family"}, lambda case: case["category"] == "family"),
    ({"level": "town"}, lambda case: case["level"] == "town"),
    ({"unit": OFFICE}, lambda case: case["lead"] == OFFICE),
    ({"overdue": "true"}, lambda case: case["breached"]),
    ({"overdue": "false"}, lambda case: not case["breached"]),
    ({"number": "2026-000003"}, lambda case: case["number"] == "2026-000003"),
    (
        {"from": format_instant(MONDAY + timedelta(hours=4))},
        lambda case: case["reported_at"] >= "2026-03-09T06",
    ),
    ({"to": format_instant(MONDAY + timedelta(hours=4))}, lambda case: case["reported_at"] < "2026-03-09T06"),
    (
        {"state": "accepted", "level": "town"},
        lambda case: (case["state"], case["level"]) == ("accepted", "town"),
    ),
]


@pytest.mark.parametrize(("query", "fits"), FILTERS, ids=[str(query) for query, _ in FILTERS])
def test_a_filter_shows_what_fits_and_nothing_else(house: House, query: dict[str, Any], fits: Any) -> None:
    """The filtered list is the whole list, narrowed by hand; something fits and something does not."""
    whole = listed(house)
    expected = [case for case in whole if fits(case)]
    assert listed(house, **query) == expected
    assert 0 < len(expected) < len(whole) == 12


@pytest.mark.parametrize("limit", [1, 5, 12, 200])
def test_pages_make_the_whole_list(house: House, limit: int) -> None:
    """Following the cursors shows every case once, newest first; the last page has none."""
    seen: list[str] = []
    cursor = None
    while True:
        page = house.call(
            "GET", CASES, "operator", query_string={"limit": limit, **({"cursor": cursor} if cursor else {})}
        ).json
        seen += [case["id"] for case in page["cases"]]
        cursor = page["next"]
        if cursor is None:
            break
    assert seen == sorted(seen, reverse=True)
    assert len(set(seen)) == 12


def test_a_cursor_belongs_to_its_list(house: House) -> None:
    """Carried to other filters or another town, a cursor is refused."""
    cursor = house.call("GET", CASES, "operator", query_string={"limit": 1}).json["next"]
    for path, who, more in (
        (CASES, "operator", {"state": "settled"}),
        ("/v1/towns/oak/cases", "stranger", {}),
        (f"/v1/towns/{TOWN}/work-orders", "operator", {}),
    ):
        answer = house.call("GET", path, who, query_string={"cursor": cursor, **more})
        assert (answer.status_code, answer.json["code"]) == (400, "bad-cursor")


@pytest.mark.parametrize(
    "query",
    [
        {"state": "lost"},
        {"limit": 0},
        {"limit": 201},
        {"overdue": "perhaps"},
        {"from": "yesterday"},
        {"sort": "id"},
    ],
)
def test_a_filter_that_makes_no_sense_is_refused(house: House, query: dict[str, Any]) -> None:
    """Unknown filters and values are named, not ignored."""
    assert house.call("GET", CASES, "operator", query_string=query).json["code"] == "invalid-input"


def test_everybody_sees_their_own_part(house: House) -> None:
    """Reporters see their own reports; staff see what is not private, and private cases that their unit
    handles."""
    whole = {case["id"]: case for case in listed(house)}
    own = listed(house, "citizen")
    assert len(own) == 6
    assert len(listed(house, "other-citizen")) == 0
    assert len(listed(house, "supervisor")) == 12
    seen = {case["id"] for case in listed(house, "office")}
    assert seen == {key for key, case in whole.items() if not case["private"] or case["lead"] == OFFICE}


def test_a_case_is_found_by_its_number(house: House) -> None:
    """What people read out on the telephone leads to the case."""
    assert house.call("GET", f"{CASES}/2026-000002", "operator").json["number"] == "2026-000002"


def test_work_orders_age_visibly(house: House) -> None:
    """The oldest held work order comes first, with the time it has been held; staff see their own unit's."""
    path = f"/v1/towns/{TOWN}/work-orders"
    orders = house.call("GET", path, "operator").json["work_orders"]
    assert [order["issued_at"] for order in orders] == sorted(order["issued_at"] for order in orders)
    assert orders[0]["held_for_seconds"] >= 3600
    assert {order["unit"] for order in house.call("GET", path, "office").json["work_orders"]} == {OFFICE}
    others = house.call("GET", path, "office", query_string={"unit": CENTRE}).json["work_orders"]
    assert {order["unit"] for order in others} == {OFFICE}
    done = house.call("GET", path, "operator", query_string={"state": "done"}).json["work_orders"]
    assert {order["state"] for order in done} == {"done"}
    old = house.call(
        "GET", path, "operator", query_string={"issued_before": format_instant(MONDAY + timedelta(hours=3))}
    )
    assert len(old.json["work_orders"]) < len(orders)


def test_cases_that_nobody_ever_accepted() -> None:
    """Neither what was accepted once and waits for the next lead, nor drafts or what is over."""
    house = House(acceptance="lead")
    waiting, unrouted, handed_over, over = (house.report() for _ in range(4))
    house.route(waiting, STATION, acceptance="lead")
    house.route(handed_over, STATION, acceptance="lead")
    house.step(handed_over, "accept")
    house.step(handed_over, "find")
    house.route(handed_over, CENTRE, acceptance="lead", previous=STATION)
    house.step(over, "return", "operator", facts={"reason": "r"})
    assert [case["id"] for case in listed(house, accepted="never")] == [unrouted, waiting]
    assert [case["id"] for case in listed(house, accepted="never", state="assigned")] == [waiting]


def test_extensions_without_a_new_due_instant() -> None:
    """A reason without a due instant puts the case on the list; writing one, or settling, takes it off (RC-9)."""
    house = House()
    cases = [house.report() for _ in range(4)]
    for case in cases:
        house.route(case)
    later = format_instant(house.clock.now() + timedelta(days=9))
    for case in cases[1:]:
        house.step(case, "note-reason", facts={"reason": "rain"})
    house.step(cases[0], "note-reason", facts={"reason": "rain"}, due_at=later)
    house.step(cases[2], "write-due", due_at=later)
    house.step(cases[3], "settle", facts={"result": "r"})
    assert [case["id"] for case in listed(house, extended="without-due")] == [cases[1]]
    assert (
        house.call("GET", CASES, "operator", query_string={"extended": "no"}).json["code"] == "invalid-input"
    )


def test_every_list_names_its_pages_alike(house: House) -> None:
    """`cursor` goes in and `next` comes out, in every list of the service."""
    for path in (CASES, f"/v1/towns/{TOWN}/work-orders", f"/v1/towns/{TOWN}/publications"):
        page = house.call("GET", path, "operator", query_string={"limit": 1}).json
        assert "next" in page
        assert "cursor" not in page
