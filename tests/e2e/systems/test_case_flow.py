"""How a case comes in and finds who is responsible: systems 1 to 12 of the policies' list, each by its number.

System 3 (terminals) stands with the grids, in `tests/e2e/test_grids.py`.
"""

import pytest
from werkzeug.test import Client

from gridcase.simulation.house import SimulatedHouse
from tests.e2e.systems.shipped_town import ShippedTown


@pytest.mark.proves("P000.42")
def test_1_five_functions_work_on_one_case(house: SimulatedHouse) -> None:
    """Collected, dispatched, tracked, judged and counted: each leaves its entry under the same number."""
    town = ShippedTown(house, "t-zj", "甲村一格")
    case = town.report("reporter", "电话", "环境卫生")
    assert town.case(case).number
    assert town.lead(case) == ("镇", "城管")
    assert _running(town, "城管") == 1
    town.step(case, "城管", "办好", 处理结果="已清扫")
    town.step(case, "网格岗", "核实")
    assert town.taken(case) == ["办好", "核实"]
    assert [each.verdict for each in town.case(case).deadlines] == ["in_time"]
    assert _running(town, "城管") == 0


def _running(town: ShippedTown, unit: str) -> int:
    """How many limits of a unit run, by the figures."""
    sla, token = Client(town.stage.service("sla").app), town.stage.token(town.of("operator"))
    path = f"/v1/towns/{town.stage.pack.town}/deadlines/figures"
    answer = sla.get(path, headers={"Authorization": f"Bearer {token}"})
    assert answer.status_code == 200, answer.text
    assert answer.json is not None
    lines = (each["counts"] for each in answer.json["units"] if each["key"].endswith(f"/{unit}"))
    return sum(sum(counts.values()) for counts in lines)


@pytest.mark.proves("P000.21")
def test_2_two_channels_give_equal_records_but_for_the_channel(house: SimulatedHouse) -> None:
    """The same words by telephone and by terminal are sorted, dispatched and timed alike."""
    town = ShippedTown(house, "t-zj", "甲村一格")
    first, second = (town.report("reporter", each, text="路边摆摊占道") for each in ("电话", "平台"))
    one, two = town.case(first), town.case(second)
    assert one.number != two.number
    assert (one.report, one.assignment) == (two.report, two.assignment)
    assert [each.label for each in one.deadlines] == [each.label for each in two.deadlines]
    assert town.refused_report("reporter", "传真", "占道经营") == "unknown-channel"


@pytest.mark.proves("P001-11.17", "P003.16")
def test_4_what_is_not_approved_never_reaches_the_town(house: SimulatedHouse) -> None:
    """A village's application to the town waits for its secretary; until then the town does not see the case."""
    town = ShippedTown(house, "t-zq", "乙村一格")
    case = town.report("reporter", "意见箱", "环境污染")
    town.step(case, "村平台", "申请报镇", 缘由="村里办不了")
    assert town.lead(case) == ("村", "村平台")
    assert town.refused(case, "镇平台", "分流") == "step-awaits-approval"
    assert "镇平台" not in town.told(case, "assigned")
    town.step(case, "村书记", "审核报镇")
    assert town.lead(case) == ("镇", "镇平台")
    assert "镇平台" in town.told(case, "assigned")


@pytest.mark.proves("P000.25", "P004-S05.2")
def test_5_a_simple_matter_is_pushed_and_a_complex_one_is_a_work_order(house: SimulatedHouse) -> None:
    """Both have a number; the pushed one is due at once, the order waits for a limit that a person writes."""
    town = ShippedTown(house, "t-zj", "甲村一格")
    simple, complex_one = (town.report("网格岗", "巡查", each) for each in ("占道经营", "污水外溢"))
    assert town.due(simple, "settle") == ("running", "2026-03-09 24:00")
    assert town.refused(complex_one, "城管", "办好", 处理结果="已疏通") == "step-not-yet"
    town.step(complex_one, "城管", "定期限", due="2026-03-12 12:00")
    assert town.due(complex_one, "settle") == ("running", "2026-03-12 12:00")


@pytest.mark.proves("P004.8", "P004.9")
def test_6_only_admitted_matters_are_grid_work(house: SimulatedHouse) -> None:
    """Counting street trees is returned to whoever asked; a new matter is grid work once the district decides."""
    town = ShippedTown(house, "t-nc", "东村一格")
    trees = town.report("城建办", "来文", "其他工作")
    assert town.case(trees).state == "rejected"
    assert town.told(trees, "rejected") == {"城建办"}
    new = town.report("城建办", "来文", "新增重点工作")
    town.step(new, "街道网格中心", "报领导小组")
    assert town.lead(new) == ("街道", "街道网格中心")
    town.step(new, "区领导小组", "区里决定", 区决定="准入")
    assert town.lead(new) == ("网格", "专职网格员")


@pytest.mark.proves("P000.35", "P000.36", "P000.37", "P000.38", "P000.39", "P000.40")
@pytest.mark.parametrize(
    ("words", "category", "lead"),
    [
        ("楼下有人打架", "社会治安", "公安"),
        ("想申请临时救助", "困难救助", "民政"),
        ("窨井冒污水", "污水外溢", "城管"),
        ("餐馆卖过期食品", "食品药品", "市监"),
        ("车间粉尘很大", "安全生产", "应急"),
        ("医保断缴了", "社保医保", "人社"),
    ],
)
def test_7_words_find_their_class_and_the_class_its_department(
    house: SimulatedHouse, words: str, category: str, lead: str
) -> None:
    """Classified and assigned without anybody choosing."""
    town = ShippedTown(house, "t-zj", "甲村一格")
    case = town.report("reporter", "平台", text=words)
    assert town.case(case).report.category == category
    assert town.lead(case) == ("镇", lead)


@pytest.mark.proves("P000.40")
def test_7_what_fits_no_department_goes_to_the_operator(house: SimulatedHouse) -> None:
    """The grid office hears of it and names the department; from then on it is like any other."""
    town = ShippedTown(house, "t-zj", "甲村一格")
    case = town.report("reporter", "电话", "其他")
    assert town.case(case).flagged
    assert town.told(case, "assigned") == {"网格办", "operator"}
    town.step(case, "operator", "指派", category="社保医保")
    assert town.lead(case) == ("镇", "人社")
    assert not town.case(case).flagged


@pytest.mark.proves("P000.28", "P003.29")
def test_8_one_leads_others_assist_and_a_meeting_fixes_the_tasks(house: SimulatedHouse) -> None:
    """Only the lead holds the meeting; without tasks or without a limit it has not been held."""
    town = ShippedTown(house, "t-zj", "甲村一格")
    case = town.report("网格岗", "巡查", "无证食品作坊")
    assert (town.lead(case), town.assisting(case)) == (("镇", "市监"), {"应急"})
    due = "2026-03-20 17:00"
    assert town.refused(case, "应急", "协调会", due=due, 任务="分工") == "step-not-yours"
    assert town.refused(case, "市监", "协调会", due=due) == "step-needs"
    assert town.refused(case, "市监", "协调会", 任务="分工") == "step-needs"
    town.step(case, "市监", "协调会", due=due, 任务="市监查封，应急清通道")
    assert town.told(case, "协调会") == {"市监", "应急"}
    assert town.due(case, "settle") == ("running", due)


@pytest.mark.proves("P003.27", "P003.31")
def test_9_a_case_climbs_with_reasons_and_comes_down_from_the_city(house: SimulatedHouse) -> None:
    """Village, town, city: each says why it cannot; what the city sends is handled below."""
    town = ShippedTown(house, "t-zq", "乙村一格")
    case = town.report("网格长", "终端", "环境污染")
    assert town.refused(case, "村平台", "申请报镇") == "step-needs"
    town.step(case, "村平台", "申请报镇", 缘由="跨镇河道")
    town.step(case, "村书记", "审核报镇")
    town.step(case, "镇平台", "分流")
    town.step(case, "环保所", "报市", 缘由="跨镇河道")
    assert town.lead(case) == ("市", "市平台")
    sent_down = town.report("市平台", "市转", "安全生产", place="甲村")
    town.step(sent_down, "镇平台", "分流")
    town.step(sent_down, "安监所", "办好", 处理结果="已整改")
    assert town.told(sent_down, "settled") >= {"市平台"}


@pytest.mark.proves("P002B.8", "P002B.11")
@pytest.mark.parametrize(
    ("category", "channel", "procedure", "order"),
    [
        (
            "notice-board",
            "patrol",
            "on-the-spot",
            [("grid-person", "handle-on-the-spot"), ("grid-person", "register")],
        ),
        (
            "minimum-allowance",
            "window",
            "approval",
            [
                ("community-station", "accept-and-classify"),
                ("street-centre", "review"),
                ("civil-affairs-bureau", "approve"),
            ],
        ),
    ],
)
def test_10_a_procedure_has_its_order_and_every_other_is_refused(
    house: SimulatedHouse, category: str, channel: str, procedure: str, order: list[tuple[str, str]]
) -> None:
    """Before each step, every later one of the same procedure is refused; in order all are taken."""
    town = ShippedTown(house, "t-ly", "huayuanjie-1")
    case = town.report("grid-person", channel, category)
    found = town.case(case).assignment
    assert found is not None
    assert found.procedure == procedure
    for number, (unit, step) in enumerate(order):
        for later_unit, later in order[number + 1 :]:
            assert town.refused(case, later_unit, later, result="办结") == "step-not-yet"
        needs = {"result": "同意"} if step in {"register", "approve"} else {}
        town.step(case, unit, step, **needs)
    assert town.case(case).state == "closed"


@pytest.mark.proves("P002B.10", "P001-06D.7")
def test_11_a_sudden_event_reaches_all_levels_at_one_instant_at_night(house: SimulatedHouse) -> None:
    """Station, office, unit and grid hear at the same minute; nobody settles before somebody was on the spot."""
    town = ShippedTown(house, "t-cgz", "drum-2", "2026-05-02 22:10")
    case = town.report("grid-responsible-person", "patrol", "gas-smell")
    notices = [each for each in town.case(case).notifications if each.on == "assigned"]
    assert town.told(case, "assigned") >= {
        "community-station", "town-grid-office", "gas-unit", "grid-responsible-person"
    }  # fmt: skip
    assert len({each.told_at for each in notices}) == 1
    assert town.refused(case, "gas-unit", "settle", result="已关阀") == "step-not-yet"
    town.step(case, "grid-responsible-person", "follow-on-site")
    town.step(case, "gas-unit", "settle", result="已关阀并检修")


@pytest.mark.proves("P001-06B.3", "P001-04.17", "P001-02.6")
def test_12_whoever_was_asked_first_stays_the_contact(house: SimulatedHouse) -> None:
    """Passed on to the sub-district, the answer is still given by whoever took it first, and by nobody else."""
    town = ShippedTown(house, "t-xw", "甲社区二格")
    case = town.report("社区居委会", "来访", "社会保险")
    town.step(case, "网格社工", "转街道", 缘由="需查档")
    assert town.told(case, "handed_over") >= {"社区居委会"}
    town.step(case, "街道劳保所", "办好", 结果="补缴完成")
    assert town.told(case, "settled") >= {"社区居委会"}
    assert town.refused(case, "街道劳保所", "答复") == "step-not-yours"
    town.step(case, "社区居委会", "答复")
