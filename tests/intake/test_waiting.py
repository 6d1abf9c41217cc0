"""A step that has to wait is refused until its time has passed, and everybody sees from when it may be taken."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from shared.rules.pack.model import NotBefore
from shared.rules.worktime.amount import Amount, TimeUnit
from shared.rules.worktime.due import check_certificate
from tests.intake.house import OFFICE, STATION, House
from tests.intake.town import TOWN

TWO_DAYS = NotBefore(Amount(2, TimeUnit.WORKING_DAYS), "settled", ("P001.9",))
ENDS_AT = datetime(2026, 3, 11, 16, 0, tzinfo=UTC)  # settled on Monday: the end of Wednesday, local midnight
SETTLED_LATE_AT = datetime(2026, 12, 30, 2, 0, tzinfo=UTC)


@pytest.fixture
def house() -> Iterator[House]:
    made = House()
    wait(made, TWO_DAYS)
    yield made
    made.store.close()


def wait(house: House, waiting: NotBefore, **changes: Any) -> None:
    """Let the step that closes a case wait."""
    steps = house.packs[TOWN].steps
    house.amend(steps={**steps, "close": replace(steps["close"], not_before=waiting)}, **changes)


def settled(house: House) -> str:
    """A case that has been settled now."""
    case = house.report()
    house.route(case, STATION, OFFICE)
    assert house.step(case, "settle", facts={"result": "dug out"}).status_code == 200
    return case


def listed(house: House, case: str, who: str = "station") -> dict[str, Any]:
    """How the waiting step is listed."""
    steps = house.call("GET", f"/v1/towns/{TOWN}/cases/{case}/steps", who).json["steps"]
    return dict(next(step for step in steps if step["step"] == "close"))


def publish_calendar(house: House, year: int, *holidays: str) -> None:
    """Have the registry publish a year's days."""
    data = {"revision": 1, "holidays": dict.fromkeys(holidays, "rest"), "make_up": {}, "years": [year]}
    house.hear("registry", "calendar.published", f"town/{TOWN}", data)


def test_a_step_is_refused_until_its_time_has_passed(house: House) -> None:
    """To the microsecond: refused while two working days have not passed, taken from the instant at which they end."""
    case = settled(house)
    house.clock.set(ENDS_AT - timedelta(microseconds=1))
    no = house.step(case, "close")
    assert (no.status_code, no.json["code"]) == (409, "step-too-early")
    assert no.json["where"] == {
        "step": "close",
        "from": "settled",
        "not_before": "2026-03-11T16:00:00.000000Z",
    }
    said = no.json["cause"]
    assert all(
        part in said for part in ("'close'", "2 working days", "settled", "P001.9", "2026-03-11 24:00")
    )
    assert house.view(case)["history"][-1]["what"] == "step-refused"
    house.clock.set(ENDS_AT)
    assert house.step(case, "close").json["state"] == "closed"


def test_the_list_says_from_when_and_why(house: House) -> None:
    """A person sees since when the time runs, when it ends and every day that was counted, also once it has passed."""
    case = settled(house)
    shown = listed(house, case)
    assert (shown["allowed"], shown["why_not"]["code"]) == (False, "step-too-early")
    waiting = shown["not_before"]
    assert (waiting["start"], waiting["amount"], waiting["because"]) == (
        "settled",
        "2 working days",
        ["P001.9"],
    )
    assert (waiting["since"], waiting["at"]) == ("2026-03-09T02:00:00.000000Z", "2026-03-11T16:00:00.000000Z")
    assert (waiting["label"], waiting["provisional"], waiting["missing_year"]) == (
        "2026-03-11 24:00",
        False,
        None,
    )
    assert check_certificate(waiting["certificate"])
    assert "2026-03-10 – 2026-03-11 working day: counted" in waiting["explanation"]
    house.clock.set(ENDS_AT)
    shown = listed(house, case)
    assert (shown["allowed"], shown["why_not"], shown["not_before"]) == (True, None, waiting)
    assert {step["not_before"] for step in house.view(case)["steps"] if step["step"] != "close"} == {None}


def test_nothing_passes_before_it_has_begun(house: House) -> None:
    """While the milestone does not stand the step is refused as one that comes after it, and no instant is shown."""
    steps = house.packs[TOWN].steps
    house.amend(steps={**steps, "close": replace(steps["close"], after=())})
    case = house.report()
    house.route(case, STATION, OFFICE)
    house.pass_time(days=30)
    assert house.step(case, "close").json["code"] == "step-not-now"
    waiting = listed(house, case)["not_before"]
    assert (waiting["since"], waiting["at"], waiting["certificate"], waiting["explanation"]) == (
        None,
        None,
        None,
        [],
    )


def test_the_time_runs_again_when_the_milestone_is_reached_again(house: House) -> None:
    """Settled, not satisfied, settled once more: the two days count from the second time."""
    case = settled(house)
    house.clock.set(ENDS_AT)
    assert house.step(case, "not-satisfied", "citizen").status_code == 200
    assert house.step(case, "settle", facts={"result": "dug deeper"}).status_code == 200
    assert house.step(case, "close").json["code"] == "step-too-early"
    house.clock.set(
        ENDS_AT + timedelta(days=3)
    )  # from Thursday 00:00 to Monday 00:00: Friday, and the weekend
    assert house.step(case, "close").json["code"] == "step-too-early"
    house.clock.set(ENDS_AT + timedelta(days=5))
    assert house.step(case, "close").status_code == 200


def test_whose_step_it_is_comes_first(house: House) -> None:
    """Somebody who may not take the step at all hears that, not when it would be open."""
    case = settled(house)
    assert house.step(case, "close", "office").json["code"] == "step-not-yours"
    assert listed(house, case, "office")["why_not"]["code"] == "step-not-yours"


def test_a_year_without_a_calendar_is_never_presumed_to_have_passed(house: House) -> None:
    """RC-22 refuse: the step stays closed, however late it is, until the year's days are published."""
    house.clock.set(SETTLED_LATE_AT)
    case = settled(house)
    house.pass_time(days=60)
    no = house.step(case, "close")
    assert (no.json["code"], no.json["where"]["year"]) == ("step-awaits-calendar", 2027)
    assert listed(house, case)["not_before"]["missing_year"] == 2027
    publish_calendar(house, 2027, "2027-01-01")
    assert listed(house, case)["not_before"]["label"] == "2027-01-04 24:00"
    assert house.step(case, "close").status_code == 200


def test_a_provisional_end_is_shown_as_such(house: House) -> None:
    """RC-22 provisional: reckoned by weekends and marked, until the year's days move it."""
    readings = {**house.packs[TOWN].readings, "RC-22": "provisional"}
    house.amend(readings=readings)
    house.clock.set(SETTLED_LATE_AT)
    case = settled(house)
    before = listed(house, case)["not_before"]
    assert (before["label"], before["provisional"]) == ("2027-01-01 24:00", True)
    publish_calendar(house, 2027, "2027-01-01")
    after = listed(house, case)["not_before"]
    assert (after["label"], after["provisional"]) == ("2027-01-04 24:00", False)


def test_the_nearest_reading_counts(house: House) -> None:
    """What the waiting time reads for itself wins over the pack: the first day counts, and it ends a day earlier."""
    wait(house, replace(TWO_DAYS, readings={"RC-2": "include_start_day"}))
    case = settled(house)
    assert listed(house, case)["not_before"]["label"] == "2026-03-10 24:00"
    house.clock.set(ENDS_AT - timedelta(days=1))
    assert house.step(case, "close").status_code == 200


@pytest.mark.parametrize(("reading", "is_provisional"), [("refuse", False), ("provisional", True)])
def test_the_operator_hears_which_year_is_missing(house: House, reading: str, is_provisional: bool) -> None:
    """Once a town and year, when the time begins and not when somebody tries the step; again where days were
    published and a later year is needed (RC-22, as sla tells of limits)."""
    house.amend(readings={**house.packs[TOWN].readings, "RC-22": reading})
    house.clock.set(SETTLED_LATE_AT)
    case = settled(house)
    assert years_told(house) == [(2027, case, "close", is_provisional)]
    settled(house)
    assert len(years_told(house)) == 1
    publish_calendar(house, 2027, "2027-01-01")
    settled(house)
    assert len(years_told(house)) == 1
    house.clock.set(SETTLED_LATE_AT + timedelta(days=365))
    assert [year for year, *_ in (settled(house), years_told(house))[1]] == [2027, 2028]


def years_told(house: House) -> list[tuple[int, str | None, str, bool]]:
    """The alarms of missing years: the year, the case and step that needed it, whether it goes on by weekends."""
    alarms = (message.data for message in house.said(f"town/{TOWN}") if message.type == "alarm.raised")
    found = [alarm for alarm in alarms if alarm.code == "calendar-missing"]
    return [(one.detail["year"], one.case, one.detail["step"], one.detail["is_provisional"]) for one in found]


def test_a_time_that_counts_from_the_report_is_told_of_with_it(house: House) -> None:
    """Nothing need be tried: a case whose step waits from its report names the year at once."""
    wait(house, replace(TWO_DAYS, start="reported"))
    house.clock.set(SETTLED_LATE_AT)
    case = house.report()
    assert years_told(house) == [(2027, case, "close", False)]


def test_no_year_is_told_of_that_is_known(house: House) -> None:
    """A waiting time within the calendar raises nothing."""
    settled(house)
    assert years_told(house) == []
