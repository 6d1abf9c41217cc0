"""Documents through a house: drafted from figures, finished and sent by whom the rules name, kept as they were sent."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path
from time import perf_counter

import pypdfium2
import pytest
from docx import Document
from flask import Flask
from openpyxl import load_workbook

from gridcase.embedded import embed, plan_in
from gridcase.house import open_stores
from gridcase.registry_admin import RegistryAdmin
from gridcase.simulation.timekeeper import Timekeeper
from gridcase.staffing import staff
from shared.rules.pack.build.files import load_files
from shared.rules.pack.read import build_pack
from tests.console.town import ROOT, ConsoleTown

BEGIN = datetime(2026, 3, 16, 2, 0, tzinfo=UTC)
AFTER = datetime(2026, 4, 1, 2, 0, tzinfo=UTC)
TOWN = "t-vtc"
REPORT = f"/towns/{TOWN}/documents/supervision-report/2026-Q1"
OWN_PAPER = "# {{镇名}}关于{{期间}}的督查情况\n{{正文}}\n## 按时办结\n{{指标:in-time}}\n> {{草稿?}}\n"
PEOPLE = {
    "office": ("unit_staff", f"{TOWN}/governance-office", "office-1"),
    "leaders": ("unit_staff", f"{TOWN}/town-leaders", "leader-1"),
    "station": ("unit_staff", f"{TOWN}.east-village/village-station-head", "station-1"),
    "other": ("unit_staff", f"{TOWN}/town-grid-centre", "centre-1"),
}


@contextmanager
def office(folder: Path, town: str, people: dict[str, tuple[str, str, str]]) -> Iterator[ConsoleTown]:
    """A house with a town at work, from a day on, and people with accounts."""
    plan = plan_in(folder, "reference")
    for store in open_stores(plan).values():
        store.make_simulated(BEGIN)
        store.close()
    house = embed(plan)
    house.start()
    try:
        registry = RegistryAdmin(house.services["registry"].store, plan.secret)
        files = load_files(ROOT / "rules" / town)
        registry.publish(town, files)
        staff(registry, build_pack(files, town))
        operator = registry.issue_token("operator", None, "keeper-1", (town,))
        found = ConsoleTown(house, registry, house.front(Flask("home")), Timekeeper(house.services), operator)
        found.time.wait_quiet()
        for login, (role, unit, person) in people.items():
            registry.enter_member(town, unit, role, person)
            found.newly_signed_in(login, str(registry.add_account(login, role, town, unit, person)))
        found.time.wait_quiet()
        yield found
    finally:
        house.stop()


def said(town: ConsoleTown, key: str, category: str, place: str) -> None:
    """Have a case reported there."""
    body = {"category": category, "channel": "phone", "text": "路灯不亮", "place": place}
    town.api("POST", f"/v1/towns/{key}/cases", town.operator, body)
    town.time.wait_quiet()


@pytest.fixture(scope="module")
def vtc(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ConsoleTown]:
    """The town whose office writes a supervision report each quarter, on the day after its first one."""
    with office(tmp_path_factory.mktemp("vtc"), TOWN, PEOPLE) as found:
        for place in ("east-1", "east-2", "west-1"):
            said(found, TOWN, "neighbour-dispute", place)
        found.time.advance(AFTER, 300)
        yield found


def shown(data: bytes) -> str:
    """What stands on the pages of a PDF."""
    read = pypdfium2.PdfDocument(data)
    return "".join("".join(page.get_textpage().get_text_range().split()) for page in read)


@pytest.mark.proves("P001-03.5")
def test_a_report_is_drafted_finished_sent_and_kept(vtc: ConsoleTown) -> None:
    """A draft is offered; who sends it adds words; those named read it as it was sent, each station its own part."""
    browser = vtc.signed_in("office", "zh")
    listed = browser.get(f"/towns/{TOWN}/documents")
    assert f'href="{REPORT.rpartition("/")[0]}/' in listed.text
    draft = browser.get(REPORT)
    assert "草稿：尚未发出" in draft.text
    assert "主要问题" in draft.text
    assert "草稿：尚未发出" in "".join(shown(browser.get(f"{REPORT}?as=pdf").data).split())
    assert "<form" not in vtc.signed_in("leaders").get(REPORT).text.split("<main")[1]

    sent = browser.post(REPORT, {"words": ["<b>西村</b>巡查不足", "下月复查"]}, seen_at=REPORT)
    assert sent.status_code == 303
    path = sent.headers["Location"]
    page = browser.get(path).text
    assert "&lt;b&gt;西村&lt;/b&gt;巡查不足" in page
    assert "草稿" not in page
    assert "2026 年第 1 季度" in page
    again = browser.post(REPORT, {"words": ["x", "y"]}, seen_at="/account")
    assert again.status_code == 409
    assert path in again.text

    whole, own = (vtc.signed_in(login, "zh").get(path).text for login in ("leaders", "station"))
    assert "西村一网格" in whole
    assert "东村一网格" in own
    assert "西村一网格" not in own
    assert "只摘发与您有关的部分" in own
    assert "东村一网格" not in vtc.signed_in("other", "zh").get(path).text


def test_a_later_verdict_changes_the_figure_and_not_the_report(vtc: ConsoleTown) -> None:
    """What was sent says what it said, in every format; a new look at the figures says something else."""
    browser = vtc.signed_in("office", "zh")
    path = re.findall(rf'href="(/towns/{TOWN}/sent/[^"]+)"', browser.get(f"/towns/{TOWN}/documents").text)[0]
    before = {as_: browser.get(f"{path}?as={as_}").data for as_ in ("pdf", "docx", "xlsx")}
    figure = "/v1/towns/t-vtc/assessment/figures/in-time/2026-Q1"
    token, leaders = (
        str(vtc.registry.issue_token("unit_staff", PEOPLE[who][1], PEOPLE[who][2], (TOWN,)))
        for who in ("office", "leaders")
    )
    vtc.time.wait_quiet()
    (value,) = (each for each in vtc.api("GET", figure, token)["values"] if each["subject"] == "east-1")
    assert value["rests_on"]
    body = {
        "figure": "in-time",
        "span": "2026-Q1",
        "subject": "east-1",
        "ref": value["rests_on"][0],
        "words": "不归村管",
    }
    objection = vtc.api("POST", "/v1/towns/t-vtc/assessment/objections", token, body)["id"]
    verdict = {"upheld": True, "words": "属实"}
    vtc.api("POST", f"/v1/towns/t-vtc/assessment/objections/{objection}/verdict", leaders, verdict)
    (now,) = (each for each in vtc.api("GET", figure, token)["values"] if each["subject"] == "east-1")
    assert now["value"] != value["value"]
    assert before == {as_: browser.get(f"{path}?as={as_}").data for as_ in before}
    assert "西村" in shown(before["pdf"])
    assert any("巡查不足" in each.text for each in Document(BytesIO(before["docx"])).paragraphs)
    assert load_workbook(BytesIO(before["xlsx"])).active is not None


def test_a_report_that_was_sent_opens_at_once(vtc: ConsoleTown) -> None:
    """Its page is made of what is kept, and counts nothing: within 200 ms."""
    browser = vtc.signed_in("leaders", "zh")
    path = re.findall(rf'href="(/towns/{TOWN}/sent/[^"]+)"', browser.get(f"/towns/{TOWN}/documents").text)[0]
    took = []
    for _ in range(5):
        begun = perf_counter()
        assert browser.get(path).status_code == 200
        took.append(perf_counter() - begun)
    assert min(took) < 0.2


def test_a_paper_keeps_the_template_of_its_rules(vtc: ConsoleTown) -> None:
    """A town's own template holds for what is drafted from then on; what was sent under other rules looks as it did."""
    browser = vtc.signed_in("office", "zh")
    path = re.findall(rf'href="(/towns/{TOWN}/sent/[^"]+)"', browser.get(f"/towns/{TOWN}/documents").text)[0]
    kept = browser.get(f"{path}?as=docx").data
    files = load_files(ROOT / "rules" / TOWN)
    vtc.registry.publish(TOWN, {**files, f"{TOWN}/paper.supervision-report.zh.md": OWN_PAPER})
    vtc.time.advance(AFTER + timedelta(minutes=5), 300)
    following = browser.get(f"/towns/{TOWN}/documents/supervision-report/2026-Q2").text
    assert "关于2026 年第 2 季度的督查情况" in following
    assert browser.get(f"{path}?as=docx").data == kept


@pytest.mark.proves("P004.12")
def test_the_circular_of_the_month_goes_to_those_named(tmp_path_factory: pytest.TempPathFactory) -> None:
    """The sub-district's grid centre writes it; grid leaders and full-time workers receive it."""
    town = "t-nc"
    centre = {"centre": ("unit_staff", f"{town}/街道网格中心", "centre-1")}
    with office(tmp_path_factory.mktemp("nc"), town, centre) as found:
        found.time.advance(AFTER, 300)
        path = f"/towns/{town}/documents/每月通报/2026-03"
        browser = found.signed_in("centre", "zh")
        sent = browser.post(path, {"words": ["各村要抓紧采集。"]}, seen_at=path)
        assert sent.status_code == 303
        printed = shown(browser.get(f"{sent.headers['Location']}?as=pdf").data)
        for word in ("一月一通报", "2026年3月", "各村要抓紧采集。", "每月排名", "事件上报"):
            assert word in printed
