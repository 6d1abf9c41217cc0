"""Who watches, what is kept quiet and what can't be hidden: systems 22, 32, 42 to 45 and 56 of the policies' list."""

import pytest
import sqlalchemy as sa
from werkzeug.test import Client

from gridcase.simulation.house import SimulatedHouse
from shared.rules.pack.build.files import load_files
from tests.decide.towns import RULES
from tests.e2e.systems.shipped_town import ShippedTown


@pytest.mark.proves("P000.7", "P000.9", "P004-S08.1")
def test_22_a_dedicated_grid_decides_the_handler(house: SimulatedHouse) -> None:
    """The same hazard is the hospital's inside its grid and the department's next door."""
    town = ShippedTown(house, "t-zj", "甲村一格")
    inside = town.report("网格岗", "巡查", "安全生产", place="医院专属格")
    outside = town.report("网格岗", "巡查", "安全生产")
    assert town.lead(inside) == ("网格", "镇医院")
    assert town.lead(outside) == ("镇", "应急")


@pytest.mark.proves("P000.44")
def test_32_an_alarm_that_repeats_is_one_draft_until_somebody_looks(house: SimulatedHouse) -> None:
    """Within the pack's half hour the camera's second alarm is the first; later it is another; a person confirms."""
    town = ShippedTown(house, "t-zj", "甲村一格")

    def alarm() -> str:
        return town.report("网格岗", "摄像头", "环境卫生", text="垃圾堆放", source="cam-1")

    first = alarm()
    assert town.case(first).state == "draft"
    assert town.case(first).assignment is None
    town.until("2026-03-09 10:20")
    assert alarm() == first
    town.until("2026-03-09 11:00")
    assert alarm() != first
    assert town.stage.confirm(town.of("网格岗"), first).status == 200
    assert town.lead(first) == ("镇", "城管")


@pytest.mark.proves("P001-07.10")
def test_32_a_picture_that_contradicts_a_record_makes_somebody_explain(house: SimulatedHouse) -> None:
    """The record says eight, the video shows nobody: heard first, then judged by the supervising office."""
    town = ShippedTown(house, "t-co2", "reactor-shop", "2026-03-03 08:30")
    case = town.report("supervision-office", "video", "record-differs")
    assert town.case(case).flagged
    assert town.refused(case, "supervision-office", "find", found="false_record") == "step-not-yet"
    town.step(case, "team-responsible-person", "explain", explanation="补填的记录")
    town.step(case, "supervision-office", "find", found="false_record")
    assert "unit-head" in town.told(case, "find")


@pytest.mark.proves("P001-07.8", "P001-07.15", "P001-20.8", "P004.18")
def test_42_a_hazard_has_an_owner_a_notice_and_a_proof_of_closure(house: SimulatedHouse) -> None:
    """Nothing is settled before the written notice is served, of which the premises hear; in a workshop somebody other
    than who rectified checks before it is closed."""
    town = ShippedTown(house, "t-cgz", "drum-2", "2026-03-16 10:00")
    case = town.report("grid-responsible-person", "patrol", "small-place-hazard")
    assert town.lead(case)[1] == "fire-safety-group"
    assert town.refused(case, "fire-safety-group", "settle", result="已改") == "step-not-yet"
    assert town.refused(case, "fire-safety-group", "serve-notice") == "step-needs"
    town.step(case, "fire-safety-group", "serve-notice", shortcoming="安全出口上锁")
    assert "premises" in town.told(case, "serve-notice")
    town.step(case, "fire-safety-group", "settle", result="出口已畅通")
    workshop = ShippedTown(house, "t-co2", "reactor-shop")
    leak = workshop.report("grid-administrator", "patrol", "leaking-flange")
    assert workshop.lead(leak)[1] == "team-responsible-person"
    assert workshop.refused(leak, "team-responsible-person", "rectify") == "step-needs"
    workshop.step(leak, "team-responsible-person", "rectify", result="已紧固")
    assert workshop.refused(leak, "team-responsible-person", "check-on-site") == "step-not-yours"
    assert workshop.refused(leak, "grid-administrator", "close") == "step-not-yet"
    workshop.step(leak, "direct-supervisor", "check-on-site")
    workshop.step(leak, "grid-administrator", "close")
    assert workshop.case(leak).state == "closed"


@pytest.mark.proves("P003.33")
def test_43_a_warning_is_circulated_once_to_all_villages_and_departments(house: SimulatedHouse) -> None:
    """Confirmed by the town's platform; everybody concerned hears, and its clock ends in time."""
    town = ShippedTown(house, "t-zq", "全镇", "2026-08-10 07:00")
    case = town.report("镇平台", "终端", "台风预警")
    town.step(case, "镇平台", "通报预警")
    assert town.told(case, "通报预警") >= {"各村平台", "各部门专干"}
    assert town.refused(case, "镇平台", "通报预警") in {"step-too-late", "case-ended"}
    assert {each.verdict for each in town.case(case).deadlines} == {"in_time"}


@pytest.mark.proves("P001-08.9", "P002B.16", "P001-12.9")
def test_44_a_major_matter_is_hidden_until_it_is_closed(house: SimulatedHouse) -> None:
    """Those who handle it see it, nobody else finds it; once closed it is like any other."""
    town = ShippedTown(house, "t-sfs", "清溪一格", "2026-03-05 10:00")
    case = town.report("reporter", "来电", "重大纠纷")
    assert town.sees(case, "派出所")
    assert not town.sees(case, "卫生院")
    town.step(case, "派出所", "办好", 处理结果="已平息")
    assert not town.sees(case, "卫生院")
    town.step(case, "派出所", "销号")
    assert town.sees(case, "卫生院")


@pytest.mark.proves("P001-04.25", "P001-07.11", "P001-12.9")
def test_45_nothing_is_overwritten_and_a_change_behind_the_back_is_found(house: SimulatedHouse) -> None:
    """A correction leaves both versions in the history; a row changed in the store breaks the chain, and is named."""
    town = ShippedTown(house, "t-zj", "甲村一格")
    case = town.report("reporter", "电话", "环境卫生")
    town.step(case, "城管", "改派", category="违法建筑", 缘由="其实是违建")
    said = [entry.what for entry in town.case(case).history]
    assert town.case(case).report.category == "违法建筑"
    assert said.count("decided") >= 2
    assert _verified(town, case)["whole"]
    store = town.stage.service("intake").store
    entries = store.flow.outbox.metadata.tables["history"]
    with store.begin() as work:
        changed = sa.update(entries).where(entries.c.case_id == case, entries.c.n == 1)
        assert work.conn.execute(changed.values(what="accepted")).rowcount == 1
    assert not _verified(town, case)["whole"]


def _verified(town: ShippedTown, case: str) -> dict[str, object]:
    intake, token = Client(town.stage.service("intake").app), town.stage.token(town.of("operator"))
    path = f"/v1/towns/{town.stage.pack.town}/cases/{case}/history/verify"
    answer = intake.get(path, headers={"Authorization": f"Bearer {token}"})
    assert answer.status_code == 200, answer.text
    return dict(answer.json or {})


@pytest.mark.proves("P001-07.6")
def test_56_a_project_takes_no_case_after_its_end(house: SimulatedHouse) -> None:
    """A dynamic grid is supervised like a workshop until its last day; from then on nothing is routed there."""
    town = ShippedTown(house, "t-co2", "new-tank-project", "2026-12-30 10:00")
    case = town.report("supervision-office", "check", "project-safety")
    assert town.lead(case)[1] == "team-responsible-person"
    town.until("2027-01-04 10:00")
    assert "ends: 2026-12-31" in load_files(RULES / "t-co2")["t-co2/pack.yaml"]
    assert town.refused_report("supervision-office", "check", "project-safety") == "place-ended"
