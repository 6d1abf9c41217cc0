"""The ledger through a running house: systems 27, 28 and 29 of the policies' list, each by its own number."""

from collections.abc import Iterator, Mapping
from io import BytesIO
from pathlib import Path
from time import monotonic, sleep
from typing import Any

import pytest
import requests
import sqlalchemy as sa
from openpyxl import load_workbook

from gridcase.embedded import embed
from gridcase.house import HousePlan
from shared.rules.pack.build.files import load_files
from tests.e2e.houses import ROOT, RunningHouse, embedded_house

SOON = 30  # seconds in which a house that is busy has heard of a token


class Town:
    """A town of the project in a running house."""

    def __init__(self, house: RunningHouse, key: str) -> None:
        self._house, self.key = house, key
        self._tokens: dict[tuple[str, str | None], str] = {}
        house.registry.publish(key, load_files(ROOT / "rules" / key))

    def token(self, unit: str, role: str = "unit_staff") -> str:
        """A token for a unit; the house has heard of it and of the town's rules."""
        if (role, unit) not in self._tokens:
            token = self._house.registry.issue_token(role, unit, f"p-{len(self._tokens)}", (self.key,))
            until = monotonic() + SOON
            while self.get(token, "/types").status_code in (401, 404, 409) and monotonic() < until:
                sleep(0.05)
            self._tokens[role, unit] = token
        return self._tokens[role, unit]

    def get(self, token: str, path: str) -> requests.Response:
        """Ask for something."""
        return self._house.ask("ledger", "GET", f"/v1/towns/{self.key}/ledger{path}", token)

    def post(self, token: str, path: str, body: Any) -> requests.Response:
        """Send something."""
        return self._house.ask("ledger", "POST", f"/v1/towns/{self.key}/ledger{path}", token, body)

    def enter(self, token: str, type_: str, place: str | None = None, **said: Any) -> requests.Response:
        """Enter something of today."""
        body = {"type": type_, "date": "2026-03-02", "source": "visit", **said}
        return self.post(token, "/entries", body if place is None else {**body, "place": place})


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningHouse]:
    """All services in this process, real time."""
    with embedded_house(Path(tmp_path_factory.mktemp("ledger"))) as made:
        yield made


@pytest.mark.proves("P001-06F.2", "P001-06F.4", "P001-06F.5", "P001-06F.6")
def test_27_one_grid_one_ledger_one_line_one_set(house: RunningHouse) -> None:
    """System 27: eight classes with their keepers, a ledger of each grid and of each line, electronic and on paper."""
    town = Town(house, "t-cgz")
    grid = town.token("t-cgz.drum-1/grid-responsible-person")
    other = town.token("t-cgz.drum-2/grid-responsible-person")
    keeper, office = town.token("t-cgz/population-office"), town.token("t-cgz/town-grid-office")
    head = town.token("t-cgz.drum-community/community-station-head")
    kept = town.get(grid, "/types").json()
    assert len(kept["classes"]) == 8
    assert all(each["keeper"] for each in kept["classes"])
    made = town.enter(grid, "household", "drum-1", facts={"head": "租户", "members": 4}, change="moved-in")
    assert made.status_code == 201, made.text
    key = made.json()["id"]
    for token in (grid, head, keeper, office):
        assert [each["id"] for each in town.get(token, "/entries").json()["entries"]] == [key]
    assert town.get(other, "/entries").json()["entries"] == []
    assert [each["id"] for each in town.get(office, "/entries?class=population").json()["entries"]] == [key]
    assert [each["id"] for each in town.get(office, "/entries?place=drum-1").json()["entries"]] == [key]
    sheet = house.ask("ledger", "GET", "/v1/towns/t-cgz/ledger.xlsx", keeper)
    assert len(list(load_workbook(BytesIO(sheet.content)).active.iter_rows())) == 2
    paper = town.get(grid, "/paper?place=drum-1")
    assert "(1)" in paper.text
    assert "租户" not in paper.text, "what is sealed is on no paper"


@pytest.mark.proves("P004.17", "P004-S01.1")
def test_28_an_update_without_a_date_is_refused(house: RunningHouse) -> None:
    """System 28: persons, houses, events, things and organisations, each word with its date and source."""
    town = Town(house, "t-nc")
    worker = town.token("t-nc.东村一格/专职网格员")
    facts: Mapping[str, dict[str, str]] = {
        "房": {"门牌": "1"}, "事": {"内容": "纠纷"}, "物": {"内容": "井盖"}, "组织": {"名称": "合作社"},
    }  # fmt: skip
    made = {kind: town.enter(worker, kind, "东村一格", facts=said) for kind, said in facts.items()}
    person = town.enter(worker, "人", about=made["房"].json()["id"], facts={"姓名": "某甲"})
    assert {answer.status_code for answer in (*made.values(), person)} == {201}
    at = f"/entries/{made['物'].json()['id']}/statements"
    undated = town.post(worker, at, {"facts": {"内容": "已补"}, "source": "visit"})
    assert (undated.status_code, undated.json()["code"]) == (422, "date-missing")
    dated = town.post(worker, at, {"facts": {"内容": "已补"}, "source": "visit", "date": "2026-03-02"})
    assert dated.status_code == 200
    history = town.get(worker, at).json()["statements"]
    assert [(each["since"], each["source"]) for each in history] == [("2026-03-02", "visit")] * 2


@pytest.mark.proves("P003.19", "P000.43")
def test_29_the_second_department_sees_the_entry_and_makes_no_duplicate(house: RunningHouse) -> None:
    """System 29: one department enters, many use; the second is shown the first entry and adds to it."""
    town = Town(house, "t-zq")
    environment, police = town.token("t-zq/环保所"), town.token("t-zq/派出所")
    facts = {"种类": "污染", "内容": "河水发黑"}
    first = town.enter(environment, "情况", "甲村一格", facts=facts)
    second = town.enter(police, "情况", "甲村一格", facts=facts, source="call")
    assert (first.status_code, second.status_code) == (201, 200)
    assert second.json()["known"] is True
    assert second.json()["id"] == first.json()["id"]
    shown = town.get(police, f"/entries/{first.json()['id']}").json()
    assert {shown["facts"]["内容"]["source"], shown["facts"]["内容"]["others"][0]["source"]} == {
        "visit",
        "call",
    }
    assert len(town.get(environment, "/entries").json()["entries"]) == 1
    stranger = town.token("t-zq/消防站")
    assert town.get(stranger, f"/entries/{first.json()['id']}").status_code == 404


def test_a_service_that_joins_an_old_house_hears_what_was_said_before(tmp_path: Path) -> None:
    """A house of a version without the ledger is opened by one that has it: the ledger knows the town's rules."""
    with embedded_house(tmp_path) as before:
        Town(before, "t-zq").token("t-zq/环保所")
        secret = before.secret
    for file in tmp_path.glob("ledger.db*"):
        file.unlink()
    plan = HousePlan(f"sqlite:///{tmp_path}/{{service}}.db", secret, "both", tmp_path)
    house = embed(plan)
    house.start()
    try:
        editions = house.services["ledger"].store.flow.editions
        until, known = monotonic() + SOON, None
        while known is None and monotonic() < until:
            sleep(0.05)
            with house.services["ledger"].store.read() as conn:
                known = conn.scalar(sa.select(editions.c.town))
        assert known == "t-zq"
    finally:
        house.stop()
