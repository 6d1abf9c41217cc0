"""A year's official days from files as they are passed on."""

import json
from datetime import date

import pytest

from shared.rules.worktime.calendar_feeds import days_of_file
from shared.rules.worktime.days import CalendarError, DayKind

OFF = ["01-01", "01-02", "02-05", "05-01", "10-01"]
WORKED = ["01-03", "02-14"]


def listed(year: int, off: list[str] | None = None) -> dict[str, object]:
    """Return a year's list as it is passed on as JSON."""
    days = [{"name": "节", "date": f"{year}-{on}", "isOffDay": True} for on in (OFF if off is None else off)]
    days += [{"name": "节", "date": f"{year}-{on}", "isOffDay": False} for on in WORKED]
    return {"$schema": "x", "year": year, "papers": ["https://…"], "days": days}


def fed(year: int, off: str, worked: str) -> str:
    """Return a year as a feed; its days are marked in their names alone."""
    events = (
        [(on, off) for on in OFF] + [(on, worked) for on in WORKED] + [("03-05", "惊蛰"), ("02-14", "情人节")]
    )
    body = "".join(
        f"BEGIN:VEVENT\r\nUID:{n}\r\nDTSTART;VALUE=DATE:{year}{on.replace('-', '')}\r\nSUMMARY:{name}\r\n"
        "END:VEVENT\r\n"
        for n, (on, name) in enumerate(events)
    )
    return f"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//feed//CN\r\n{body}END:VCALENDAR\r\n"


FORMS = [
    json.dumps(listed(2027)),
    "\ufeff" + json.dumps([listed(2027)]),
    fed(2027, "春节（休）", "春节（班）"),
    fed(2027, "春节(休)", "春节(班)"),
    fed(2027, "春节 假期 第1天/共9天", "春节 补班 第1天/共1天"),
    fed(2027, "春节假期", "春节调休上班"),
]


@pytest.mark.parametrize("text", FORMS)
def test_every_common_form_says_the_same(text: str) -> None:
    """Days off, days worked and the complete year; festivals and solar terms are no days off."""
    own = days_of_file(text)
    kinds = {on.strftime("%m-%d"): day.kind for on, day in own.days.items()}
    assert kinds == dict.fromkeys(OFF, DayKind.HOLIDAY) | dict.fromkeys(WORKED, DayKind.MAKE_UP)
    assert own.years == {2027}


def test_a_year_that_is_not_announced_yet_is_refused() -> None:
    """Lists for years to come are put up empty, or with some days alone: none of them may count as complete."""
    for text in (json.dumps(listed(2027, [])), json.dumps(listed(2027, OFF[:3])), fed(2027, "春节", "春节")):
        with pytest.raises(CalendarError) as refused:
            days_of_file(text)
        assert refused.value.code == "calendar-year-incomplete"
        assert refused.value.remedy.zh


def test_the_wanted_years_are_taken_alone() -> None:
    """A file of several years gives those that are asked for; one that it does not have is named."""
    text = json.dumps([listed(2026), listed(2027)])
    assert days_of_file(text, [2027]).years == {2027}
    assert {on.year for on in days_of_file(text, [2027]).days} == {2027}
    assert days_of_file(text).years == {2026, 2027}
    with pytest.raises(CalendarError) as refused:
        days_of_file(text, [2028])
    assert "2028" in refused.value.cause.en


@pytest.mark.parametrize("text", ['{"year": 2027}', "[1]", '{"days": "x"}', "no calendar", ""])
def test_what_is_neither_is_refused(text: str) -> None:
    """With what it should be."""
    with pytest.raises(CalendarError) as refused:
        days_of_file(text)
    assert refused.value.code == "calendar-unreadable"


def test_a_day_of_two_kinds_is_refused() -> None:
    """The list contradicts itself."""
    list_ = listed(2027, [*OFF, WORKED[0]])
    with pytest.raises(CalendarError) as refused:
        days_of_file(json.dumps(list_))
    assert (refused.value.code, date(2027, 1, 3).isoformat() in refused.value.cause.en) == (
        "calendar-day-twice",
        True,
    )
