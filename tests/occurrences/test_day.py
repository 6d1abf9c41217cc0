"""What somebody owes today and is late with, in one answer: the own posts', and what is written for others."""

from tests.occurrences.conftest import EAST, House


def owed(house: House, who: str) -> dict[tuple[str, str], str]:
    """Duty and label of what somebody owes, with how it stands."""
    found = house.get("/duties/mine", who)["owed"]
    return {(each["duty"], each["label"]): each["state"] for each in found}


def test_a_day_is_what_the_own_posts_owe_now_and_have_missed(house: House) -> None:
    """What was missed stays until it is entered late; another village's is nobody else's."""
    house.at("2026-03-03 09:00")
    mine = owed(house, "east")
    assert mine["log-of-the-day", "2026-03-02"] == "missing"
    assert mine["log-of-the-day", "2026-03-03"] == "open"
    assert {each["post"] for each in house.get("/duties/mine", "east")["owed"]} == {EAST}
    house.keep("east", "work-log", facts={"done": "two visits"}, day="2026-03-02")
    house.keep("east", "work-log", facts={"done": "a visit"})
    left = {label for duty, label in owed(house, "east") if duty == "log-of-the-day"}
    assert left == set()


def test_who_writes_the_minutes_owes_them_for_whom_convenes(house: House) -> None:
    """The meeting is the office's; the duty officer has its minutes on the own day, and may fill them in."""
    house.at("2026-03-02 09:00")
    (minutes,) = [
        each for each in house.get("/duties/mine", "officer")["owed"] if each["duty"] == "weekly-meeting"
    ]
    assert (minutes["form"], minutes["yours"]) == ("minutes", True)
    assert not any(each["yours"] for each in house.get("/duties/mine", "office")["owed"])


def test_meetings_of_the_week_are_those_to_which_one_is_called(house: House) -> None:
    """Who attends sees them ahead; whoever has nothing to do with them sees none."""
    called = house.get("/duties/mine", "east")["meetings"]
    assert {(each["duty"], each["on"]) for each in called} == {
        ("weekly-meeting", "2026-03-02"),
        ("weekly-meeting", "2026-03-09"),
    }
    assert house.get("/duties/mine", "supervisor")["owed"] == []


def test_what_was_begun_waits_to_be_finished(house: House) -> None:
    """A visit that was begun is on the day until its end is entered, as a record that names it."""
    begun = house.keep("east", "patrol", **{"from": "08:10", "finished": False})
    assert [each["id"] for each in house.get("/duties/mine", "east")["begun"]] == [begun["id"]]
    ended = house.keep(
        "east", "patrol", facts={"found": "-"}, corrects=begun["id"], **{"from": "08:10", "to": "09:00"}
    )
    assert house.get("/duties/mine", "east")["begun"] == []
    assert house.get(f"/records/{begun['id']}", "east")["corrected_by"] == ended["id"]
