"""A file in Chinese is read, and refused, in Chinese."""

import pytest

from shared.rules.language.errors import PackError, PackErrors
from shared.rules.pack.format import reformatted
from shared.rules.pack.read import build_pack
from shared.rules.scenario.read import load_scenarios
from tests.packs.corpus import TOWN, base_files
from tests.packs.edits import PACK, SCENARIOS, TEMPLATE, changed

CHINESE = {file: reformatted(base_files(), TOWN, file, "zh") for file in base_files()}


def said(*edits: tuple[str, str], file: str = PACK) -> list[PackError]:
    """Return what is said of the sound pack in Chinese with a few words changed."""
    files = changed(*edits, file=file, files=CHINESE)
    try:
        build_pack(files, TOWN)
        load_scenarios(files, TOWN)
    except PackErrors as refusal:
        return list(refusal.errors)
    return []


def test_the_sound_pack_is_sound_in_chinese() -> None:
    """Nothing is wrong with it."""
    assert said() == []


@pytest.mark.parametrize(
    ("replace", "by", "code", "words"),
    [
        ("    时钟: 反馈\n", "    时钟: feed_back\n", "mixed-languages", "写作“反馈”"),
        ("    由谁: [网格员, ", "    由谁: [grid_worker, ", "mixed-languages", "写作“网格员”"),
        ("    前提: [已受理]\n", "    前提: [已受里]\n", "unknown-milestone", "是否指“已受理”"),
        ("    通知谁: [town-centre]\n", "    通知谁: [牵头单]\n", "unknown-unit", "是否指“牵头单位”"),
        ("    期限: 立即\n", "    期现: 立即\n    期限: 立即\n", "unknown-key", "是否指“期限”"),
        ("不公开: 是", "不公开: yes", "not-yes-or-no", "写 是 或 否"),
        ("当: {urgent: 是}", "当: {类: 是}", "unknown-fact", "是否指“类别”"),
        ("遇: [已移交, 办结 预警]", "遇: [已移交, 上报 预警]", "event-of-no-clock", "时钟“上报”"),
        ("遇: [已移交, 办结 预警]", "遇: [已移交, 办结 延期, 已退回]", "event-never-happens", "“已退回”从不发生"),
        ("    止于: [note]\n", "", "limit-without-until", "时钟“反馈”"),
        ("牵头: town-centre, 程序", "牵头: 公众, 程序", "cannot-lead", "“公众”不能牵头"),
        ("    止于: [note]\n", "    止于: [已核实]\n", "milestone-never-reached", "没有步骤到达“已核实”"),
        ("版次: 1\n    low", "版次: 一\n    low", "not-a-whole-number", "“一”不是整数"),
        ("    目标用时: 30分钟\n", "    目标用时: 30\n", "bare-number", "30个工作日与30天"),
    ],
)  # fmt: skip
def test_words_are_those_of_the_file(replace: str, by: str, code: str, words: str) -> None:
    """A message repeats and suggests words as the file writes them."""
    error = next(error for error in said((replace, by)) if error.code == code)
    assert words in error.render("zh")


def test_compound_words_may_stand_together() -> None:
    """In Chinese no space is needed where words are joined: 办结超期, 首次 已受理."""
    assert (
        said(("遇: 办结 超期", "遇: 办结超期"), ("起算: 首次已受理", "起算: 首次 已受理"), file=TEMPLATE)
        == []
    )
    assert said(("遇: 已派单, 时间", "遇: 办结开始, 时间"), file=SCENARIOS) == []


def test_a_scenario_speaks_chinese_too() -> None:
    """Scenarios are refused in the words of their file."""
    errors = said(
        ("    未通知: [town-centre]\n", "    未通知: [town-centre]\n    无期限: [办结]\n"), file=SCENARIOS
    )
    assert [(error.code, "时钟“办结”" in error.cause.zh) for error in errors] == [("due-and-no-due", True)]
    assert errors[0].render("zh").startswith("rules/t-base/scenarios.yaml:19: [场景 S-1] ")
