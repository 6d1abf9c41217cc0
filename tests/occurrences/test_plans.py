"""Plans of meetings: made ahead by whoever convenes them, in time or late, and held against what was held."""

from typing import Any

import pytest

from tests.occurrences.conftest import House, Open
from tests.occurrences.packs import OFFICE, files_with

PLAN = "plan: [{zh: 议题, en: topics}, {zh: 材料, en: papers}]"
PLANNED = files_with("      carries_open_cases: yes\n", f"      carries_open_cases: yes\n      {PLAN}\n")
YEARLY = files_with("      carries_open_cases: yes\n", f"      {PLAN}\n      plan_by: 01-31\n")
TWO = ["the river, two families", "the map"]


@pytest.fixture
def house(open_house: Open) -> House:
    """The town, whose weekly meetings are planned, on Monday the 2nd of March."""
    found = open_house()
    found.letting_in()
    found.take(found.mail.edition(PLANNED))
    found.work()
    return found


def plans(house: House, who: str = "supervisor", year: str = "2026") -> dict[str, Any]:
    """Plans of a year by their label."""
    return {each["label"]: each for each in house.get("/plans", who, year=year)["plans"]}


def plan(house: House, who: str, label: str, **more: Any) -> tuple[int, Any]:
    body = {"duty": "weekly-meeting", "label": label, "items": TWO, **more}
    return house.ask("POST", "/plans", who, body)


def test_a_meeting_is_planned_ahead_and_shown_with_how_it_was_held(house: House) -> None:
    """Until its own day it is in time; what is planned again stands in its place; a year ahead as well."""
    status, made = plan(house, "office", "2026-03-09")
    assert (status, made["state"], made["needs"], made["items"]) == (201, "made", ["topics", "papers"], TWO)
    plan(house, "office", "2026-03-09", items=["the river", "the map"])
    assert plan(house, "office", "2026-11-30")[0] == 201
    found = plans(house)
    assert (found["2026-03-09"]["items"], found["2026-03-09"]["person"]) == (
        ["the river", "the map"],
        "p-office",
    )
    assert (found["2026-11-30"]["state"], found["2026-11-30"]["held"]) == ("made", None)
    house.at("2026-03-09 09:00")
    meeting = house.occurrence("weekly-meeting", "2026-03-09", OFFICE)
    house.keep("officer", "minutes", facts={"present": 9, "decided": "dykes"}, occurrence=meeting)
    assert (plans(house)["2026-03-09"]["held"], plans(house)["2026-03-09"]["occurrence"]) == ("met", meeting)


def test_what_nobody_planned_is_missing_and_may_come_late(house: House) -> None:
    """From the day after; entered then it is kept and marked, however often it is changed after."""
    assert plans(house)["2026-03-02"]["state"] == "open"
    house.at("2026-03-03 08:00")
    assert plans(house)["2026-03-02"]["state"] == "missing"
    for _ in range(2):
        assert plan(house, "office", "2026-03-02")[1]["state"] == "late"


def test_a_year_may_have_to_be_planned_by_its_own_day(open_house: Open) -> None:
    """As the rules say: by the end of January for the year, from the first of its meetings to the last."""
    house = open_house(begin="2026-01-05 08:00")
    house.letting_in()
    house.take(house.mail.edition(YEARLY))
    house.work()
    assert {each["by"] for each in plans(house).values()} == {"2026-01-31"}
    plan(house, "office", "2026-12-07")
    house.at("2026-02-01 08:00")
    found = plans(house)
    assert (found["2026-12-07"]["state"], found["2026-11-30"]["state"]) == ("made", "missing")


@pytest.mark.parametrize(
    ("who", "more", "code"),
    [
        ("office", {"items": ["one"]}, "plan-incomplete"),
        ("office", {"items": ["one", " "]}, "invalid-input"),
        ("office", {"duty": "monthly-meeting"}, "nothing-to-plan"),
        ("office", {"duty": "no-such"}, "unknown-duty"),
        ("office", {"label": "2026-03-10"}, "no-such-day"),
        ("east", {"post": OFFICE}, "plan-not-yours"),
        ("east", {}, "no-such-day"),
        ("reporter", {}, "not-allowed"),
    ],
)
def test_what_is_no_plan_is_refused(house: House, who: str, more: dict[str, Any], code: str) -> None:
    """Nothing is kept of it."""
    status, no = house.ask(
        "POST", "/plans", who, {"duty": "weekly-meeting", "label": "2026-03-09", "items": TWO, **more}
    )
    assert (no["code"], status >= 400) == (code, True)
    assert not plans(house)["2026-03-09"]["items"]


def test_plans_are_shown_to_whom_the_meeting_concerns(house: House) -> None:
    """Who is called to it reads it and can't change it; whom the rules name for its minutes may plan it."""
    plan(house, "office", "2026-03-09")
    assert plans(house, "east")["2026-03-09"]["yours"] is False
    assert plans(house, "officer")["2026-03-09"]["yours"] is True
    assert house.ask("GET", "/plans", "reporter", year="2026")[0] == 403
