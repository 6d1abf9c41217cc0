"""What a newcomer types wrongly is answered with cause and remedy, never with a traceback."""

from pathlib import Path

import pytest

from gridcase.variants import with_readings
from shared.rules.pack.read import build_pack
from tests.docs.conftest import lay_out
from tests.docs.console import Shell
from tests.docs.reading import TOWNS, blocks, guide

MISTAKES = {
    "printf 'category: noise\\n' | gridcase decide t-vtc -": "there is no category noise",
    "printf 'category: other\\nchannel: smoke\\n' | gridcase decide t-vtc -": "there is no channel smoke",
    "printf 'category: other\\nplace: moon\\n' | gridcase decide t-vtc -": "there is no place moon",
    "printf 'category: other\\nfacts: {lead: x}\\n' | gridcase decide t-vtc -": "no fact lead is declared",
    "printf 'category: other\\nfacts: {parties: cats}\\n' | gridcase decide t-vtc -": "cats",
    "printf 'category: other\\nwhere: here\\n' | gridcase decide t-vtc -": "unknown keys: ['where']",
    "printf 'just words' | gridcase decide t-vtc -": "it names no category",
    "printf 'a: [' | gridcase decide t-vtc -": "no valid YAML",
    "printf 'category: other\\n' | gridcase decide t-vtc - --at noon": "noon is no instant",
    "printf 'category: other\\n' | gridcase decide nowhere -": "there is no town nowhere",
    "gridcase publish rules/t-vtc": "there is no store",
    "gridcase token list": "there is no store",
    "gridcase publish rules/t-vtc --registry http://127.0.0.1:1": "can't be reached",
}


@pytest.mark.parametrize("command", MISTAKES)
def test_mistakes_are_answered(command: str, tmp_path: Path) -> None:
    """A mistake is named, the command fails with 2, and nothing is left behind."""
    lay_out(tmp_path)
    before = {path.name for path in tmp_path.iterdir()}
    said = Shell(tmp_path, "en").run(f"{command}; echo status $?")
    assert MISTAKES[command] in said
    assert "status 2" in said
    assert "Traceback" not in said
    assert {path.name for path in tmp_path.iterdir()} - before == {".exports"}


def test_a_case_may_be_told_in_chinese(tmp_path: Path) -> None:
    """A facts file may be written in Chinese; 是 is a truth where one is wanted."""
    lay_out(tmp_path)
    told = (
        "printf '类别: 消防通道堵塞\\n事实: {已录入: 是}\\n' | gridcase decide t-zq - --at 2026-03-09T10:00"
    )
    said = Shell(tmp_path, "zh").run(told)
    assert "✗ 网格当场处置  可当场=是，已录入=是" in said
    assert "✓ 村自主解决" in said


def test_what_is_checked_can_be_varied() -> None:
    """A pack that is accepted can be read under other readings, a question mark before a brace included."""
    town = TOWNS["en"]
    text = "\n".join(block.text for block in blocks(guide("operator", "en"), "yaml part"))
    text = text.replace("en: 'How deep is the water (cm)?'}}", "en: How deep is the water?}}")
    files = {f"{town}/pack.yaml": text}
    assert build_pack(files, town).town == town
    varied = with_readings(files, town, {"RC-3": "always_24"})
    assert build_pack(varied, town).readings["RC-3"] == "always_24"
