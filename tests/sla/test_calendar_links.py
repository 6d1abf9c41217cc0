"""Calendar links: a unit's deadlines by a secret of their own, until it is revoked, and nothing else by it."""

from typing import Any

import pytest
import sqlalchemy as sa
from icalendar import Calendar

from services.sla.store.tables import calendar_links, situations
from tests.sla.conftest import House
from tests.sla.packs import TOWN
from tests.sla.test_api import ROLES, let_in

LINKS = f"/v1/towns/{TOWN}/calendar-links"
BUREAU, STATION = f"{TOWN}/bureau", f"{TOWN}/station"


@pytest.fixture
def cases(house: House) -> House:
    """Three cases of the station's, one of the bureau's; everybody has a token."""
    for name in ROLES:
        let_in(house, name)
    for number in range(1, 4):
        case = house.case(number)
        house.take(case.reported("2026-03-02 10:00"), case.accepted("2026-03-02 10:00"))
    other = house.case(4, category="dumping")
    house.take(other.reported("2026-03-02 10:00"), other.accepted("2026-03-02 10:00", "town", BUREAU))
    return house


def call(
    house: House, method: str, path: str, who: str | None, body: Any = None, language: str = "en"
) -> Any:
    """Ask as somebody, or with no token."""
    headers = {"Accept-Language": language}
    if who:
        headers["Authorization"] = f"Bearer token-{who}-{TOWN}"
    return house.service.app.test_client().open(path, method=method, json=body, headers=headers)


def test_a_link_shows_its_units_deadlines_without_a_token(cases: House) -> None:
    """Of the unit alone; with number, stage, rule and unit, in the language of whoever made it."""
    made = call(cases, "POST", LINKS, "bureau", {"unit": BUREAU}, "zh").json
    assert made["unit"] == BUREAU
    answer = call(cases, "GET", made["path"], None)
    assert answer.content_type.startswith("text/calendar")
    (event,) = Calendar.from_ical(answer.data).walk("VEVENT")
    assert "2026-case-4" in event["SUMMARY"]
    assert "办结" in event["SUMMARY"]
    station = call(cases, "POST", LINKS, "supervisor", {"unit": STATION}).json
    assert len(Calendar.from_ical(call(cases, "GET", station["path"], None).data).walk("VEVENT")) == 3


def test_a_revoked_link_opens_nothing(cases: House) -> None:
    """From that moment on; one that was never there is answered alike."""
    made = call(cases, "POST", LINKS, "bureau", {"unit": BUREAU}).json
    assert call(cases, "DELETE", f"{LINKS}/{made['reference']}", "bureau").status_code == 204
    gone = call(cases, "GET", made["path"], None)
    never = call(cases, "GET", f"/v1/towns/{TOWN}/calendars/never/deadlines.ics", None)
    assert (gone.status_code, never.status_code) == (404, 404)
    assert gone.json["cause"] == never.json["cause"]
    assert call(cases, "DELETE", f"{LINKS}/{made['reference']}", "bureau").status_code == 404


def test_a_units_staff_has_its_own_links_alone(cases: House) -> None:
    """Whatever unit it names; it neither sees nor revokes another's, while a supervisor does both."""
    station = call(cases, "POST", LINKS, "supervisor", {"unit": STATION}).json
    own = call(cases, "POST", LINKS, "bureau", {"unit": STATION}).json
    assert own["unit"] == BUREAU
    assert [link["unit"] for link in call(cases, "GET", LINKS, "bureau").json["links"]] == [BUREAU]
    assert call(cases, "DELETE", f"{LINKS}/{station['reference']}", "bureau").status_code == 404
    assert len(call(cases, "GET", LINKS, "supervisor").json["links"]) == 2
    assert call(cases, "DELETE", f"{LINKS}/{own['reference']}", "supervisor").status_code == 204


def test_a_link_names_its_unit(cases: House) -> None:
    """Reporters have none to make."""
    assert call(cases, "POST", LINKS, "supervisor", {}).status_code == 400
    assert call(cases, "POST", LINKS, "reporter", {}).status_code == 403
    assert call(cases, "GET", LINKS, None).status_code == 401


def test_the_secret_is_told_once_and_kept_nowhere(cases: House) -> None:
    """The store has its hash; the list has neither."""
    made = call(cases, "POST", LINKS, "bureau", {"unit": BUREAU}).json
    secret = made["path"].split("/")[-2]
    with cases.store.read() as conn:
        (row,) = conn.execute(sa.select(calendar_links)).all()
    assert secret not in repr(row)
    assert secret not in call(cases, "GET", LINKS, "bureau").text


def test_what_is_hidden_from_the_unit_is_in_no_calendar(cases: House) -> None:
    """A link sees no more than a unit's staff that is nobody in particular."""
    made = call(cases, "POST", LINKS, "supervisor", {"unit": STATION}).json
    with cases.store.engine.begin() as conn:
        conn.execute(
            sa.update(situations).where(situations.c.subject_id == "case-1").values(seen_by="|somebody|")
        )
    assert len(Calendar.from_ical(call(cases, "GET", made["path"], None).data).walk("VEVENT")) == 2
