"""What policies ask of the platform as a whole, lived by the services of a house with the towns' own packs."""

from collections.abc import Iterator

import pytest

from gridcase.simulation.house import SimulatedHouse
from tests.e2e.systems.shipped_town import ShippedTown, standing_house


@pytest.fixture(scope="module")
def house() -> Iterator[SimulatedHouse]:
    """One house, on which the towns stand in turn."""
    with standing_house() as made:
        yield made


@pytest.mark.proves("P000.21")
def test_reports_of_every_channel_have_one_form_and_are_sorted(house: SimulatedHouse) -> None:
    """Patrol, visit, telephone and entry: each report has its number, place and class, found by its words; a channel
    that the town does not have is refused."""
    town = ShippedTown(house, "t-zj", "甲村一格")
    channels = ["巡查", "走访", "电话", "平台"]
    assert set(channels) < set(town.stage.pack.channels)
    cases = [town.case(town.report("网格岗", channel, text="路边摆摊占道")) for channel in channels]
    assert [case.report.category for case in cases] == ["占道经营"] * 4
    assert len({case.number for case in cases}) == 4
    assert {case.assignment.lead for case in cases if case.assignment} == {"t-zj/城管"}
    assert town.refused_report("网格岗", "传真", "占道经营") == "unknown-channel"


@pytest.mark.proves("P003.1", "P003.2")
def test_one_flow_through_three_platforms_to_the_answer(house: SimulatedHouse) -> None:
    """A grid's report is accepted and reported up by the village platform, triaged and dispatched by the town's, and
    passed to the city's: one case, seen by each of them, and every move of it stays readable."""
    town = ShippedTown(house, "t-zq", "乙村一格")
    case = town.report("网格长", "终端", "环境污染", text="河水发黑")
    assert town.lead(case) == ("村", "村平台")
    town.step(case, "村平台", "申请报镇", 缘由="跨镇河道")
    town.step(case, "村书记", "审核报镇")
    assert town.lead(case) == ("镇", "镇平台")
    town.step(case, "镇平台", "分流")
    assert town.lead(case) == ("镇", "环保所")
    town.step(case, "环保所", "报市", 缘由="跨镇河道")
    assert town.lead(case) == ("市", "市平台")
    assert all(town.sees(case, platform) for platform in ("村平台", "镇平台", "市平台"))
    assert town.taken(case) == ["申请报镇", "审核报镇", "分流", "报市"]


@pytest.mark.proves("P003.1", "P003.2")
def test_what_the_city_sends_is_handled_below_and_fed_back(house: SimulatedHouse) -> None:
    """The city's platform reports, the town's triages, a department handles, and the city hears of the result."""
    town = ShippedTown(house, "t-zq", "甲村")
    case = town.report("市平台", "市转", "安全生产", text="车间粉尘")
    assert town.lead(case) == ("镇", "镇平台")
    town.step(case, "镇平台", "分流")
    town.step(case, "安监所", "办好", 处理结果="已整改")
    told = {(notice.unit, notice.on) for notice in town.stage.case(case).notifications}
    assert ("cixi-city/市平台", "settled") in told


@pytest.mark.proves("P002B.22")
def test_three_levels_work_on_one_case_in_one_platform(house: SimulatedHouse) -> None:
    """Station, sub-district and district each take their step in the same case, and see what the others did."""
    town = ShippedTown(house, "t-ly", "taipingqiao-12")
    case = town.report("community-station", "window", "certificate-of-residence", text="居住证明")
    town.step(case, "community-station", "accept-and-classify")
    town.step(case, "street-centre", "review")
    assert town.lead(case) == ("district", "district-service-centre")
    for unit in ("community-station", "street-centre", "district-service-centre"):
        assert town.sees(case, unit)
    assert town.taken(case) == ["accept-and-classify", "review"]


@pytest.mark.proves("P004-S09.1")
@pytest.mark.parametrize(
    ("category", "lead"), [("安全生产", "安监所"), ("食品药品安全", "食安办"), ("流动人口出租房", "流管办")]
)
def test_what_the_terminal_reports_reaches_the_competent_department(
    house: SimulatedHouse, category: str, lead: str
) -> None:
    """A hazard that a worker cannot rectify goes from the hand-held device to the department of its class."""
    town = ShippedTown(house, "t-nc", "东村一格")
    case = town.report("专职网格员", "平安通", category, text="隐患")
    town.step(case, "专职网格员", "报村", 缘由="不能当场整改")
    town.step(case, "网格长", "建案卷")
    town.step(case, "网格长", "报街道", 缘由="村里不能整改")
    assert town.lead(case) == ("街道", lead)
