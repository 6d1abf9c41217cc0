"""What is counted, and what may follow: systems 43, 46 to 50 and 52 of the policies' list, each by its number.

System 51 (surveys) stands in `tests/e2e/test_asked.py`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pytest
from werkzeug.test import Client, TestResponse

from gridcase.scenarios.actors import ScenarioActor
from gridcase.simulation.house import SimulatedHouse
from tests.e2e.systems.shipped_town import ShippedTown


@dataclass(frozen=True, slots=True)
class Assessed:
    """A town whose assessment is asked over its routes."""

    town: ShippedTown

    def send(
        self, by: str, method: str, path: str, body: Any = None, service: str = "assess"
    ) -> TestResponse:
        """What a service answers somebody of a unit."""
        stage = self.town.stage
        headers = {"Authorization": f"Bearer {stage.token(self.actor(by))}", "Accept-Language": "en"}
        base = f"/v1/towns/{stage.pack.town}" + ("/assessment" if service == "assess" else "")
        client = Client(stage.service(service).app)
        answer = client.open(f"{base}/{path}", method=method, headers=headers, json=body)
        stage.world.settle()
        return answer

    def ask(self, by: str, path: str) -> Mapping[str, Any]:
        """The same, which must go well."""
        answer = self.send(by, "GET", path)
        assert answer.status_code == 200, answer.text
        return dict(answer.json or {})

    def say(self, by: str, path: str, body: Any, service: str = "assess") -> Mapping[str, Any]:
        """Put something on record, which must go well."""
        answer = self.send(by, "POST", path, body, service)
        assert answer.status_code < 300, answer.text
        return dict(answer.json or {})

    def actor(self, by: str) -> ScenarioActor:
        """Somebody of a unit, who is always the same."""
        return self.town.of(by)

    def proposals(self, by: str, measure: str, span: str) -> dict[tuple[str, str], Mapping[str, Any]]:
        """What is proposed of a measure, by proposal and subject."""
        found = self.ask(by, f"measures/{measure}/{span}/proposals")["proposals"]
        return {(each["proposal"], each["subject"]): each for each in found}


@pytest.mark.proves("P003.33")
def test_43_a_rise_is_proposed_confirmed_by_a_person_reported_and_circulated(house: SimulatedHouse) -> None:
    """Half as much again as the mean of three months makes a draft; nobody hears of it before a named person has
    accepted it and reported the warning.
    """
    town = ShippedTown(house, "t-zq", "甲村一格", "2026-01-12 09:00")
    asked = Assessed(town)
    for month, number in ((1, 2), (2, 4), (3, 6), (4, 6)):
        town.until(f"2026-0{month}-12 09:00")
        for _ in range(number):
            town.report("网格长", "终端", "消防通道堵塞")
    town.until("2026-05-06 09:00")
    found = asked.proposals("镇平台", "预警", "2026-04")
    assert {subject for _, subject in found} == {"消防通道堵塞"}
    rise = found["预警信息", "消防通道堵塞"]
    assert (rise["state"], rise["category"], rise["yours"]) == ("proposed", "趋势预警", True)
    deed = {"subject": "消防通道堵塞", "does": "accepted", "words": "确有上升"}
    asked.say("镇平台", "measures/预警/2026-04/proposals/预警信息/deeds", deed)
    warning = town.report("镇平台", "终端", rise["category"], text="2026年4月消防通道堵塞上升", place="全镇")
    assert town.told(warning, "通报预警") == set()
    town.step(warning, "镇平台", "通报预警")
    assert town.told(warning, "通报预警") >= {"各村平台", "各部门专干"}


@pytest.mark.proves("P001-03.5", "P001-03.4", "P001-03.6")
def test_46_the_report_of_a_quarter_is_finished_by_a_person_and_read_by_few(house: SimulatedHouse) -> None:
    """Drafted of figures, sent by the office with its words; the leaders read all of it, a village its own part, a
    citizen nothing; what changes later changes the figure and not what was sent.
    """
    town = ShippedTown(house, "t-vtc", "east-1", "2026-01-12 09:00")
    asked = Assessed(town)
    case = town.report("grid-worker", "grid", "ditch-and-drain")
    town.step(case, "village-station-head", "settle", result="已疏通")
    late = town.report("grid-worker", "grid", "ditch-and-drain", place="west-1")
    town.until("2026-04-02 09:00")
    draft = asked.ask("governance-office", "documents/supervision-report/2026-Q1")
    said = {(each["of"], each["subject"]): each["value"] for each in draft["lines"]}
    assert (said["in-time", "east-1"], said["in-time", "west-1"]) == ("100.00", "0.00")
    words = {"words": ["无", "督促西村"]}
    path = "documents/supervision-report/2026-Q1/publications"
    assert asked.send("village-station-head", "POST", path, words).status_code == 403
    sent = asked.say("governance-office", path, words)["id"]
    whole = asked.ask("town-leaders", f"publications/{sent}")
    own = asked.ask("village-station-head", f"publications/{sent}")
    assert {each["subject"] for each in whole["lines"]} > {each["subject"] for each in own["lines"]} > set()
    assert asked.send("reporter", "GET", f"publications/{sent}").status_code in (403, 404)
    objection = {"figure": "in-time", "span": "2026-Q1", "subject": "west-1", "words": "道路封闭"}
    things = asked.ask("governance-office", "figures/in-time/2026-Q1/things?subject=west-1")["things"]
    (breach,) = [each["ref"] for each in things if each["case"] == late]
    asked.say("town-leaders", "objections", {**objection, "ref": breach})
    (open_one,) = asked.ask("governance-office", "objections")["objections"]
    asked.say("governance-office", f"objections/{open_one['id']}/verdict", {"upheld": True, "words": "属实"})
    now = asked.ask("governance-office", "figures/in-time/2026-Q1")["values"]
    assert [each["value"] for each in now if each["subject"] == "west-1"] in ([None], [])
    assert asked.ask("town-leaders", f"publications/{sent}")["lines"] == whole["lines"]


@pytest.mark.proves("P004.12", "P004.13")
def test_47_low_twice_in_a_row_is_a_talk_that_a_person_decides(house: SimulatedHouse) -> None:
    """Ranked every month; behind in one month nothing follows, in two a talk is proposed, and once decided it is so."""
    town = ShippedTown(house, "t-nc", "东村一格", "2026-02-10 09:00")
    asked = Assessed(town)
    for month in ("2026-02", "2026-03"):
        town.until(f"{month}-11 09:00")
        town.report("专职网格员", "平安通", "安全生产")
    town.until("2026-04-01 09:00")
    ranks = {
        each["subject"]: each["rank"]
        for each in asked.ask("街道网格中心", "measures/月排名/2026-03")["standings"]
    }
    assert ranks.pop("东村一格") == 1
    assert set(ranks.values()) == {2}
    assert asked.proposals("街道网格中心", "月排名", "2026-02") == {}
    talks = asked.proposals("街道网格中心", "月排名", "2026-03")
    assert ("工作约谈", "东村一格") not in talks
    assert {subject for _, subject in talks} == set(ranks)
    subject = min(ranks)
    path = "measures/月排名/2026-03/proposals/工作约谈/deeds"
    deed = {"subject": subject, "does": "accepted", "words": "约谈"}
    assert asked.send("城建办", "POST", path, deed).status_code == 403
    asked.say("街道网格中心", path, deed)
    assert asked.proposals("街道网格中心", "月排名", "2026-03")["工作约谈", subject]["state"] == "accepted"


@pytest.mark.proves("P004-S06.1", "P004-S06.2")
def test_48_six_items_of_two_points_make_ten_and_a_half_of_twelve(house: SimulatedHouse) -> None:
    """More than two is refused, an item that nobody gave leaves the sum open, and 2+2+2+2+1.5+1 is 10.5."""
    town = ShippedTown(house, "t-nc", "东村一格", "2026-03-31 17:00")
    asked = Assessed(town)
    given = {"人员格": "2", "走访格": "2", "信息格": "2", "事件格": "2", "宣传格": "1.5", "作风格": "1"}
    base = "measures/十二分制/2026-03"

    def give(item: str, points: str) -> TestResponse:
        body = {"subject": "p-worker", "item": item, "points": points, "words": "月评"}
        return asked.send("街道网格中心", "POST", f"{base}/points", body)

    def standing() -> Mapping[str, Any]:
        found = asked.ask("街道网格中心", base)["standings"]
        return dict(next(each for each in found if each["subject"] == "p-worker"))

    assert give("人员格", "2.5").status_code == 422
    *first, last = given.items()
    for item, points in first:
        assert give(item, points).status_code < 300
    assert (standing()["value"], standing()["lacks"]) == (None, [last[0]])
    assert give(*last).status_code < 300
    assert (standing()["value"], standing()["out_of"]) == ("10.5", "12")


@pytest.mark.proves("P003.21", "P003.22")
def test_49_a_reward_without_an_amount_is_flagged_and_nothing_is_due(house: SimulatedHouse) -> None:
    """Who pays is known, how much is not: the proposal stays open until a person names the sum."""
    town = ShippedTown(house, "t-zq", "甲村一格", "2026-03-20 10:00")
    asked = Assessed(town)
    record = {"form": "信息定级", "facts": {"等级": "一般"}, "subject": "p-finder"}
    asked.say("镇平台", "records", record, service="duties")
    found = asked.proposals("镇平台", "信息奖补", "2026-03")
    (reward,) = found.values()
    assert (reward["is_open"], reward["yuan"], reward["payer"]) == (True, None, "the town budget")
    path = "measures/信息奖补/2026-03/proposals/镇财政/deeds"
    deed = {"subject": reward["subject"], "does": "accepted", "words": "核发"}
    assert asked.send("镇平台", "POST", path, deed).status_code in (409, 422)
    asked.say("镇平台", path, {**deed, "yuan": 50})


@pytest.mark.proves("P001-04.18")
def test_50_the_fourth_upheld_complaint_of_a_year_is_a_proposal_and_the_third_is_not(
    house: SimulatedHouse,
) -> None:
    """Counted by person and year; the person is heard before the committee decides, and a new year counts anew."""
    town = ShippedTown(house, "t-com", "rose-1", "2026-03-02 09:00")
    asked = Assessed(town)
    upheld = {"form": "upheld-complaint", "subject": "p-leader", "facts": {"found": "属实"}}
    path = "measures/fourth-complaint/2026/proposals/dismissal/deeds"
    deed = {"subject": "p-leader", "words": "已听取本人意见"}
    for month in (3, 5, 7, 9):
        assert asked.proposals("community-committee", "fourth-complaint", "2026") == {}
        town.until(f"2026-0{month}-02 09:30")
        asked.say("community-committee", "records", upheld, service="duties")
    (found,) = asked.proposals("community-committee", "fourth-complaint", "2026").values()
    assert (found["subject"], found["is_heard"]) == ("p-leader", True)
    assert asked.send("community-committee", "POST", path, {**deed, "does": "accepted"}).status_code == 409
    asked.say("community-committee", path, {**deed, "does": "heard"})
    asked.say("community-committee", path, {**deed, "does": "accepted"})
    town.until("2027-02-01 09:00")
    assert asked.proposals("community-committee", "fourth-complaint", "2027") == {}


@pytest.mark.proves("P001-02.11")
def test_50_a_range_of_money_is_set_by_a_person_and_never_reckoned(house: SimulatedHouse) -> None:
    """An accident costs one to five thousand: no amount stands there until the meeting names one within the range."""
    town = ShippedTown(house, "t-co1", "paint-shop", "2026-06-30 09:00")
    asked = Assessed(town)
    town.report("grid-administrator", "employee", "accident")
    (fine,) = asked.proposals("company-meeting", "safety", "2026-06").values()
    assert (fine["is_heard"], fine["yuan"], fine["least"], fine["most"]) == (True, None, 1000, 5000)
    path = "measures/safety/2026-06/proposals/fine/deeds"
    deed = {"subject": fine["subject"], "words": "视情"}
    asked.say("company-meeting", path, {**deed, "does": "heard"})
    assert (
        asked.send("company-meeting", "POST", path, {**deed, "does": "accepted", "yuan": 6000}).status_code
        == 422
    )
    asked.say("company-meeting", path, {**deed, "does": "accepted", "yuan": 2000})


@pytest.mark.proves("P003.35", "P003.36", "P004.12")
def test_52_figures_add_up_to_the_list_of_cases(house: SimulatedHouse) -> None:
    """What each grid reported in a month, added up, are the cases of the month; and each number opens to its own."""
    town = ShippedTown(house, "t-nc", "东村一格", "2026-03-10 09:00")
    asked = Assessed(town)
    cases = [town.report("专职网格员", "平安通", each) for each in ("安全生产", "消防安全", "安全生产")]
    town.until("2026-04-01 09:00")
    values = asked.ask("街道网格中心", "figures/事件上报/2026-03")["values"]
    counted = {each["subject"]: int(each["value"]) for each in values}
    assert sum(counted.values()) == counted["东村一格"] == len(cases)
    things = asked.ask("街道网格中心", "figures/事件上报/2026-03/things?subject=东村一格")["things"]
    assert {each["case"] for each in things} == set(cases)
