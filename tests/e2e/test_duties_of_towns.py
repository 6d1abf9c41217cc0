"""Duties of the towns' own packs through a whole house, by their numbers among the systems of the policies' list.

The diary (33), the handbook (35), the second report and who supervises in person (37), verification rates (40),
training (41).
"""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from types import MappingProxyType
from typing import Any, Protocol

import pytest
from werkzeug.test import Client, TestResponse

from gridcase.registry_admin import RegistryAdmin
from gridcase.simulation.house import SimulatedHouse
from shared.rules.pack.build.files import load_files
from shared.rules.scenario.model import label_to_instant
from tests.e2e.houses import ROOT

DAWN = datetime(2026, 1, 1, tzinfo=UTC)


class TownOfDuties:
    """A town's own rules on a whole house under simulated time, seen through its HTTP doors alone."""

    def __init__(self, town: str, start: str, more: Mapping[str, str]) -> None:
        self.town = town
        self.house = SimulatedHouse(DAWN, "reference")
        self.registry = RegistryAdmin(self.house.services["registry"].store, self.house.secret)
        self.registry.publish(town, {**load_files(ROOT / "rules" / town), **more})
        self.watcher = self.someone("supervisor", None)
        self.advance(start)

    def advance(self, label: str) -> None:
        """Move time to a local label."""
        self.house.world.settle()
        self.house.world.advance(label_to_instant(label, "Asia/Shanghai"))

    def someone(self, role: str, unit: str | None) -> str:
        """The token of somebody who holds a post."""
        person = f"p-{(unit or role).rpartition('/')[2]}"
        if unit is not None:
            self.registry.enter_member(self.town, unit, role, person)
        made = self.registry.issue_token(role, unit, person, (self.town,))
        self.house.world.settle()
        return str(made)

    def send(self, service: str, method: str, path: str, token: str, **more: Any) -> TestResponse:
        """Ask a service about the town, and let everything settle that follows."""
        headers = {"Authorization": f"Bearer {token}", "Accept-Language": "en"}
        client = Client(self.house.services[service].app)
        answer = client.open(f"/v1/towns/{self.town}{path}", method=method, headers=headers, **more)
        self.house.world.settle()
        return answer

    def ask(self, service: str, method: str, path: str, token: str, **more: Any) -> Any:
        """The same of what is allowed; what it answers."""
        answer = self.send(service, method, path, token, **more)
        assert answer.status_code < 300, answer.text
        return answer.json

    def keep(self, token: str, form: str, **more: Any) -> TestResponse:
        """Fill in a form."""
        return self.send("duties", "POST", "/records", token, json={"form": form, **more})

    def occurrence(self, duty: str, day: str, post: str) -> dict[str, Any]:
        """An occurrence with its records, as who watches the town sees it."""
        query = {"from": day, "to": day, "duty": duty, "unit": post}
        listed = self.ask("duties", "GET", "/occurrences", self.watcher, query_string=query)["occurrences"]
        return dict(self.ask("duties", "GET", f"/occurrences/{listed[0]['id']}", self.watcher))


class Open(Protocol):
    """Opens a town of the packs at a local label, with further files beside its own."""

    def __call__(self, town: str, start: str, more: Mapping[str, str] = ...) -> TownOfDuties: ...


@pytest.fixture
def open_town() -> Iterator[Open]:
    """Open a town; what was opened is closed in the end."""
    opened: list[TownOfDuties] = []

    def open_(town: str, start: str, more: Mapping[str, str] = MappingProxyType({})) -> TownOfDuties:
        opened.append(TownOfDuties(town, start, more))
        return opened[-1]

    yield open_
    for each in opened:
        each.house.close()


def test_33_the_diary_is_written_before_a_matter_ends_and_checked_every_week(open_town: Open) -> None:
    """A resident's matter stands in the diary before its case may end; each week each grid's is checked."""
    town = open_town("t-com", "2026-03-09 09:00")
    leader = town.someone("unit_staff", "t-com.rose-1/grid-leader")
    committee = town.someone("unit_staff", "t-com.rose-community/community-committee")
    reported = {
        "category": "public-facility",
        "channel": "diary",
        "place": "rose-1",
        "text": "a bench is gone",
    }
    case = town.ask("intake", "POST", "/cases", leader, json=reported)["case"]

    def step(name: str, **facts: str) -> TestResponse:
        return town.send(
            "intake", "POST", f"/cases/{case}/steps", leader, json={"step": name, "facts": facts}
        )

    assert step("finish-at-once", result="done").status_code == 409, "nothing stands in the diary yet"
    assert step("enter-in-diary").status_code == 422, "and nothing is no entry"
    assert step("enter-in-diary", entry="a bench is gone, put back").status_code == 200
    assert step("finish-at-once", result="put back").status_code == 200

    checked = {"kept": True, "vacant": False}
    assert town.keep(committee, "diary-check", facts={"kept": True}, subject="rose-1").status_code == 422
    assert town.keep(leader, "diary-check", facts=checked, subject="rose-1").status_code == 403
    for grid in ("rose-1", "rose-2"):
        assert town.keep(committee, "diary-check", facts=checked, subject=grid).status_code == 201
    post = "t-com.rose-community/community-committee"
    week = town.occurrence("diaries-of-the-week", "2026-03-15", post)
    assert {record["subject"] for record in week["records"]} == {"rose-1", "rose-2"}
    town.advance("2026-03-16 09:00")
    assert town.occurrence("diaries-of-the-week", "2026-03-22", post)["given"] == 0, "each week anew"


def test_35_a_part_of_the_handbook_is_not_closed_with_an_empty_result(open_town: Open) -> None:
    """Begun it may be empty; finished it may not, and what came of it is one record beside what was begun."""
    town = open_town("t-visit", "2026-03-10 09:00")
    member = town.someone("grid_worker", "t-visit.plum-1/grid-member")
    parts = [form["key"] for form in town.ask("duties", "GET", "/forms", member)["forms"] if form["same_day"]]
    assert len(parts) == 14
    for part in parts:
        form = town.ask("duties", "GET", f"/forms/{part}", member)
        subject = {} if form["about"] in ("grid", "unit", "occasion") else {"subject": "h-1"}
        opening = {entry["key"]: "begun" for entry in form["facts"] if entry["needed"] == "opening"}
        begun = town.keep(member, part, facts=opening, finished=False, **subject)
        assert begun.status_code == 201, (part, begun.text)
        closing = [entry["key"] for entry in form["facts"] if entry["needed"] == "closing"]
        assert closing, part
        ends = {"corrects": begun.json["id"], **subject}
        empty = town.keep(member, part, facts={**opening, **dict.fromkeys(closing, "")}, **ends)
        assert (empty.status_code, empty.json["code"]) == (422, "entries-missing"), part
        whole = town.keep(member, part, facts={**opening, **dict.fromkeys(closing, "done")}, **ends)
        assert whole.status_code == 201, (part, whole.text)


def test_37_what_is_open_at_the_second_weekly_meeting_is_a_leaders_own(open_town: Open) -> None:
    """Raised on the 6th, carried to the 13th, still open: the assigned leader has it and hears of it every week."""
    town = open_town("t-two", "2026-03-05 09:00")
    secretary = town.someone("unit_staff", "t-two.maple-community/secretary")
    worker = town.someone("unit_staff", "t-two.maple-1/grid-leader")
    leader = town.someone("unit_staff", "t-two/assigned-leader")
    reported = {"category": "drainage", "channel": "patrol", "place": "maple-1", "text": "water on the path"}
    case = town.ask("intake", "POST", "/cases", worker, json=reported)["case"]

    def step(token: str, name: str, **facts: str) -> TestResponse:
        return town.send("intake", "POST", f"/cases/{case}/steps", token, json={"step": name, "facts": facts})

    def lead() -> str:
        return str(town.ask("intake", "GET", f"/cases/{case}", secretary)["assignment"]["lead"])

    assert step(worker, "report-to-community").status_code == 200
    town.advance("2026-03-06 09:00")
    assert step(secretary, "report-again").status_code == 409, "first it is reported a first time"
    assert step(secretary, "raise-at-meeting", plan="dig on Monday").status_code == 200
    before = lead()
    town.advance("2026-03-13 09:00")
    meeting = town.occurrence("weekly-meeting", "2026-03-13", "t-two.maple-community/secretary")
    assert meeting["carries"]
    assert meeting["held_before"][0] == "2026-03-06", "the case was open at both"
    assert step(secretary, "report-again").status_code == 200
    assert (before, lead()) == ("t-two.maple-community/secretary", "t-two/assigned-leader")
    town.advance("2026-03-20 09:00")
    assert step(secretary, "report-weekly", progress="the contract is out").status_code == 200
    desk = {"desk": "unit", "limit": "200"}
    answer = Client(town.house.services["notify"].app).get(
        "/v1/inbox", query_string=desk, headers={"Authorization": f"Bearer {leader}", "Accept-Language": "en"}
    )
    told = [item["text"] for item in answer.json["items"] if item["case"] == case]
    assert any("is still open; see this week's progress" in text for text in told), told
    assert len(told) > 1, "and heard that it is the own, when it became so"


def test_41_training_is_called_made_up_for_and_four_times_a_year(open_town: Open) -> None:
    """Who was not there at the roll call owes it still; three sessions by the end of the year are one too few."""
    town = open_town("t-visit", "2026-03-10 09:00")
    member = town.someone("grid_worker", "t-visit.plum-1/grid-member")
    caller = town.someone("unit_staff", "t-visit/roll-caller")
    instructor = town.someone("unit_staff", "t-visit/instructor")
    post = "t-visit/town-centre"
    training = f"/occurrences/{town.occurrence('training', '2026-03-31', post)['id']}"
    here = {"person": "p-grid-member", "unit": "t-visit.plum-1/grid-member"}
    alone = town.send("duties", "POST", f"{training}/attendance", member, json={})
    assert (alone.status_code, alone.json["code"]) == (403, "roll-called"), "nobody signs in by themselves"
    town.advance("2026-04-01 09:00")

    def roll() -> dict[str, Any]:
        answer = town.ask("duties", "GET", f"{training}/attendance", town.watcher)
        return next(each for each in answer["expected"] if each["person"] == here["person"])

    assert (roll()["how"], roll()["owes_make_up_by"] is not None) == ("absent", True)
    late = town.send("duties", "POST", f"{training}/attendance", instructor, json={**here, "make_up": True})
    assert late.status_code == 201, late.text
    assert (roll()["how"], roll()["owes_make_up_by"]) == ("made_up", None)
    assert town.send("duties", "GET", f"{training}/attendance", caller).status_code == 200

    yearly = open_town("t-zq", "2026-01-05 09:00")
    whole = {"from": "2026-12-31", "to": "2026-12-31"}
    listed = yearly.ask("duties", "GET", "/occurrences", yearly.watcher, query_string=whole)["occurrences"]
    duty, post = next((each["duty"], each["post"]) for each in listed if each["kind"] == "training")
    holder = yearly.someone("unit_staff", post)
    form = yearly.occurrence(duty, "2026-12-31", post)["form"]
    needed = yearly.ask("duties", "GET", f"/forms/{form}", holder)["facts"]
    for month in ("03", "06", "09"):
        yearly.advance(f"2026-{month}-10 09:00")
        facts = {entry["key"]: "held" for entry in needed if entry["kind"] == "text"}
        assert yearly.keep(holder, form, facts=facts).status_code == 201
    yearly.advance("2027-01-01 09:00")
    end = yearly.occurrence(duty, "2026-12-31", post)
    assert (end["state"], end["given"], end["wanted"], end["lacks"]["records"]) == ("missing", 3, 4, 1)


HOUSEHOLDS = """
ledger:
  types:
    household:
      name: {zh: 户, en: household}
      because: P001-13.1
      kind: household
      facts:
        number: {type: whole number, name: {zh: 门牌, en: number}}
        group: {type: 'one of [elderly, elderly_alone, weak, key_weak, other]', name: {zh: 户别, en: kind}}
      groups: [group]
      same: [number]
      entered_by: [grid-member]
  own_grid: {because: P001-13.1, units: [grid-member]}
"""


def test_40_shares_of_what_was_visited_are_verified_by_area_and_by_workstation(open_town: Open) -> None:
    """Half of the elderly, a fifth or a tenth of the others: who verified too few is missing them, each its own."""
    town = open_town("t-visit", "2026-02-02 09:00", {"t-visit/ledger.yaml": HOUSEHOLDS})
    member = town.someone("grid_worker", "t-visit.plum-1/grid-member")
    verifiers = {name: town.someone("unit_staff", f"t-visit.plum-community/{name}")
                 for name in ("area-staff", "workstation-staff")}  # fmt: skip

    def households(group: str, numbers: range) -> list[str]:
        entered = [
            town.ask("ledger", "POST", "/ledger/entries", member, json={
                "type": "household", "place": "plum-1", "facts": {"group": group, "number": number},
                "date": "2026-02-02", "source": "a visit",
            })
            for number in numbers
        ]  # fmt: skip
        return [each["entry"]["id"] for each in entered]

    elderly, others = households("elderly", range(4)), households("other", range(100, 110))
    for household in (*elderly, *others):
        facts = {"to": "residents", "found": "-"}
        assert town.keep(member, "visit", subject=household, facts=facts).status_code == 201
    for token in verifiers.values():
        for household in (elderly[0], others[0]):
            seen = {"is_so": True, "remark": "-"}
            assert town.keep(token, "verification", subject=household, facts=seen).status_code == 201

    def missing(duty: str, name: str) -> tuple[int, int]:
        found = town.occurrence(duty, "2026-03-31", f"t-visit.plum-community/{name}")["lacks"]["subjects"]
        return len(set(found) & set(elderly)), len(set(found) & set(others))

    assert missing("verified-by-the-area", "area-staff") == (1, 1), "of 4 elderly 2, of 10 others 2"
    assert missing("verified-by-the-workstation", "workstation-staff") == (1, 0), "of 10 others 1"
    seen = {"is_so": True, "remark": "-"}
    assert (
        town.keep(verifiers["workstation-staff"], "verification", subject=elderly[1], facts=seen).status_code
        == 201
    )
    town.advance("2026-04-01 09:00")
    for duty, name, state in (
        ("verified-by-the-area", "area-staff", "missing"),
        ("verified-by-the-workstation", "workstation-staff", "met"),
    ):
        assert town.occurrence(duty, "2026-03-31", f"t-visit.plum-community/{name}")["state"] == state
