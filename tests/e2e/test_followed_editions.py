"""Rules changed while a house is at work in threads of its own: who is bound by them, and from when."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.e2e.houses import RunningHouse, embedded_house
from tests.e2e.own_town import OFFICE, PACK, STATION, TOWN, at

SHORTER = PACK.replace("within: 3 working days", "within: 2 working days")
FOLLOWING = SHORTER.replace("fallback: station", "fallback: station\nrunning_cases: follow")


class Town:
    """The town on a running house."""

    def __init__(self, house: RunningHouse) -> None:
        self.house = house
        self.publish(PACK)
        self.station = house.registry.issue_token("unit_staff", STATION, "p-station", (TOWN,))
        self.operator = house.registry.issue_token("operator", OFFICE, "p-operator", (TOWN,))
        house.time.wait_quiet()

    def publish(self, pack: str, label: str | None = None) -> str:
        """Publish the town's file as it was changed."""
        done = self.house.registry.publish(TOWN, {f"{TOWN}/pack.yaml": pack}, at(label) if label else None)
        self.house.time.wait_quiet()
        return done.edition

    def report(self) -> str:
        """Report a quarrel and return the case."""
        body = {"category": "quarrel", "channel": "app", "place": "grid-1", "text": "two neighbours"}
        answer = self.house.ask("intake", "POST", f"/v1/towns/{TOWN}/cases", self.station, body)
        assert answer.status_code == 201, answer.text
        self.house.time.wait_quiet()
        return str(answer.json()["case"])

    def due(self, case: str) -> str:
        """Return the label of the one due instant of a case."""
        path = f"/v1/towns/{TOWN}/cases/{case}"
        (deadline,) = self.house.ask("intake", "GET", path, self.station).json()["deadlines"]
        return str(deadline["label"])


@pytest.fixture
def town(tmp_path: Path) -> Iterator[Town]:
    """The town on a running house at a Monday morning."""
    with embedded_house(tmp_path, at("2026-03-09 09:00")) as house:
        yield Town(house)


def test_a_limit_changed_in_the_file_holds_for_the_next_case_only(town: Town) -> None:
    """The case that runs keeps its edition and its due instant, the next one has the new limit (S-019)."""
    first = town.report()
    town.publish(SHORTER)
    second = town.report()
    town.house.time.advance(at("2026-03-09 17:00"))
    assert (town.due(first), town.due(second)) == ("2026-03-12 24:00", "2026-03-11 24:00")


def test_where_the_edition_says_so_running_cases_follow_on_its_day(town: Town) -> None:
    """Before the day of effect nothing moves; on it the same start gives the new due instant, by itself."""
    case = town.report()
    town.publish(FOLLOWING, "2026-03-10 00:00")
    town.house.time.advance(at("2026-03-09 23:00"))
    assert town.due(case) == "2026-03-12 24:00"
    town.house.time.advance(at("2026-03-10 08:00"))
    assert town.due(case) == "2026-03-11 24:00"


def test_an_ordered_redecision_is_done_by_the_running_house(town: Town) -> None:
    """An operator's order is carried out without anybody waiting for it, and its progress can be read."""
    case = town.report()
    town.publish(SHORTER)
    path = f"/v1/towns/{TOWN}/redecisions"
    body = {"filter": {}, "preview": False, "reason": "amended"}
    answer = town.house.ask("intake", "POST", path, town.operator, body)
    assert answer.status_code == 202, answer.text
    town.house.time.wait_quiet()
    done = town.house.ask("intake", "GET", f"{path}/{answer.json()['id']}", town.operator).json()
    assert (done["state"], done["progress"]["decided"]) == ("done", 1)
    assert town.due(case) == "2026-03-11 24:00"
