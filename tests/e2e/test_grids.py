"""Grids, teams and terminals through a whole house, by their numbers among the systems of the policies' list.

Terminals (3), size of grids (21), signs and cards (24), admission of grids (25), team patterns (26), command platforms
above a town (31), virtual teams (55).
"""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

import pytest
from werkzeug.test import Client

from gridcase.registry_admin import RegistryAdmin
from gridcase.simulation.house import SimulatedHouse
from shared.rules.pack.build.files import load_files
from shared.rules.scenario.model import label_to_instant
from tests.e2e.houses import ROOT
from tests.e2e.own_town import PACK as OWN_PACK
from tests.registry.teams_town import LEADER, OFFICE, OTHER, PACK, TOWN, WORKER

DAWN = datetime(2026, 1, 1, tzinfo=UTC)
MONDAY = "2026-03-09 09:00"
DISTRICT = "t-district"


class GridHouse:
    """A whole house under simulated time, asked through its services' doors."""

    def __init__(self) -> None:
        self.house = SimulatedHouse(DAWN, "reference")
        self.registry = RegistryAdmin(self.house.services["registry"].store, self.house.secret)

    def publish(self, town: str, files: Mapping[str, str]) -> None:
        """Put a town's rules in force from the command line, on a Monday morning."""
        self.registry.publish(town, dict(files))
        self.house.world.settle()
        self.house.world.advance(label_to_instant(MONDAY, "Asia/Shanghai"))

    def token(self, role: str, unit: str | None, person: str, *towns: str) -> str:
        """A token, heard of by everybody."""
        made = self.registry.issue_token(role, unit, person, towns or (TOWN,))
        self.house.world.settle()
        return str(made)

    def send(
        self, service: str, method: str, path: str, token: str | None, body: Any = None, **query: Any
    ) -> Any:
        """What a service answers, once all is done that follows."""
        headers = {"Accept-Language": "en", **({"Authorization": f"Bearer {token}"} if token else {})}
        more = {} if body is None else {"json": body}
        client = Client(self.house.services[service].app)
        answer = client.open(f"/v1/towns/{path}", method=method, headers=headers, query_string=query, **more)
        self.house.world.settle()
        return answer

    def ask(
        self, service: str, method: str, path: str, token: str | None, body: Any = None, **query: Any
    ) -> Any:
        """The same, which must go well."""
        answer = self.send(service, method, path, token, body, **query)
        assert answer.status_code < 300, answer.text
        return answer.json


@pytest.fixture
def house() -> Iterator[GridHouse]:
    """A house without a town."""
    made = GridHouse()
    yield made
    made.house.close()


@pytest.fixture
def town(house: GridHouse) -> GridHouse:
    """A house with a town that has grids and teams."""
    house.publish(TOWN, {f"{TOWN}/pack.yaml": PACK})
    return house


@pytest.mark.proves("P003.18", "P000.44")
def test_3_whoever_is_to_have_a_terminal_is_listed_and_reports_on_the_spot(town: GridHouse) -> None:
    """Leaders and workers by their posts, enterprises from 200 staff on; a worker reports at night from a phone."""
    office, operator = town.token("unit_staff", OFFICE, "p-off"), town.token("operator", OFFICE, "p-op")
    town.registry.enter_member(TOWN, LEADER, "grid_worker", "p-lea")
    for staff in (199, 200):
        told = {"facts": {"staff": staff}, "date": "2026-03-09", "source": "register"}
        entry = {"type": "enterprise", "place": "east-1", **told}
        town.ask("ledger", "POST", f"{TOWN}/ledger/entries", office, entry)
    people = town.ask("registry", "GET", f"{TOWN}/terminals", operator)["items"]
    assert [each["person"] for each in people] == ["p-lea"]
    firms = town.ask("ledger", "GET", f"{TOWN}/ledger/entitled", office, entitlement="enterprises")["entries"]
    assert [each["facts"]["staff"]["value"] for each in firms] == [200]
    town.house.world.advance(label_to_instant("2026-03-10 02:30", "Asia/Shanghai"))
    report = {"category": "ditch", "channel": "app", "place": "east-1", "text": "the ditch overflows"}
    made = town.ask("intake", "POST", f"{TOWN}/cases", town.token("grid_worker", LEADER, "p-lea"), report)
    assert made["number"]


@pytest.mark.proves("P000.5", "P001-06B.1", "P001-11.1", "P002B.1")
def test_21_a_grid_outside_its_range_is_listed_and_works_all_the_same(town: GridHouse) -> None:
    """In principle 300 to 500 households: 501 is a hint until somebody counts again; nothing is refused meanwhile."""
    leader = town.token("grid_worker", LEADER, "p-lea")

    def listed() -> list[list[str]]:
        found = town.ask("registry", "GET", f"{TOWN}/grid-hints", leader, kind="outside")["items"]
        return [each["places"] for each in found]

    def state(households: int, since: str) -> None:
        told = {"facts": {"households": households}, "since": since, "source": "count"}
        town.ask("registry", "POST", f"{TOWN}/grids/east-1/facts", leader, told)

    state(501, "2026-03-01")
    assert listed() == [["east-1"]]
    report = {"category": "ditch", "channel": "app", "place": "east-1", "text": "the ditch overflows"}
    assert town.ask("intake", "POST", f"{TOWN}/cases", leader, report)["number"]
    state(500, "2026-03-02")
    assert listed() == []


@pytest.mark.proves("P000.10", "P002B.20", "P003.12")
def test_24_a_change_of_worker_changes_sign_card_and_platform_together(town: GridHouse) -> None:
    """The next look at the sign, at the card and at the team shows whoever followed, and the old one nowhere."""
    operator = town.token("operator", OFFICE, "p-op")

    def enter(person: str, *, held: bool = True) -> None:
        place = {"unit": WORKER, "role": "grid_worker", "person": person, "held": held}
        town.ask("registry", "POST", f"{TOWN}/members", operator, place)

    def seen() -> tuple[str, str, str]:
        sheets = town.ask("registry", "GET", f"{TOWN}/grids/east-1/sheets", operator)["items"]
        card = next(each for each in sheets if each["kind"] == "card")
        sign = town.ask("registry", "GET", f"{TOWN}/posted/east-1", None)["items"][0]
        team = town.ask("registry", "GET", f"{TOWN}/grids/east-1/team", operator)["posts"]
        on_sign = next(each for each in sign["posts"] if each["post"] == "worker")["people"][0]
        on_team = next(each for each in team if each["post"] == "worker")["people"][0]
        return on_sign["name"], card["posts"][0]["people"][0]["phone"], on_team["person"]

    for person, name, phone in (("p-ann", "安", "1"), ("p-ben", "本", "2")):
        enter(person)
        town.ask("registry", "PUT", f"{TOWN}/people/{person}/plate", operator, {"name": name, "phone": phone})
    enter("p-ben", held=False)
    assert seen() == ("安", "1", "p-ann")
    enter("p-ann", held=False)
    enter("p-ben")
    assert seen() == ("本", "2", "p-ben")


@pytest.mark.proves("P003.5")
def test_25_a_department_that_is_not_admitted_creates_no_grid(town: GridHouse) -> None:
    """Refused and logged (S-085); the cases of the town still know the grids that there were."""
    bureau, office = town.token("operator", OTHER, "p-bur"), town.token("operator", OFFICE, "p-op")
    more = PACK.replace(
        "  west: {", "  east-3: {name: {zh: 三格, en: East 3}, part_of: east, level: grid}\n  west: {"
    )
    tried = town.send("registry", "POST", f"{TOWN}/editions", bureau, {"files": {f"{TOWN}/pack.yaml": more}})
    assert (tried.status_code, tried.json["code"]) == (403, "not-admitted")
    logged = town.ask("registry", "GET", f"{TOWN}/publications/refused", office)["items"]
    assert [(each["what"], each["unit"], each["person"]) for each in logged] == [("grids", OTHER, "p-bur")]
    report = {"category": "ditch", "channel": "app", "place": "east-3", "text": "the ditch overflows"}
    assert town.send("intake", "POST", f"{TOWN}/cases", bureau, report).status_code == 422
    town.ask("registry", "POST", f"{TOWN}/editions", office, {"files": {f"{TOWN}/pack.yaml": more}})
    assert town.ask("intake", "POST", f"{TOWN}/cases", office, report)["number"]


@pytest.mark.proves("P003.8", "P001-11.3", "P001-11.4", "P000.11")
def test_26_a_grid_without_instructor_is_listed_until_one_is_named(town: GridHouse) -> None:
    """1+1+X: leader and instructor once, a worker at least; one instructor may hold several grids, a worker one."""
    operator = town.token("operator", OFFICE, "p-op")

    def hold(unit: str, person: str) -> None:
        town.registry.enter_member(TOWN, f"{TOWN}.{unit}", "grid_worker", person)

    def listed(kind: str) -> list[tuple[str, str]]:
        found = town.ask("registry", "GET", f"{TOWN}/grid-hints", operator, kind=kind, place="east")["items"]
        return [(each["about"], place) for each in found for place in each["places"]]

    for grid in ("east-1", "east-2"):
        hold(f"{grid}/leader", f"p-lea-{grid}")
        hold(f"{grid}/worker", "p-ann")
    assert listed("vacant") == [("instructor", "east-1"), ("instructor", "east-2")]
    for grid in ("east-1", "east-2"):
        hold(f"{grid}/instructor", "p-ins")
    assert listed("vacant") == []
    assert listed("several") == [("worker", "east-1"), ("worker", "east-2")]


@pytest.mark.proves("P004.27")
def test_31_a_platform_above_sends_a_case_down_and_reads_the_answer(house: GridHouse) -> None:
    """The district's case opens one in the town, which is bound to it; what came of it is seen above."""
    effect = "any_time: yes, does: [{open linked case: t-own}]"
    step = f"  send-down: {{name: {{zh: 下派, en: send down}}, who: [lead], {effect}}}\n"
    above = OWN_PACK.replace("town: t-own", f"town: {DISTRICT}").replace("steps:\n", f"steps:\n{step}", 1)
    below = OWN_PACK.replace("town: t-own\n", f"town: t-own\npart_of: {DISTRICT}\n")
    house.publish("t-own", {"t-own/pack.yaml": below})
    house.publish(DISTRICT, {f"{DISTRICT}/pack.yaml": above})
    district = house.token("unit_staff", f"{DISTRICT}/station", "p-d", DISTRICT)
    town = house.token("unit_staff", "t-own/station", "p-t", "t-own")
    watching = house.token("supervisor", None, "p-w", DISTRICT)
    report = {"category": "quarrel", "channel": "app", "place": "grid-1", "text": "two neighbours"}
    case = house.ask("intake", "POST", f"{DISTRICT}/cases", district, report)["case"]
    house.ask("intake", "POST", f"{DISTRICT}/cases/{case}/steps", district, {"step": "send-down"})
    link = house.ask("intake", "GET", f"{DISTRICT}/cases/{case}", district)["linked"][0]
    sent = house.ask("intake", "GET", f"t-own/cases/{link['case']}", town)
    assert sent["linked_from"] == case
    house.ask(
        "intake",
        "POST",
        f"t-own/cases/{link['case']}/steps",
        town,
        {"step": "settle", "facts": {"result": "agreed"}},
    )
    answered = house.ask("intake", "GET", f"{DISTRICT}/cases/{case}", district)["linked"][0]
    assert answered["state"] == "settled"
    figures = house.ask("sla", "GET", f"{DISTRICT}/deadlines/figures", watching)
    assert [line["key"] for line in figures["units"]] == [f"{DISTRICT}/station"], (
        "the statistics of its own units"
    )


@pytest.mark.proves("P001-14.4", "P001-14.5")
def test_55_a_conflict_of_a_virtual_team_goes_to_the_area_manager_and_the_other_head(
    house: GridHouse,
) -> None:
    """One person belongs to a department and to a grid's team; where their wishes differ, the two heads settle it."""
    co = "t-co3"
    house.publish(co, load_files(ROOT / "rules" / co))
    specialist, manager = f"{co}.花园小区格/装维专员", f"{co}.城东片区/片区经理"
    for unit in (specialist, f"{co}/运维部"):
        house.registry.enter_member(co, unit, "unit_staff", "p-double")
    operator = house.token("operator", f"{co}/市场部", "p-op", co)
    held = house.ask("registry", "GET", f"{co}/units", operator, person="p-double")["items"]
    assert {each["unit"] for each in held} == {specialist, f"{co}/运维部"}
    in_grid = house.token("unit_staff", specialist, "p-double", co)
    fault = {"category": "宽带故障", "channel": "客服", "place": "花园小区格", "text": "断网"}
    case = house.ask("intake", "POST", f"{co}/cases", in_grid, fault)["case"]
    house.ask(
        "intake", "POST", f"{co}/cases/{case}/steps", in_grid, {"step": "提出冲突", "facts": {"情况": "割接"}}
    )
    assignment = house.ask("intake", "GET", f"{co}/cases/{case}", operator)["assignment"]
    assert (assignment["lead"], assignment["assisting"]) == (manager, [f"{co}/运维部"])
    at_manager, at_head = (
        house.token("unit_staff", manager, "p-m", co),
        house.token("unit_staff", f"{co}/运维部", "p-h", co),
    )
    house.ask(
        "intake", "POST", f"{co}/cases/{case}/steps", at_manager, {"step": "商定", "facts": {"商定": "明日"}}
    )
    house.ask("intake", "POST", f"{co}/cases/{case}/steps", at_head, {"step": "同意"})
    assert house.ask("intake", "GET", f"{co}/cases/{case}", operator)["assignment"]["lead"] == specialist
