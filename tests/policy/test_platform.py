"""What policies ask of the platform as a whole, lived by the services of a house with the towns' own packs."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from gridcase.intake_client import IntakeAnswer, ReportBody, StepBody
from gridcase.scenarios.actors import ScenarioActor
from gridcase.scenarios.stage import Stage
from gridcase.simulation.house import SimulatedHouse
from shared.rules.decide import address
from shared.rules.pack.build.files import load_files
from tests.decide.towns import RULES

MORNING = datetime(2026, 3, 9, 2, tzinfo=UTC)


@pytest.fixture(scope="module")
def house() -> Iterator[SimulatedHouse]:
    """One house, on which the towns stand in turn."""
    made = SimulatedHouse(datetime(2000, 1, 1, tzinfo=UTC), "reference")
    yield made
    made.close()


class Town:
    """A town of the rules on the house, in the morning of a working day."""

    def __init__(self, house: SimulatedHouse, town: str, place: str) -> None:
        self.stage = Stage(house, load_files(RULES / town), town)
        self.stage.begin(MORNING)
        self.place = place

    def of(self, unit: str) -> ScenarioActor:
        """Somebody of a unit, as seen from the place."""
        return ScenarioActor("unit_staff", address(self.stage.pack, unit, self.place), f"{unit}-1")

    def report(self, unit: str, channel: str, text: str, category: str | None = None) -> IntakeAnswer:
        """Report something at the place."""
        return self.stage.report(
            self.of(unit), ReportBody(channel=channel, text=text, category=category, place=self.place)
        )

    def step(self, case: str, unit: str, step: str, **facts: str) -> None:
        """Take a step in a case."""
        answer = self.stage.take_step(self.of(unit), case, StepBody(step, facts))
        assert answer.status == 200, answer

    def lead(self, case: str) -> tuple[str, str]:
        """At which level a case is, and who leads."""
        assignment = self.stage.case(case).assignment
        assert assignment is not None
        return assignment.levels[0], (assignment.lead or "").rpartition("/")[2]

    def taken(self, case: str) -> list[str | None]:
        """The steps that were taken, in order."""
        entries = self.stage.case(case).history
        return [
            entry.data.step for entry in entries if entry.data and entry.data.step in self.stage.pack.steps
        ]


@pytest.mark.proves("P000.21")
def test_reports_of_every_channel_have_one_form_and_are_sorted(house: SimulatedHouse) -> None:
    """Patrol, visit, telephone and entry: each report has its number, place and class, found by its words; a channel
    that the town does not have is refused."""
    town = Town(house, "t-zj", "甲村一格")
    channels = ["巡查", "走访", "电话", "平台"]
    assert set(channels) < set(town.stage.pack.channels)
    cases = [town.stage.case(town.report("网格岗", channel, "路边摆摊占道").case) for channel in channels]
    assert [case.report.category for case in cases] == ["占道经营"] * 4
    assert len({case.number for case in cases}) == 4
    assert {case.assignment.lead for case in cases if case.assignment} == {"t-zj/城管"}
    refused = town.report("网格岗", "传真", "路边摆摊占道")
    assert (refused.status, refused.code) == (422, "unknown-channel")


@pytest.mark.proves("P000.44")
def test_a_camera_reports_a_draft_that_a_person_confirms(house: SimulatedHouse) -> None:
    """What a camera of a key place sees waits as a draft, and is a case once somebody has looked."""
    town = Town(house, "t-zj", "甲村一格")
    seen = town.stage.report(
        town.of("网格岗"),
        ReportBody(channel="摄像头", text="垃圾堆放", category="环境卫生", place="甲村一格", source="cam-1"),
    )
    assert (seen.status, seen.state) == (201, "draft")
    assert town.stage.confirm(town.of("网格岗"), seen.case).status == 200
    assert town.lead(seen.case) == ("镇", "城管")


@pytest.mark.proves("P003.1", "P003.2")
def test_one_flow_through_three_platforms_to_the_answer(house: SimulatedHouse) -> None:
    """A grid's report is accepted and reported up by the village platform, triaged and dispatched by the town's, and
    passed to the city's: one case, seen by each of them, and every move of it stays readable."""
    town = Town(house, "t-zq", "乙村一格")
    case = town.report("网格长", "终端", "河水发黑", "环境污染").case
    assert town.lead(case) == ("村", "村平台")
    town.step(case, "村平台", "申请报镇", 缘由="跨镇河道")
    town.step(case, "村书记", "审核报镇")
    assert town.lead(case) == ("镇", "镇平台")
    town.step(case, "镇平台", "分流")
    assert town.lead(case) == ("镇", "环保所")
    town.step(case, "环保所", "报市", 缘由="跨镇河道")
    assert town.lead(case) == ("市", "市平台")
    assert all(town.stage.sees(case, town.of(platform)) for platform in ("村平台", "镇平台", "市平台"))
    assert town.taken(case) == ["申请报镇", "审核报镇", "分流", "报市"]


@pytest.mark.proves("P003.1", "P003.2")
def test_what_the_city_sends_is_handled_below_and_fed_back(house: SimulatedHouse) -> None:
    """The city's platform reports, the town's triages, a department handles, and the city hears of the result."""
    town = Town(house, "t-zq", "甲村")
    case = town.report("市平台", "市转", "车间粉尘", "安全生产").case
    assert town.lead(case) == ("镇", "镇平台")
    town.step(case, "镇平台", "分流")
    town.step(case, "安监所", "办好", 处理结果="已整改")
    told = {(notice.unit, notice.on) for notice in town.stage.case(case).notifications}
    assert ("cixi-city/市平台", "settled") in told


@pytest.mark.proves("P002B.22")
def test_three_levels_work_on_one_case_in_one_platform(house: SimulatedHouse) -> None:
    """Station, sub-district and district each take their step in the same case, and see what the others did."""
    town = Town(house, "t-ly", "taipingqiao-12")
    case = town.report("community-station", "window", "居住证明", "certificate-of-residence").case
    town.step(case, "community-station", "accept-and-classify")
    town.step(case, "street-centre", "review")
    assert town.lead(case) == ("district", "district-service-centre")
    for unit in ("community-station", "street-centre", "district-service-centre"):
        assert town.stage.sees(case, town.of(unit))
    assert town.taken(case) == ["accept-and-classify", "review"]


@pytest.mark.proves("P004-S09.1")
@pytest.mark.parametrize(
    ("category", "lead"), [("安全生产", "安监所"), ("食品药品安全", "食安办"), ("流动人口出租房", "流管办")]
)
def test_what_the_terminal_reports_reaches_the_competent_department(
    house: SimulatedHouse, category: str, lead: str
) -> None:
    """A hazard that a worker cannot rectify goes from the hand-held device to the department of its class."""
    town = Town(house, "t-nc", "东村一格")
    case = town.report("专职网格员", "平安通", "隐患", category).case
    town.step(case, "专职网格员", "报村", 缘由="不能当场整改")
    town.step(case, "网格长", "建案卷")
    town.step(case, "网格长", "报街道", 缘由="村里不能整改")
    assert town.lead(case) == ("街道", lead)
