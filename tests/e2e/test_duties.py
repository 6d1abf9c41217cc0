"""What a town owes again and again, through the running house: made, opened, warned of, missed, told; recorded, met.

By their numbers among the systems that a town's rules ask for: the work log (34), meetings with attendance and leave
(36), reports on fixed days (38), patrols (39).
"""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

import pytest
from werkzeug.test import Client

from gridcase.registry_admin import RegistryAdmin
from gridcase.simulation.house import SimulatedHouse
from shared.rules.scenario.model import label_to_instant
from tests.occurrences.conftest import EAST, PEOPLE, WEST
from tests.occurrences.packs import FILES, OFFICE, TOWN

DAWN = datetime(2026, 3, 1, 16, tzinfo=UTC)  # the town's midnight before the 2nd of March


class OwingTown:
    """The town of duties on a whole house under simulated time, seen through its HTTP doors alone."""

    def __init__(self, files: Mapping[str, str] = FILES) -> None:
        self.house = SimulatedHouse(DAWN, "reference")
        registry = RegistryAdmin(self.house.services["registry"].store, self.house.secret)
        registry.publish(TOWN, dict(files))
        self.tokens = {
            name: registry.issue_token(role, unit, person, (TOWN,))
            for name, (role, unit, person) in PEOPLE.items()
        }
        for name in ("east", "west", "office", "centre", "officer"):
            role, unit, person = PEOPLE[name]
            registry.enter_member(TOWN, str(unit), role, str(person))
        self.advance("2026-03-02 08:00")

    def advance(self, label: str) -> None:
        """Move time to a local label."""
        self.house.world.settle()
        self.house.world.advance(label_to_instant(label, "Asia/Shanghai"))

    def ask(self, method: str, path: str, who: str, service: str = "duties", **more: Any) -> Any:
        """Ask a service as somebody, and let everything settle that follows."""
        client = Client(self.house.services[service].app)
        headers = {"Authorization": f"Bearer {self.tokens[who]}", "Accept-Language": "en"}
        answer = client.open(path, method=method, headers=headers, **more)
        assert answer.status_code < 300, answer.text
        self.house.world.settle()
        return answer.json

    def occurrence(self, duty: str, day: str, post: str) -> dict[str, Any]:
        """An occurrence as its supervisor sees it."""
        query = {"from": day, "to": day, "duty": duty, "unit": post}
        (found,) = self.ask("GET", f"/v1/towns/{TOWN}/occurrences", "supervisor", query_string=query)[
            "occurrences"
        ]
        return dict(found)

    def keep(self, who: str, form: str, **more: Any) -> Any:
        """Fill in a form."""
        return self.ask("POST", f"/v1/towns/{TOWN}/records", who, json={"form": form, **more})

    def told(self, who: str, duty: str) -> list[tuple[str, str]]:
        """What lies on somebody's desk of a duty, oldest first: the event and the text."""
        items = self.ask("GET", "/v1/inbox", who, "notify", query_string={"desk": "unit", "limit": 200})[
            "items"
        ]
        about = [each for each in reversed(items) if each["on"].startswith(f"{duty} ")]
        assert all(each["case"] is None and each["occurrence"] for each in about)
        return [(each["on"].rpartition(" ")[2], each["text"]) for each in about]


@pytest.fixture
def town() -> Iterator[OwingTown]:
    """The town on the morning of the 2nd of March 2026, a Monday."""
    made = OwingTown()
    yield made
    made.house.close()


def test_34_the_work_log_is_asked_for_missed_and_told_of(town: OwingTown) -> None:
    """Who owes it is reminded before the day ends; then the supervisor hears, and the centre a working day later."""
    town.keep("east", "work-log", facts={"done": "two visits"})
    town.advance("2026-03-04 09:00")
    assert town.occurrence("log-of-the-day", "2026-03-02", EAST)["state"] == "met"
    assert town.occurrence("log-of-the-day", "2026-03-02", WEST)["state"] == "missing"
    reminded = [text for event, text in town.told("west", "log-of-the-day") if event == "warned"]
    due = "is due by 2026-03-02 24:00 and not on record yet."
    assert reminded[0] == f"log of the day (2026-03-02) of grid leader of West {due}"
    assert len(reminded) == 2, "on both days"
    assert [event for event, _ in town.told("east", "log-of-the-day")] == ["warned"], "of the 3rd alone"
    of_supervisor = [text for _, text in town.told("office", "log-of-the-day")]
    assert len(of_supervisor) == 3, "West twice, East once"
    assert [event for event, _ in town.told("centre", "log-of-the-day")] == ["escalated"]
    town.keep("west", "work-log", facts={"done": "late"}, day="2026-03-02")
    assert town.occurrence("log-of-the-day", "2026-03-02", WEST)["state"] == "late"
    town.advance("2026-03-05 09:00")
    assert len(town.told("centre", "log-of-the-day")) == 3, "of what was entered late nobody hears again"


def test_36_a_meeting_has_its_roll_its_leave_and_its_minutes(town: OwingTown) -> None:
    """Minutes are owed and told of when they are not there; who asked for leave in time is excused."""
    town.advance("2026-03-09 07:00")
    meeting = town.occurrence("weekly-meeting", "2026-03-09", OFFICE)["id"]
    path = f"/v1/towns/{TOWN}/occurrences/{meeting}"
    leave = town.ask("POST", f"{path}/leave", "west", json={"explanation": "a flood"})
    town.ask("POST", f"/v1/towns/{TOWN}/leaves/{leave['id']}/answer", "office", json={"granted": True})
    town.advance("2026-03-09 08:25")
    town.ask("POST", f"{path}/attendance", "east", json={})
    town.advance("2026-03-09 15:00")
    roll = town.ask("GET", f"{path}/attendance", "supervisor")["expected"]
    assert {each["unit"]: each["how"] for each in roll} == {EAST: "present", WEST: "excused"}
    minutes = {"present": 1, "decided": "to watch the river"}
    town.keep("officer", "minutes", facts=minutes, rows=[{"item": "river"}], occurrence=meeting)
    town.advance("2026-03-17 09:00")
    assert town.occurrence("weekly-meeting", "2026-03-09", OFFICE)["state"] == "met"
    assert town.occurrence("weekly-meeting", "2026-03-16", OFFICE)["state"] == "missing"
    assert [text for _, text in town.told("centre", "weekly-meeting")] == [
        f"weekly meeting ({label}) of office was due by {label} 24:00 and is not on record; this is brought before you."
        for label in ("2026-03-02", "2026-03-16")
    ]


def test_38_a_report_on_a_fixed_day_moves_with_the_days_and_keeps_its_name(town: OwingTown) -> None:
    """Qingming 2026 lies on a Sunday and is off on Monday the 6th: the report of Monday is Tuesday's."""
    town.advance("2026-04-06 12:00")
    moved = town.occurrence("mondays-and-thursdays", "2026-04-07", EAST)
    assert (moved["label"], moved["on"], moved["state"]) == ("2026-04-06", "2026-04-07", "open")
    assert "2026-04-06" in moved["moved"]
    town.advance("2026-04-07 10:00")
    town.keep("east", "information", facts={"none_new": True})
    town.advance("2026-04-08 09:00")
    assert town.occurrence("mondays-and-thursdays", "2026-04-07", EAST)["state"] == "met"
    late = [text for _, text in town.told("office", "mondays-and-thursdays") if "2026-04-06" in text]
    assert late == [
        "reports on Monday and Thursday (2026-04-06) of grid leader of West was due by 2026-04-07 24:00 "
        "and is not on record; this is brought before you."
    ]


def test_39_a_patrol_in_each_half_of_the_day(town: OwingTown) -> None:
    """One in the morning and one in the afternoon, on days off too; what is missing is named by its half."""
    town.advance("2026-03-07 18:00")
    town.keep("east", "patrol", facts={"found": "a broken lamp"}, **{"from": "09:00", "to": "10:30"})
    half = town.occurrence("patrols", "2026-03-07", EAST)
    assert (half["state"], half["lacks"]["spans"], half["given"], half["wanted"]) == (
        "open",
        ["12:00-24:00"],
        1,
        2,
    )
    town.keep("east", "patrol", facts={"found": "-"}, **{"from": "16:00", "to": "17:00"})
    assert town.occurrence("patrols", "2026-03-07", EAST)["state"] == "met"
    town.advance("2026-03-08 09:00")
    missed = {text for _, text in town.told("office", "patrols") if "(2026-03-07)" in text}
    assert len(missed) == 1
    assert "of West" in missed.pop()


def test_what_happens_to_a_duty_says_nothing_of_cases(town: OwingTown) -> None:
    """No list of deadlines and no case file is touched by it, and nothing is put off or parked anywhere."""
    town.advance("2026-03-10 09:00")
    assert town.ask("GET", f"/v1/towns/{TOWN}/deadlines", "supervisor", "sla")["deadlines"] == []
    for service in town.house.services.values():
        inbox = service.store.flow.inbox
        with service.store.read() as conn:
            assert conn.execute(inbox.select()).all() == [], service.name
