"""A file is turned from one language into the other, and nothing but its keys and closed words changes."""

import re
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import Any

import pytest

from shared.rules.pack.build.files import load_files, town_folders
from shared.rules.pack.format import reformatted
from shared.rules.pack.model import Spot
from shared.rules.pack.read import build_pack
from shared.rules.scenario.read import load_scenarios
from tests.e2e.format_examples import TOWN as EXAMPLE
from tests.e2e.format_examples import examples
from tests.packs.corpus import BASE, OTHER, TOWN

FOLDERS = [BASE / TOWN, BASE / OTHER, *town_folders(Path(__file__).parents[2] / "rules")]


def turned(files: dict[str, str], town: str, language: Any) -> dict[str, str]:
    """Return all files in one language."""
    return {file: reformatted(files, town, file, language) for file in files}


def without_places(value: Any) -> Any:
    """Return a model value without spots and editions, which depend on the bytes of the files."""
    if isinstance(value, Spot):
        return None
    if is_dataclass(value) and not isinstance(value, type):
        named = {field.name: getattr(value, field.name) for field in fields(value) if field.name != "edition"}
        return type(value).__name__, {name: without_places(part) for name, part in named.items()}
    if isinstance(value, dict):
        return {key: without_places(part) for key, part in value.items()}
    return [without_places(part) for part in value] if isinstance(value, tuple) else value


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_there_and_back_again(folder: Path) -> None:
    """A pack in its usual forms survives the way into the other language and back, byte for byte."""
    files = load_files(folder)
    town = folder.name
    english = turned(files, town, "en")
    chinese = turned(files, town, "zh")
    assert turned(chinese, town, "en") == english
    assert turned(english, town, "zh") == chinese
    assert files in (english, chinese) or all(files[file] in (english[file], chinese[file]) for file in files)


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_the_pack_says_the_same_in_both_languages(folder: Path) -> None:
    """The model that is read does not depend on the language of the files."""
    files = load_files(folder)
    english, chinese = turned(files, folder.name, "en"), turned(files, folder.name, "zh")
    assert without_places(build_pack(english, folder.name)) == without_places(
        build_pack(chinese, folder.name)
    )
    assert without_places(load_scenarios(english, folder.name)) == without_places(
        load_scenarios(chinese, folder.name)
    )


def test_comments_order_and_spacing_stay() -> None:
    """Everything between the words stays as it is: comments, blank lines, spaces, quotes, line ends."""
    files = load_files(BASE / TOWN)
    file = f"{TOWN}/pack.yaml"
    spaced = files[file].replace("policies:\n", "policies:   # zone: 时区, yes: 是\r\n\r\n")
    files[file] = spaced.replace("running_cases: keep", "'running_cases':    \"keep\"   #   keep")
    chinese = reformatted(files, TOWN, file, "zh")
    assert "政策依据:   # zone: 时区, yes: 是\r\n\r\n" in chinese
    assert "'在办案件':    \"不变\"   #   keep" in chinese
    assert chinese.count("\n") == files[file].count("\n")
    assert re.findall("#.*", chinese) == re.findall("#.*", files[file])


def test_words_of_the_packs_own_stay() -> None:
    """A key or a text that only looks like a word of the format is left alone."""
    files = load_files(BASE / TOWN)
    file = f"{TOWN}/pack.yaml"
    own = files[file].replace(
        "  score:  {type: number, from", "  lead-time:  {type: {one of: [yes, no]}, from"
    )
    files[file] = own.replace("may_have: [score]", "may_have: [lead-time]")
    files[f"{TOWN}/scenarios.yaml"] = files[f"{TOWN}/scenarios.yaml"].replace("score: 2.5", "lead-time: yes")
    chinese = turned(files, TOWN, "zh")
    assert "lead-time:  {类型: {取值: [yes, no]}, 来源: 步骤" in chinese[file]
    assert "事实: {lead-time: yes}" in chinese[f"{TOWN}/scenarios.yaml"]
    assert "  town:    {名称" in chinese[file]
    build_pack(chinese, TOWN)


def test_amounts_in_unusual_forms_stay() -> None:
    """An amount that is not written in its usual form is left as it is rather than reworded."""
    files = load_files(BASE / TOWN)
    file = "ladder/template.yaml"
    files[file] = files[file].replace("within: 3 working days", "within: 三个工作日")
    assert "期限: 三个工作日" in reformatted(files, TOWN, file, "zh")


def test_when_notices_are_told_is_turned_too() -> None:
    """Quiet times, gathering and what is urgent, with its condition, are the same in either language."""
    files = examples()["quiet-nights"]
    chinese = turned(files, EXAMPLE, "zh")
    assert "免打扰" in chinese[f"{EXAMPLE}/pack.yaml"]
    assert (
        "加急:\n    - {规则: sparks-at-once, 因为: RULES-1, 遇: 已受理, 当: {sparks: 是}}"
        in chinese[f"{EXAMPLE}/pack.yaml"]
    )
    assert turned(chinese, EXAMPLE, "en") == files
    assert without_places(build_pack(chinese, EXAMPLE)) == without_places(build_pack(files, EXAMPLE))
