"""Meetings and trainings: who is expected, who signs in, leave asked and answered, make-up owed."""

from typing import Any

import pytest

from tests.occurrences.conftest import EAST, WEST, House
from tests.occurrences.packs import CENTRE, OFFICE, files_with

MONDAY = "2026-03-09"


@pytest.fixture
def meeting(house: House) -> str:
    """The weekly meeting of the 9th of March, half past eight, on its morning."""
    house.at(f"{MONDAY} 07:30")
    return house.occurrence("weekly-meeting", MONDAY, OFFICE)


def how(house: House, meeting: str) -> dict[str, str]:
    """Unit → what became of its person."""
    return {each["unit"]: each["how"] for each in house.get(f"/occurrences/{meeting}/attendance")["expected"]}


def sign(house: House, meeting: str, who: str, **more: Any) -> tuple[int, Any]:
    """Sign in as somebody."""
    return house.ask("POST", f"/occurrences/{meeting}/attendance", who, more)


def test_whoever_is_expected_signs_in_and_the_others_are_absent(house: House, meeting: str) -> None:
    """Everybody who holds an expected post; after the meeting has begun whoever has not come is absent."""
    roll = house.get(f"/occurrences/{meeting}/attendance", "east")
    assert {(each["unit"], each["person"], each["how"]) for each in roll["expected"]} == {
        (EAST, "p-east", "expected"),
        (WEST, "p-west", "expected"),
    }
    assert roll["agenda"] == ["summary"]
    assert sign(house, meeting, "east")[0] == 201
    assert sign(house, meeting, "centre")[0] == 201, "invited"
    house.at(f"{MONDAY} 12:00")
    assert how(house, meeting) == {EAST: "present", WEST: "absent"}
    also = house.get(f"/occurrences/{meeting}/attendance")["also"]
    assert [each["person"] for each in also] == ["p-centre"]


@pytest.mark.parametrize(
    ("who", "more", "code"),
    [
        ("officer", {"person": "p-nobody", "unit": "t-owed/duty-officer"}, "not-invited"),
        ("east", {"person": "p-west", "unit": WEST}, "roll-called"),
        ("east", {"make_up": True}, "nothing-to-make-up"),
    ],
)
def test_nobody_enters_what_is_not_theirs(
    house: House, meeting: str, who: str, more: dict[str, Any], code: str
) -> None:
    """One signs in oneself; others are entered by whoever convenes, writes the minutes or calls the roll."""
    status, refused = sign(house, meeting, who, **more)
    assert (status >= 400, refused["code"]) == (True, code)


def test_on_another_day_whoever_convenes_enters_it(house: House, meeting: str) -> None:
    """Not oneself any more; the office and the duty officer may."""
    house.at("2026-03-10 09:00")
    assert sign(house, meeting, "east")[1]["code"] == "sign-in-over"
    assert sign(house, meeting, "officer", person="p-east", unit=EAST)[0] == 201
    assert sign(house, meeting, "office", person="p-west", unit=WEST)[0] == 201
    assert how(house, meeting) == {EAST: "present", WEST: "present"}


def test_a_substitute_comes_in_the_place_of_who_is_away(house: House, meeting: str) -> None:
    """Entered for the post; whose place it was stands beside it."""
    house.take(house.mail.absence("p-east", "p-substitute", "2026-03-09 00:00", "2026-03-10 00:00"))
    status, came = sign(house, meeting, "substitute", unit=EAST)
    assert (status, came["stands_for"]) == (201, "p-east")
    assert how(house, meeting)[EAST] == "substituted"


def test_leave_is_asked_in_time_and_answered_by_who_is_asked(house: House, meeting: str) -> None:
    """Until eight, of the office; granted, the person is excused; answered once."""
    path = f"/occurrences/{meeting}/leave"
    status, leave = house.ask("POST", path, "east", {"explanation": "a flood"})
    assert (status, leave["asked_of"], leave["granted"]) == (201, OFFICE, None)
    assert house.ask("POST", path, "east", {"explanation": "again"})[1]["code"] == "leave-asked"
    assert house.get("/leaves", "west")["leaves"] == []
    assert [each["id"] for each in house.get("/leaves", "office")["leaves"]] == [leave["id"]]
    answer = f"/leaves/{leave['id']}/answer"
    assert house.ask("POST", answer, "west", {"granted": True})[0] == 404
    assert house.ask("POST", answer, "east", {"granted": True})[1]["code"] == "not-asked-of-you"
    assert house.ask("POST", answer, "office", {"granted": True, "words": "take care"})[1]["granted"]
    assert house.ask("POST", answer, "office", {"granted": False})[1]["code"] == "answered"
    house.at(f"{MONDAY} 08:00")
    assert house.ask("POST", path, "west", {"explanation": "late"})[1]["code"] == "leave-too-late"
    house.at(f"{MONDAY} 12:00")
    assert how(house, meeting) == {EAST: "excused", WEST: "absent"}


def test_who_missed_it_owes_a_make_up_until_it_is_entered(house: House, meeting: str) -> None:
    """Within so many working days, held by the centre."""
    sign(house, meeting, "east")
    house.at("2026-03-11 09:00")
    owed = {
        each["unit"]: each["owes_make_up_by"]
        for each in house.get(f"/occurrences/{meeting}/attendance")["expected"]
    }
    assert owed[EAST] is None
    assert owed[WEST].startswith("2026-03-16T")
    assert sign(house, meeting, "west", make_up=True)[1]["code"] == "sign-in-over"
    assert sign(house, meeting, "centre", person="p-west", unit=WEST, make_up=True)[0] == 201
    assert how(house, meeting) == {EAST: "present", WEST: "made_up"}


def test_a_meeting_without_minutes_is_met_by_being_held(house: House) -> None:
    """It asks for no record: that somebody was entered as present says that it was held."""
    house.at("2026-03-27 08:00")
    monthly = house.occurrence("monthly-meeting", "2026-03-27", OFFICE)
    assert sign(house, monthly, "east")[1]["code"] == "roll-called"
    assert sign(house, monthly, "officer", person="p-east", unit=EAST)[0] == 201
    assert house.get(f"/occurrences/{monthly}")["state"] == "met"
    assert [each.type for each in house.said() if each.stream == monthly] == ["duty.owed", "duty.met"]


def test_what_is_no_meeting_has_no_roll(house: House) -> None:
    """A log is nobody's meeting."""
    log = house.occurrence("log-of-the-day", "2026-03-02")
    assert house.ask("GET", f"/occurrences/{log}/attendance", "supervisor")[1]["code"] == "no-meeting"


def test_a_village_meeting_calls_its_own_people(house: House) -> None:
    """A post in a place calls the units of that place, not those of its neighbours."""
    weekly = "    every: {period: week, weekdays: [mon]}"
    files = files_with(f"    who: office\n{weekly}", f"    who: leader\n{weekly}")
    house.take(house.mail.edition(files, "2026-03-03 00:00", number=2))
    house.at("2026-03-16 09:00")
    meeting = house.occurrence("weekly-meeting", "2026-03-16", EAST)
    assert set(how(house, meeting)) == {EAST}
    assert CENTRE not in how(house, meeting)
