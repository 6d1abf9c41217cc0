"""Dated mergers and splits: from its day a grid takes no new cases, and its open ones move (P000.4).

Seen through a house of all services whose time is moved by hand.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import msgspec
import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.test import Client, TestResponse

from gridcase.registry_admin import RegistryAdmin
from gridcase.simulation.house import SimulatedHouse
from services.intake.domain.grid_succession import successor_of
from services.intake.store import tables
from services.intake.succession import handlers as succession
from services.intake.succession.domain import UnscannedEdition, may_end
from services.intake.succession.store import SqlSuccessions
from shared.contracts.bodies import body_of
from shared.contracts.envelope import Envelope, decode
from shared.db.work import Work
from shared.rules.pack.build.files import load_files
from shared.rules.pack.model import Pack
from shared.rules.pack.read import build_pack

TOWN = "t-vtc"
RULES = Path(__file__).resolve().parent.parent.parent / "rules"
BEGIN = datetime(2026, 6, 22, 2, 0, tzinfo=UTC)  # a Monday, 10:00 in the town
DAY = datetime(2026, 6, 30, 16, 0, tzinfo=UTC)  # 1 July begins in the town
EAST_1 = "East Village grid 1}, part_of: east-village}"
EAST_HEAD, WEST_HEAD = (
    f"{TOWN}.{village}/village-station-head" for village in ("east-village", "west-village")
)


@cache
def shipped() -> Mapping[str, str]:
    """The example town's files."""
    return load_files(RULES / TOWN)


def ending(*heirs: str, on: str = "2026-07-01", more: str = "") -> dict[str, str]:
    """The town whose grid east-1 ends and becomes others; `more` places are added."""
    files = dict(shipped())
    pack = files[f"{TOWN}/pack.yaml"]
    assert EAST_1 in pack
    becomes = f", becomes: [{', '.join(heirs)}]" if heirs else ""
    ended = f"East Village grid 1}}, part_of: east-village, ends: {on}{becomes}}}"
    return {**files, f"{TOWN}/pack.yaml": pack.replace(EAST_1, ended + more)}


def drawn(files: Mapping[str, str], **west: float) -> dict[str, str]:
    """The files with a square of a tenth of a degree for each place, side by side at 32° north."""
    features = [
        {
            "type": "Feature",
            "properties": {"place": place.replace("_", "-")},
            "geometry": {
                "type": "Polygon",
                "coordinates": [
                    [[lon, 32.0], [lon + 0.1, 32.0], [lon + 0.1, 32.1], [lon, 32.1], [lon, 32.0]]
                ],
            },
        }
        for place, lon in west.items()
    ]
    collection = json.dumps({"type": "FeatureCollection", "features": features})
    return {**files, f"{TOWN}/grids.geojson": collection}


class Town:
    """A house of all services with the example town."""

    def __init__(self) -> None:
        self.house = SimulatedHouse(BEGIN, "reference")
        services = self.house.services
        self.registry = RegistryAdmin(services["registry"].store, self.house.secret)
        self.client = Client(services["intake"].app)
        self.token = self.registry.issue_token("operator", None, "p-operator", (TOWN,))
        self.head = self.registry.issue_token("unit_staff", EAST_HEAD, "p-head", (TOWN,))

    def publish(self, files: Mapping[str, str]) -> None:
        """Publish the town's files and let everybody hear of it."""
        self.registry.publish(TOWN, files)
        self.house.world.settle()

    def ask(
        self, method: str, path: str, body: Any = None, who: str | None = None, **query: str
    ) -> TestResponse:
        """Ask intake as the operator or with another token, and let everything settle that follows."""
        answer = self.client.open(
            f"/v1/towns/{TOWN}/{path}",
            method=method,
            query_string=query,
            headers={"Authorization": f"Bearer {who or self.token}", "Accept-Language": "en"},
            **({"json": body} if body is not None else {}),
        )
        self.house.world.settle()
        return answer

    def report(self, place: str | None = "east-1", **more: Any) -> TestResponse:
        """Report a quarrel."""
        where = {"place": place} if place else {}
        body = {"category": "neighbour-dispute", "channel": "visit", "text": "a quarrel", **where, **more}
        return self.ask("POST", "cases", body)

    def case(self, reported: TestResponse) -> dict[str, Any]:
        """Everything about a case that was reported."""
        assert reported.status_code == 201, reported.text
        found = dict(self.ask("GET", f"cases/{reported.get_json()['case']}").get_json())
        return {**found, "place": found["report"]["place"], "edition": found["edition"]["hash"]}

    def step(self, case: str, step: str, **facts: Any) -> None:
        """Take a step as the head of East Village."""
        answer = self.ask("POST", f"cases/{case}/steps", {"step": step, "facts": facts}, self.head)
        assert answer.status_code == 200, answer.text

    def said(self, type_: str, case: str) -> list[Envelope]:
        """What intake said of a case, each message with its data as the type that says it."""
        store = self.house.services["intake"].store
        outbox = store.flow.outbox
        chosen = sa.select(outbox.c.frame).where(outbox.c.type == type_, outbox.c.stream == case)
        with store.read() as conn:
            found = [decode(frame) for frame in conn.scalars(chosen.order_by(outbox.c.id))]
        return [replace(message, data=body_of(message)) for message in found]

    def until(self, at: datetime) -> None:
        """Let time pass."""
        self.house.world.advance(at)


@pytest.fixture
def town() -> Iterator[Town]:
    """A house of its own for each test."""
    made = Town()
    yield made
    made.house.close()


def entries(case: Mapping[str, Any], what: str) -> list[Mapping[str, Any]]:
    """The entries of a kind in a case's history."""
    return [entry for entry in case["history"] if entry["what"] == what]


@pytest.mark.proves("P000.4")
def test_open_cases_move_on_the_day_and_not_before(town: Town) -> None:
    """The last minute of 30 June: still there; 1 July 0:00: in the new grid, with history and case.corrected.

    Nothing that rules look at differs between the two grids, so nothing is decided again.
    """
    town.publish(ending("east-2"))
    reported = town.report()
    town.until(DAY - timedelta(minutes=1))
    assert town.case(reported)["place"]["key"] == "east-1"
    town.until(DAY)
    case = town.case(reported)
    assert (case["place"]["key"], case["place"]["jurisdiction"]) == ("east-2", f"{TOWN}.east-village")
    (entry,) = entries(case, "rehomed")
    assert entry["data"]["corrected"]["place"]["was"]["key"] == "east-1"
    assert entry["data"]["corrected"]["place"]["now"]["key"] == "east-2"
    (said,) = town.said("case.corrected", case["case"])
    assert (said.data.place.key, said.data.marks, said.data.ask_decision) == ("east-2", (), False)
    assert [one["n"] for one in case["decisions"]] == [1]
    assert case["assignment"]["lead"] == EAST_HEAD
    (moved,) = town.ask("GET", "rehomings", state="moved").get_json()["rehomings"]
    assert (moved["case"], moved["was"], moved["home"]) == (case["case"], "east-1", "east-2")


@pytest.mark.proves("P000.4")
def test_new_reports_go_to_the_successor_from_the_day_on(town: Town) -> None:
    """Whoever still names the old grid reaches the new one."""
    town.publish(ending("east-2"))
    assert town.case(town.report())["place"]["key"] == "east-1"
    town.until(DAY)
    assert town.case(town.report())["place"]["key"] == "east-2"


def test_a_closed_case_stays_where_it_was(town: Town) -> None:
    """What is over is not rewritten."""
    town.publish(ending("east-2"))
    reported = town.report()
    case = reported.get_json()["case"]
    town.step(case, "settle", result="they made peace")
    town.step(case, "close")
    assert town.case(reported)["state"] == "closed"
    town.until(DAY + timedelta(days=1))
    after = town.case(reported)
    assert after["place"]["key"] == "east-1"
    assert not entries(after, "rehomed")
    assert town.ask("GET", "rehomings").get_json()["rehomings"] == []


def test_a_grid_of_another_village_is_decided_again(town: Town) -> None:
    """The new village's station head leads from then on; both decisions are kept."""
    town.publish(ending("west-1"))
    reported = town.report()
    assert town.case(reported)["assignment"]["lead"] == EAST_HEAD
    town.until(DAY)
    case = town.case(reported)
    assert case["assignment"]["lead"] == WEST_HEAD
    assert case["assignment"]["previous_lead"] == EAST_HEAD
    assert [one["n"] for one in case["decisions"]] == [1, 2]
    assert "handed_over" in case["milestones"]


def test_a_dedicated_grid_is_decided_again(town: Town) -> None:
    """Same village, but the new grid belongs to a unit (P000.9): routing is asked."""
    owned = "\n  school: {name: {zh: 学校, en: school}, part_of: east-village, dedicated_to: works-office}"
    town.publish(ending("school", more=owned))
    reported = town.report()
    town.until(DAY)
    assert [one["n"] for one in town.case(reported)["decisions"]] == [1, 2]


def test_a_split_is_resolved_by_the_point(town: Town) -> None:
    """Two grids took over: each case goes to the one in which it lies, and so does a report."""
    files = drawn(ending("east-2", "west-1"), east_2=118.0, west_1=118.1)
    town.publish(files)
    left = town.report(lon=118.05, lat=32.05)
    right = town.report(lon=118.15, lat=32.05)
    town.until(DAY)
    assert town.case(left)["place"] == {
        "key": "east-2",
        "jurisdiction": f"{TOWN}.east-village",
        "lat": 32.05,
        "lon": 118.05,
    }
    assert town.case(right)["place"]["key"] == "west-1"
    assert town.case(town.report(lon=118.15, lat=32.05))["place"]["key"] == "west-1"


def test_a_split_without_a_point_is_asked_about_once(town: Town) -> None:
    """The case stays, one alarm names it with the choices, and the operator's answer moves it."""
    town.publish(ending("east-2", "west-1"))
    reported = town.report()
    town.until(DAY + timedelta(days=3))
    case = town.case(reported)
    assert case["place"]["key"] == "east-1"
    (alarm,) = [one for one in town.said("alarm.raised", case["case"]) if one.data.code == "place-ended"]
    assert alarm.data.detail == {"place": "east-1", "choices": "east-2, west-1"}
    (asked,) = town.ask("GET", "rehomings", state="asked").get_json()["rehomings"]
    assert (asked["case"], asked["choices"], asked["home"]) == (case["case"], ["east-2", "west-1"], None)
    home = f"cases/{case['case']}/home"
    assert town.ask("PUT", home, {"place": "east-1"}).get_json()["code"] == "place-ended"
    assert town.ask("PUT", home, {"place": "atlantis"}).get_json()["code"] == "unknown-place"
    assert town.ask("PUT", home, {"place": "west-1"}).status_code == 200
    after = town.case(reported)
    assert (after["place"]["key"], after["assignment"]["lead"]) == ("west-1", WEST_HEAD)
    assert entries(after, "rehomed")[0]["by"]["person"] == "p-operator"
    assert town.ask("GET", "rehomings", state="asked").get_json()["rehomings"] == []
    assert town.ask("PUT", home, {"place": "east-2"}).get_json()["code"] == "place-not-ended"


def test_a_report_to_a_split_grid_is_asked_back(town: Town) -> None:
    """Several successors and no point: refused with the grids to choose from."""
    town.publish(ending("east-2", "west-1"))
    town.until(DAY)
    refused = town.report()
    assert (refused.status_code, refused.get_json()["code"]) == (422, "place-ended")
    assert "east-2, west-1" in refused.get_json()["remedy"]


def test_a_grid_that_a_cases_own_edition_does_not_know(town: Town) -> None:
    """A later edition merges east-1 into a new grid: its cases are bound to that edition and decided again.

    Every other case keeps its edition (S-019).
    """
    town.publish(shipped())
    reported, elsewhere = town.report(), town.report("west-1")
    first = town.case(reported)["edition"]
    new = "\n  east-3: {name: {zh: 东村三网格, en: East Village grid 3}, part_of: east-village}"
    town.publish(ending("east-3", more=new))
    town.until(DAY)
    case = town.case(reported)
    assert case["place"]["key"] == "east-3"
    assert case["edition"] != first
    (entry,) = entries(case, "rehomed")
    assert entry["data"]["edition"] == {"was": first, "now": case["edition"]}
    assert [one["n"] for one in case["decisions"]] == [1, 2]
    assert town.case(elsewhere)["edition"] == first


def test_an_edition_that_comes_after_the_day_moves_cases_at_once(town: Town) -> None:
    """The day of a merger may be published late."""
    town.publish(shipped())
    reported = town.report()
    town.until(DAY + timedelta(days=5))
    town.publish(ending("east-2"))
    assert town.case(reported)["place"]["key"] == "east-2"


def test_a_merger_that_was_called_off_moves_nothing(town: Town) -> None:
    """Only what the edition in force says on the day counts."""
    town.publish(ending("east-2"))
    reported = town.report()
    town.publish(shipped())
    town.until(DAY + timedelta(days=1))
    assert town.case(reported)["place"]["key"] == "east-1"


def test_what_comes_to_an_ended_grid_by_another_way_is_found_later(town: Town) -> None:
    """A draft confirmed late, an import, a correction: whatever stands in an ended grid moves within a day."""
    town.publish(ending("east-2"))
    town.until(DAY + timedelta(hours=1))
    reported = town.report()
    with town.house.services["intake"].store.begin() as work:
        rows = work.rows(tables.cases)
        row = rows.get(reported.get_json()["case"])
        assert row is not None
        rows.put({**row, "place": msgspec.structs.replace(row["place"], key="east-1"), "place_key": "east-1"})
    assert town.case(reported)["place"]["key"] == "east-1"
    town.until(DAY + timedelta(hours=26))
    assert town.case(reported)["place"]["key"] == "east-2"


def test_many_cases_move_in_pages_of_one_transaction_each(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A look that ends with its page goes on where it was: none is left out, none moves twice."""
    monkeypatch.setattr(succession, "PAGE", 3)
    town.publish(ending("east-2"))
    reported = [town.report("west-1" if number % 3 == 0 else "east-1") for number in range(10)]
    town.until(DAY + timedelta(hours=1))
    found = [town.case(one) for one in reported]
    assert [one["place"]["key"] for one in found] == [
        "west-1" if number % 3 == 0 else "east-2" for number in range(10)
    ]
    assert {len(entries(one, "rehomed")) for one in found} == {0, 1}


@pytest.mark.parametrize(
    ("files", "may"),
    [
        ({"t-a/pack.yaml": "east: {ends: 2026-05-01}"}, True),
        ({"t-a/pack.yaml": "东一: {止于: 2026-05-01}"}, True),
        ({"t-a/pack.yaml": "{en: the centre sends and recommends}"}, False),
        ({"t-a/pack.yaml": "", "t-a/scenarios.yaml": "title: the day ends"}, False),
        ({}, True),
    ],
)
def test_only_files_that_name_an_end_are_worth_building(files: Mapping[str, str], may: bool) -> None:
    """A pack of which no place ends is not built for it; one that was published without files must be asked."""
    assert may_end(files) is may


def test_many_editions_are_looked_through_together(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two thousand towns that publish at once do not cost a look past all of them for each."""
    editions, looks = town.house.services["intake"].store.flow.editions, list[int]()
    unscanned = SqlSuccessions.unscanned

    def counted(self: SqlSuccessions, work: Work, most: int) -> list[UnscannedEdition]:
        found = unscanned(self, work, most)
        looks.append(len(found))
        return found

    monkeypatch.setattr(SqlSuccessions, "unscanned", counted)
    said = {"number": 1, "effective_at": DAY, "as_of": DAY, "files": {"t-a/pack.yaml": ""}}
    rows = [{**said, "town": f"t-{number}", "edition": f"e-{number}"} for number in range(120)]
    with town.house.services["intake"].store.begin() as work:
        work.conn.execute(editions.insert(), rows)
    town.until(DAY + timedelta(hours=1))
    assert sum(looks) == 120
    assert len([found for found in looks if found]) == 3


GRIDS = [f"g-{number}" for number in range(6)]


@cache
def skeleton() -> Pack:
    """A pack whose places the next test exchanges."""
    return build_pack(shipped(), TOWN)


@given(
    st.lists(
        st.tuples(st.integers(0, 3), st.lists(st.sampled_from(GRIDS), max_size=3)),
        min_size=len(GRIDS),
        max_size=len(GRIDS),
    ),
    st.integers(0, 3),
)
def test_a_successor_takes_cases_or_somebody_is_asked(ends: list[tuple[int, list[str]]], on: int) -> None:
    """Whatever follows on whatever, in chains and circles: the successor found takes cases on that day."""
    some = skeleton().places["east-2"]
    places = {
        key: replace(some, key=key, ends_on=date(2026, 1, 1 + day) if day else None, becomes=tuple(heirs))
        for key, (day, heirs) in zip(GRIDS, ends, strict=True)
    }
    pack, today = replace(skeleton(), places=places), date(2026, 1, 1 + on)
    for key in GRIDS:
        successor = successor_of(pack, key, today)
        assert successor.key is None or places[successor.key].takes_cases(today)
        assert all(places[choice].takes_cases(today) for choice in successor.choices)
        assert len(successor.choices) != 1
        if places[key].takes_cases(today):
            assert successor.key == key
