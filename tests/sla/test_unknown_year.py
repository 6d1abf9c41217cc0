"""RC-22: whatever has to be counted in a year without a calendar, by whatever path it comes, waits or is reckoned by
weekends; the message is taken, and the operator hears which year is missing. Every path is tried under both readings.
"""

from dataclasses import dataclass
from pathlib import Path

import pytest

from shared.rules.pack.build.files import load_files
from tests.sla.conftest import House, Open
from tests.sla.packs import at, edition_of, files_with

LIMIT = """    within: 3 working days
    warn: 1 working day before
    escalate: [{to: supervisor}, {after: 1 working day, to: [supervisor, bureau]}]
"""
CAPPED = "    within: 1 day\n    cap: {within: 5 working days, from: first accepted}\n"
DOUBLE = "    within: 2 working days\n    readings: {RC-9: double}\n"
WAITS = "    within: 4 working days\n    readings: {RC-19: stops}\n"
REMAINING = "    within: 3 working days\n    readings: {RC-13: remaining}\n"
WARNED = "    within: 3 working days\n    warn: 2 working days before\n"
REMINDED = "    within: 1 day\n    escalate: [{to: supervisor, every: 2 working days}]\n"
EXTEND, SET = (("extend", "settle"),), (("set due", "settle"),)


@dataclass(frozen=True)
class Happened:
    """A step at a local instant, or the present if it does nothing: then what has fallen due is fired."""

    when: str
    marks: tuple[str, ...] = ()
    effects: tuple[tuple[str, str], ...] = ()
    due: str | None = None
    round: int = 1
    undone: tuple[str, ...] = ()


REOPENED = Happened("2026-12-31 10:00", ("reopened",), round=2, undone=("settled",))
# path → the limit, when the case is accepted, what happens then, and the due instant that stands afterwards under
# RC-22 refuse and provisional (None: there is none).
PATHS: dict[str, tuple[str, str, list[Happened], str | None, str | None]] = {
    "start": (LIMIT, "2026-12-30 10:00", [], None, "2027-01-04 24:00"),
    "extend to the ceiling": (
        CAPPED,
        "2026-12-30 10:00",
        [Happened("2026-12-31 09:00", effects=EXTEND)],
        None,
        "2027-01-06 24:00",
    ),
    "extend to twice the limit": (
        DOUBLE,
        "2026-12-28 10:00",
        [Happened("2026-12-29 09:00", effects=EXTEND)],
        None,
        "2027-01-01 24:00",
    ),
    "extend to a written instant under the ceiling": (
        CAPPED,
        "2026-12-30 10:00",
        [Happened("2026-12-31 09:00", effects=EXTEND, due="2027-01-05 12:00")],
        "2027-01-05 12:00",
        "2027-01-05 12:00",
    ),
    "set under the ceiling": (
        CAPPED,
        "2026-12-30 10:00",
        [Happened("2026-12-31 09:00", effects=SET, due="2027-01-05 12:00")],
        "2027-01-05 12:00",
        "2027-01-05 12:00",
    ),
    "resume": (
        WAITS,
        "2026-12-24 10:00",
        [
            Happened("2026-12-25 09:00", effects=(("pause", "settle"),)),
            Happened("2026-12-29 09:00", effects=(("resume", "settle"),)),
        ],
        None,
        "2027-01-01 24:00",
    ),
    "redo with the whole limit": (
        LIMIT,
        "2026-12-21 10:00",
        [Happened("2026-12-22 10:00", ("settled",)), REOPENED],
        None,
        "2027-01-05 24:00",
    ),
    "redo with what was left": (
        REMAINING,
        "2026-12-21 10:00",
        [Happened("2026-12-22 10:00", ("settled",)), REOPENED],
        None,
        "2027-01-04 24:00",
    ),
    "warn": (
        WARNED,
        "2026-12-21 10:00",
        [Happened("2026-12-22 10:00", effects=SET, due="2027-01-05 12:00")],
        "2027-01-05 12:00",
        "2027-01-05 12:00",
    ),
    "escalate": (LIMIT, "2026-12-28 10:00", [], "2026-12-31 24:00", "2026-12-31 24:00"),
    "remind": (
        REMINDED,
        "2026-12-29 10:00",
        [Happened("2026-12-31 00:00")],
        "2026-12-30 24:00",
        "2026-12-30 24:00",
    ),
    "remind, seen by a step": (
        REMINDED,
        "2026-12-29 10:00",
        [Happened("2026-12-31 09:00", ("looked",))],
        "2026-12-30 24:00",
        "2026-12-30 24:00",
    ),
}


def lived(open_house: Open, limit: str, accepted: str, story: list[Happened], reading: str) -> House:
    readings = f"fallback: station\nreadings: {{RC-22: {reading}}}"
    files = {
        name: text.replace("fallback: station", readings) for name, text in files_with(LIMIT, limit).items()
    }
    house = open_house()
    case = house.case(1, edition=edition_of(files))
    house.take(house.mail.edition(files))
    assert house.take(case.reported(accepted), case.accepted(accepted)).parked == 0
    for each in story:
        house.store.set_now(at(each.when))
        if not (each.marks or each.effects):
            house.work()
            continue
        case.round = each.round
        told = case.step(each.when, *each.marks, undone=each.undone, effects=each.effects, due=each.due)
        assert house.take(told).parked == 0
    return house


def alarmed(house: House) -> list[int]:
    raised = (message.data for message in house.emitted() if message.type == "alarm.raised")
    return [alarm.detail["year"] for alarm in raised if alarm.code == "calendar-missing"]


@pytest.mark.parametrize("reading", ["refuse", "provisional"])
@pytest.mark.parametrize("path", PATHS)
def test_a_year_without_a_calendar_never_stops_a_case_and_alarms_the_operator(
    open_house: Open, path: str, reading: str
):
    """RC-22: what cannot be counted waits or is reckoned by weekends; the operator is told of the year, once."""
    limit, accepted, story, refused, provisional = PATHS[path]
    house = lived(open_house, limit, accepted, story, reading)
    clock = house.clocks()["village-limit"]
    assert clock["label"] == (refused if reading == "refuse" else provisional)
    assert alarmed(house) == [2027]


def test_special_circumstances_on_the_last_day_of_a_known_year(open_house: Open):
    """T3.2, RC-22 in t-com: extended, withheld until the ceiling can be counted, alarmed; settled in time."""
    house, files = open_house(), load_files(Path("rules/t-com"))
    house.take(house.mail.edition(files, "t-com"))
    case = house.case(1, town="t-com", edition=edition_of(files, "t-com"), category="sanitation")
    noted = (("extend", "settle"), ("extend", "feed_back"))
    taken = house.take(
        case.reported("2026-12-30 10:00"),
        case.accepted("2026-12-30 10:00", "community", "t-com/grid-leader"),
        case.step("2026-12-31 09:00", effects=noted, facts={"special": True}),
        case.step("2026-12-31 10:00", "settled"),
    )
    assert (taken.done, alarmed(house)) == (4, [2027])
    assert [event for _, event, _ in house.heard()] == ["started", "extended", "stopped"]
    assert house.clocks()["one-day"]["verdict"] == "in_time"


def test_what_was_settled_beyond_the_first_due_instant_gets_its_verdict_with_the_calendar(open_house: Open):
    """RC-22: how far an extension reaches nobody can say before the year is known; then the verdict is given."""
    story = [Happened("2026-12-31 09:00", effects=EXTEND), Happened("2027-01-04 10:00", ("settled",))]
    house = lived(open_house, CAPPED, "2026-12-30 10:00", story, "refuse")
    assert house.clocks()["village-limit"]["verdict"] is None
    house.take(house.mail.calendar("2027-01-05 12:00", 1, years=(2027,)))
    house.work()
    assert house.clocks()["village-limit"]["verdict"] == "extended"


def test_a_reminder_that_had_to_wait_comes_with_the_calendar(open_house: Open):
    """RC-22: once the year is loaded reminders go on from the last one that was told."""
    house = lived(open_house, REMINDED, "2026-12-29 10:00", [Happened("2026-12-31 00:00")], "refuse")
    assert house.pending() == []
    house.take(house.mail.calendar("2026-12-31 12:00", 1, years=(2027,)))
    house.work()
    assert house.pending() == [("escalation", at("2027-01-02 00:00"))]
