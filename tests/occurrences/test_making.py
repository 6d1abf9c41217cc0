"""Occurrences are made ahead in bounded steps, each once, and follow rules and days as long as nothing was begun."""

from collections import Counter
from datetime import date, timedelta

import pytest
import sqlalchemy as sa

import services.duties.handlers.making as making
from services.duties.store.tables import occurrences
from tests.occurrences.conftest import EAST, WEST, House, Open
from tests.occurrences.packs import OFFICE, files_with

FIRST = date(2026, 3, 2)


def test_what_opens_within_the_time_ahead_is_there_once_for_each_post(house: House) -> None:
    """A post owes; so many days ahead are made, and nothing from before the rules were known."""
    for post in (EAST, WEST):
        labels = sorted(house.rows("patrols", post))
        assert labels[0] == "2026-03-02"
        assert date.fromisoformat(labels[-1]) >= FIRST + timedelta(days=35)
        assert len(labels) == (date.fromisoformat(labels[-1]) - FIRST).days + 1
    with house.store.read() as conn:
        keys = conn.execute(sa.select(occurrences.c.duty, occurrences.c.post, occurrences.c.label)).all()
    assert not [key for key, number in Counter(keys).items() if number > 1]


def test_a_years_occurrence_is_there_when_the_year_is_open(house: House) -> None:
    """It is called by the year's last day and open since its first: what opens counts, and not the label."""
    assert "2026-12-31" in house.rows("training", "t-owed/centre")


def test_making_again_makes_nothing_twice(house: House) -> None:
    """Days roll on: what was made stays as it is, and as many days as before lie ahead."""
    before = house.rows("patrols")
    house.at("2026-04-20 09:00")
    after = house.rows("patrols")
    assert {label: row["id"] for label, row in before.items()}.items() <= {
        label: row["id"] for label, row in after.items()
    }.items()
    assert date.fromisoformat(max(after)) >= date(2026, 4, 20) + timedelta(days=35)


def test_a_step_is_bounded_however_many_posts_there_are(
    open_house: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever a step is cut to, the same is there in the end."""
    monkeypatch.setattr(making, "MOST", 40)
    cut = open_house()
    cut.take(cut.mail.edition())
    steps = 0
    while any(duty.run(1) for duty in cut.service.duties[:1]):
        steps += 1
    assert steps > 20
    assert len(cut.rows("patrols")) == len(cut.rows("patrols", WEST)) >= 36


def test_amended_days_move_what_is_not_begun(house: House) -> None:
    """A Monday that becomes a holiday moves the report to Tuesday, and what was not open yet tells nobody of it."""
    assert house.rows("mondays-and-thursdays")["2026-03-16"]["held_on"] == "2026-03-16"
    house.take(house.mail.calendar("2026-03-03 09:00", 1, holidays={"2026-03-16": "放假"}))
    house.work()
    row = house.rows("mondays-and-thursdays")["2026-03-16"]
    assert (row["held_on"], row["was_on"], row["state"]) == ("2026-03-17", "2026-03-16", "ahead")
    assert "2026-03-16" in row["moved"]["en"]
    assert house.rows("log-of-the-day")["2026-03-16"]["state"] == "withdrawn"
    assert not house.said("duty.moved", "duty.withdrawn")
    moved = house.get("/occurrences", **{"from": "2026-03-02", "to": "2026-03-31", "moved": "yes"})
    assert {(each["label"], each["on"]) for each in moved["occurrences"]} == {("2026-03-16", "2026-03-17")}


def test_what_is_open_and_untouched_is_moved_and_withdrawn_and_said_to_be(house: House) -> None:
    """The day itself becomes a holiday: the log is not owed any more, and the report is tomorrow's."""
    house.take(house.mail.calendar("2026-03-02 09:00", 1, holidays={"2026-03-02": "放假"}))
    house.work()
    said = {(each.data.duty, each.type) for each in house.said("duty.moved", "duty.withdrawn")}
    assert ("log-of-the-day", "duty.withdrawn") in said
    assert ("mondays-and-thursdays", "duty.moved") in said
    assert house.rows("mondays-and-thursdays")["2026-03-02"]["held_on"] == "2026-03-03"
    house.take(house.mail.calendar("2026-03-02 10:00", 2))
    house.work()
    assert house.rows("log-of-the-day")["2026-03-02"]["state"] == "open", (
        "owed again: the amendment was taken back"
    )


def test_what_was_begun_stays_and_shows_what_would_be_otherwise(house: House) -> None:
    """A record was made: the report stays on its day, whatever the days say afterwards."""
    house.keep("east", "information", facts={"none_new": True})
    house.take(house.mail.calendar("2026-03-02 09:00", 1, holidays={"2026-03-02": "放假"}))
    house.work()
    row = house.rows("mondays-and-thursdays")["2026-03-02"]
    assert (row["held_on"], row["state"]) == ("2026-03-02", "met")
    shown = house.get(f"/occurrences/{row['id']}")
    assert shown["on"] == "2026-03-02"
    assert shown["otherwise"]["on"] == "2026-03-03"


def test_a_new_edition_adds_and_withdraws(house: House) -> None:
    """From when it takes effect what it has is owed and nothing else; a duty that stays keeps its rows."""
    before = house.rows("patrols")
    files = files_with("weekdays: [mon, thu]", "weekdays: [mon, fri]")
    house.take(house.mail.edition(files, "2026-03-05 00:00", number=2))
    house.at("2026-03-04 12:00")
    assert house.rows("mondays-and-thursdays")["2026-03-12"]["state"] == "ahead", "not in force yet"
    house.at("2026-03-05 00:10")
    reports = house.rows("mondays-and-thursdays")
    assert reports["2026-03-12"]["state"] == "withdrawn"
    assert reports["2026-03-13"]["state"] == "ahead"
    after = house.rows("patrols")
    assert {row["id"] for row in before.values()} <= {row["id"] for row in after.values()}
    assert len({row["edition"] for label, row in after.items() if label > "2026-03-05"}) == 1


def test_the_larger_meeting_takes_the_place_of_the_smaller(house: House) -> None:
    """Both convene on one day: the smaller is listed as replaced, and nobody is told that it is owed."""
    monthly = "every: {period: month, last: "
    files = files_with(f"{monthly}fri}}", f"{monthly}mon}}\n    instead_of: weekly-meeting")
    house.take(house.mail.edition(files, "2026-03-03 00:00", number=2))
    house.at("2026-03-30 09:00")
    assert house.rows("weekly-meeting", OFFICE)["2026-03-30"]["state"] == "replaced"
    owed = {(each.data.duty, each.data.label.isoformat()) for each in house.said("duty.owed")}
    assert ("monthly-meeting", "2026-03-30") in owed
    assert ("weekly-meeting", "2026-03-30") not in owed


def test_two_processes_make_and_open_everything_once(open_house: Open) -> None:
    """Each takes what the other does not hold; nothing is said twice."""
    one, other = open_house(), open_house()
    one.take(one.mail.edition())
    for _ in range(200):
        if not sum(duty.run(1) for house in (one, other) for duty in house.service.duties):
            break
    one.at("2026-03-04 09:00")
    other.work()
    said = Counter((each.data.occurrence) for each in one.said("duty.owed"))
    assert said
    assert set(said.values()) == {1}
