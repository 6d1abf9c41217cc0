"""The first page in both languages: what it tells a newcomer to write and to type works as it stands."""

import re
from pathlib import Path

import pytest

from gridcase.cli.root import COMMANDS
from shared.rules.pack.build.files import load_files
from shared.rules.pack.read import build_pack
from shared.rules.scenario.read import load_scenarios
from tests.docs.conftest import lay_out
from tests.docs.console import Shell
from tests.docs.reading import PROJECT, blocks, guide, in_ticks, rows

ENGLISH, CHINESE = PROJECT / "README.md", PROJECT / "README.zh.md"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with the shipped packs."""
    lay_out(tmp_path)
    (tmp_path / ".venv").symlink_to(PROJECT / ".venv")
    return tmp_path


def _write_first_pack(rules: Path) -> Path:
    pack, scenarios = blocks(ENGLISH, "yaml")
    town = rules / "willow-town"
    town.mkdir()
    (town / "pack.yaml").write_text(pack.text, encoding="utf-8")
    (town / "scenarios.yaml").write_text(scenarios.text, encoding="utf-8")
    return town


def test_the_first_pack_is_sound(folder: Path) -> None:
    """The pack and the scenario of the first page are accepted as they stand."""
    town = _write_first_pack(folder / "rules")
    files = load_files(town)
    assert build_pack(files, town.name).town == town.name
    assert load_scenarios(files, town.name)


def test_the_first_commands_work(folder: Path) -> None:
    """Checking, trying and testing the first pack go well and give the due time that its scenario expects."""
    _write_first_pack(folder / "rules")
    shell = Shell(folder, "en")
    said = shell.run("\n".join(_commands(ENGLISH)))
    assert "willow-town: good. 4 rules, 1 steps, 1 scenarios" in said
    assert "2026-02-27 17:30" in said
    assert "1 scenarios passed, 0 failed" in said


def test_the_chinese_commands_work(folder: Path) -> None:
    """The commands of the Chinese page that need no running house go well."""
    shell = Shell(folder, "zh")
    said = shell.run("\n".join(_commands(CHINESE)))
    assert "t-zq：通过" in said
    assert "牵头 lead" in said
    assert "，0 个未通过" in said


def test_the_chinese_pack_begins_as_the_guide_goes_on() -> None:
    """The Chinese page shows the first lines of the pack that the operator's guide builds."""
    (head,) = blocks(CHINESE, "yaml")
    assert blocks(guide("operator", "zh"), "yaml part")[0].text.startswith(head.text)


@pytest.mark.parametrize("page", [ENGLISH, CHINESE], ids=["en", "zh"])
def test_shipped_packs_and_commands_are_named(page: Path) -> None:
    """The tables of a first page name every shipped pack and every command, and no other."""
    cells = [cell for row in rows(page, r"`.*") for cell in in_ticks(row[0])]
    packs = {path.parent.name for path in (PROJECT / "rules").glob("*/pack.yaml")}
    assert {cell.split()[0] for cell in cells} == packs | COMMANDS.keys()


@pytest.mark.parametrize("page", [ENGLISH, CHINESE], ids=["en", "zh"])
def test_make_knows_its_targets(page: Path) -> None:
    """Every target of make that a page names exists."""
    targets = set(
        re.findall(r"^([a-z-]+):", (PROJECT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)
    )
    named = set(re.findall(r"^make ([a-z-]+)", page.read_text(encoding="utf-8"), re.MULTILINE))
    assert named
    assert named <= targets


def _commands(page: Path) -> list[str]:
    """The gridcase commands of a page in their order, but those for a running house."""
    text = "\n".join(block.text for block in blocks(page, ""))
    return [line for line in text.splitlines() if ".venv/bin/gridcase" in line and " publish " not in line]
