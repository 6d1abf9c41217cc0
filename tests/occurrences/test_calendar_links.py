"""What a unit owes in a calendar by an address of its own: what stands in it, who has one, until when it is good."""

from typing import Any

import sqlalchemy as sa
from icalendar import Calendar

from services.duties.store.tables import calendar_links
from tests.occurrences.conftest import EAST, WEST, House
from tests.occurrences.packs import CENTRE, OFFICE

LINKS = "/duty-calendar-links"


def made(house: House, who: str, unit: str, language: str = "en") -> Any:
    """Make a link as somebody."""
    status, answer = house.ask("POST", LINKS, who, {"unit": unit}, language=language)
    assert status == 201, answer
    return answer


def events(house: House, path: str) -> list[Any]:
    """What a calendar program finds at an address, without a token."""
    answer = house.service.app.test_client().get(path)  # type: ignore[attr-defined]
    assert answer.status_code == 200, answer.data
    assert answer.content_type.startswith("text/calendar")
    return list(Calendar.from_ical(answer.data).walk("VEVENT"))


def days(found: list[Any], name: str) -> list[str]:
    """On which days something stands there, with its hour."""
    return [f"{each['DTSTART'].dt:%Y-%m-%d %H:%M}" for each in found if each["SUMMARY"] == name]


def test_a_calendar_shows_what_a_unit_owes_and_is_called_to(house: House) -> None:
    """Meetings at their hour, in UTC; reports over their day; nobody else's; what comes every day is left out."""
    found = events(house, made(house, "east", EAST, "zh")["path"])
    assert days(found, "周例会")[:2] == ["2026-03-02 00:30", "2026-03-09 00:30"]
    assert days(found, "周一周四报送")[:2] == ["2026-03-02 00:00", "2026-03-05 00:00"]
    assert not days(found, "每日日志")
    assert not days(found, "日巡")
    centre = events(house, made(house, "centre", CENTRE, "zh")["path"])
    assert days(centre, "周例会")  # invited, and told what is missing of it
    assert not days(centre, "周一周四报送")


def test_what_moves_moves_and_is_not_there_twice(house: House) -> None:
    """An amended calendar moves an event under the UID that it has; what is withdrawn is gone."""
    path = made(house, "office", OFFICE)["path"]
    before = {each["UID"]: each["DTSTART"].dt for each in events(house, path)}
    holidays = {"2026-03-27": "a holiday"}
    house.take(house.mail.calendar("2026-03-02 09:00", 1, holidays=holidays))
    house.at("2026-03-02 09:01")
    after = {each["UID"]: each["DTSTART"].dt for each in events(house, path)}
    assert before.keys() == after.keys()
    (moved,) = [uid for uid in before if before[uid] != after[uid]]
    assert (f"{before[moved]:%d}", f"{after[moved]:%d}") == ("27", "26")


def test_a_units_people_have_its_links_alone(house: House) -> None:
    """Whatever unit they name; a supervisor sees and revokes all."""
    assert made(house, "east", WEST)["unit"] == EAST
    other = made(house, "supervisor", WEST)
    assert [each["unit"] for each in house.get(LINKS, "east")["links"]] == [EAST]
    assert len(house.get(LINKS)["links"]) == 2
    assert house.ask("DELETE", f"{LINKS}/{other['reference']}", "east")[0] == 404
    assert house.ask("DELETE", f"{LINKS}/{other['reference']}", "supervisor")[0] == 204
    assert house.service.app.test_client().get(other["path"]).status_code == 404  # type: ignore[attr-defined]
    assert house.ask("POST", LINKS, "reporter", {"unit": EAST})[0] == 403


def test_of_the_secret_nothing_is_kept(house: House) -> None:
    """The store has its hash, the list neither."""
    secret = made(house, "east", EAST)["path"].split("/")[-2]
    with house.store.read() as conn:
        (row,) = conn.execute(sa.select(calendar_links)).all()
    assert secret not in repr(row)
    assert secret not in str(house.get(LINKS))
