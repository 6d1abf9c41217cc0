"""The operator's guide: its pack is a pack, its commands print what it shows, its tables say what is true."""

import re
import tomllib
from pathlib import Path

import pytest
import yaml

from gridcase.recorded.mapping import ColumnValue, read_mapping
from shared.kernel.texts import Language
from shared.rules.language.readings import READINGS
from shared.rules.language.vocabulary import EFFECTS, PLATFORM_FACTS
from shared.rules.pack.build.files import load_files
from shared.rules.pack.read import build_pack
from shared.rules.scenario.read import load_scenarios
from tests.docs.conftest import Lived
from tests.docs.console import Shell, examples
from tests.docs.reading import (
    GUIDES,
    LANGUAGES,
    PROJECT,
    TOWNS,
    blocks,
    chapter,
    guide,
    headings,
    in_ticks,
    prose,
    rows,
)
from tests.packs.corpus import cases, refusal

pytestmark = pytest.mark.parametrize("language", LANGUAGES)
_ALARMS = PROJECT / "services" / "notify" / "handlers" / "texts.toml"


def write_pack(rules: Path, language: str) -> Path:
    """Write the pack and the scenarios that the guide builds part by part; return the town's folder."""
    folder = rules / TOWNS[language]
    folder.mkdir(parents=True)
    for name, info, between in (("pack.yaml", "yaml part", "\n"), ("scenarios.yaml", "yaml scenarios", "\n")):
        text = between.join(block.text for block in blocks(guide("operator", language), info))
        (folder / name).write_text(text, encoding="utf-8")
    return folder


def sections(text: str) -> dict[str, str]:
    """Return the top-level parts of a rule file by key."""
    parts = re.split(r"^(?=[^\s#])", text, flags=re.MULTILINE)[1:]
    return {part.partition(":")[0]: part for part in parts}


def test_the_parts_are_a_pack(language: str, tmp_path: Path) -> None:
    """Written one after another into one file, the parts of chapter 2 are accepted, scenarios and all."""
    folder = write_pack(tmp_path, language)
    files = load_files(folder)
    assert build_pack(files, folder.name).town == TOWNS[language]
    assert len(load_scenarios(files, folder.name)) == len(
        blocks(guide("operator", language), "yaml scenarios")
    )


def test_other_ways_to_write_a_part_are_accepted(language: str, tmp_path: Path) -> None:
    """Each variant of a part that the guide shows can stand in place of that part."""
    folder = write_pack(tmp_path, language)
    whole = (folder / "pack.yaml").read_text(encoding="utf-8")
    shown = blocks(guide("operator", language), "yaml instead")
    assert shown
    for block in shown:
        parts = {**sections(whole), **sections(block.text)}
        assert parts.keys() == sections(whole).keys(), block.text
        (folder / "pack.yaml").write_text("".join(parts.values()), encoding="utf-8")
        build_pack(load_files(folder), folder.name)


def add_parts(folder: Path, language: str) -> None:
    """Write the additions of chapter 6 under the first line of their parts, or as parts of their own."""
    pack, scenarios = folder / "pack.yaml", folder / "scenarios.yaml"
    parts = sections(pack.read_text(encoding="utf-8"))
    for block in blocks(guide("operator", language), "yaml added"):
        for key, part in sections(block.text).items():
            (head, _, old), new = parts.get(key, "").partition("\n"), part.partition("\n")[2]
            parts[key] = f"{head}\n{new}{old}" if new and old.strip() else part
    pack.write_text("\n".join(parts.values()), encoding="utf-8")
    added = [block.text for block in blocks(guide("operator", language), "yaml added scenarios")]
    scenarios.write_text("\n".join([scenarios.read_text(encoding="utf-8"), *added]), encoding="utf-8")


def test_additions_are_lived(language: str, tmp_path: Path) -> None:
    """With all additions of chapter 6 written in, the pack is accepted and every scenario of the guide passes."""
    folder = write_pack(tmp_path / "rules", language)
    add_parts(folder, language)
    said = Shell(tmp_path, "en").run(f"gridcase test rules/{folder.name}")
    assert f"{folder.name}: 11 scenarios passed, 0 failed" in said


def test_commands_print_what_is_shown(language: str, lived_in: Lived) -> None:
    """Every command of the guide, run in its order beside a running house, prints what the guide shows."""
    shell = lived_in(language)
    write_pack(shell.folder / "rules", language)
    shell.run(f"export OPERATOR=$(gridcase token issue operator --town {TOWNS[language]})")
    for block in blocks(guide("operator", language), "console"):
        for example in examples(block.text):
            assert shell.difference(example) is None, f"line {block.line}:\n{shell.difference(example)}"


def test_shown_faults_are_real(language: Language, tmp_path: Path) -> None:
    """Each fault that the guide shows is what the collection of broken packs brings about."""
    known = {case.code: case for case in cases()}
    shown = [block for block in blocks(guide("operator", language)) if block.info.startswith("text refused")]
    assert len(shown) > 5
    for number, block in enumerate(shown):
        code = block.info.split()[-1]
        errors = refusal(known[code].lay_out(tmp_path / str(number)))
        assert block.text.strip() in {error.render(language) for error in errors}, code


def test_shipped_parts_are_as_shown(language: str) -> None:
    """What the guide shows of a shipped pack stands in that pack."""
    shown = [block for block in blocks(guide("operator", language)) if block.info.startswith("yaml shipped")]
    assert shown
    for block in shown:
        pack = (PROJECT / "rules" / block.info.split()[-1] / "pack.yaml").read_text(encoding="utf-8")
        assert block.text in pack


def test_all_readings_are_explained(language: Language) -> None:
    """The table of readings has every reading in order, its default and what every other choice changes."""
    shown = rows(guide("operator", language), r"RC-\d+")
    assert [row[0] for row in shown] == list(READINGS)
    for name, _, default, others in shown:
        words = READINGS[name].all(language)
        assert in_ticks(default)[0] == words[0], name
        assert {word for word in in_ticks(others) if word in words} == set(words[1:]), name


def test_all_alarms_are_explained(language: str) -> None:
    """Every alarm that an operator can read has its row with what to do."""
    texts = tomllib.loads(_ALARMS.read_text(encoding="utf-8"))["alarm"]
    shown = {
        code
        for row in rows(guide("operator", language), r"`.*`")
        if len(row) == 3
        for code in in_ticks(row[0])
    }
    assert shown == texts.keys() - {"other"}


def test_facts_of_the_platform_are_named(language: Language) -> None:
    """The guide names every fact that is known without being declared, and no other."""
    line = next(line for line in chapter(guide("operator", language), 3).splitlines()
                if PLATFORM_FACTS.written("from_above", language) in line)  # fmt: skip
    assert in_ticks(line) == PLATFORM_FACTS.all(language)


def test_counted_things_are_as_many(language: str) -> None:
    """The number of effects that the guide states is the number that there are."""
    assert len(EFFECTS.chinese) == 19
    assert {"zh": "十九种", "en": "nineteen effects"}[language] in prose(guide("operator", language))


def test_parts_are_headed_by_terms(language: str) -> None:
    """Each part of a pack is headed by terms of the glossary."""
    column = {"en": 0, "zh": 1}[language]
    glossary = rows(PROJECT / "docs" / "glossary.md", r"[a-z].*")
    terms = {term for row in glossary for term in re.split(r"、|, ", row[column])}
    heads = [text for level, text in headings(guide("operator", language)) if level == 3]
    assert len(heads) > 10
    for head in heads:
        for word in re.split(r"、|, ", head.lower()):
            assert {word, word.removesuffix("s"), re.sub("ies$", "y", word)} & terms, word


def test_both_languages_say_the_same(language: str) -> None:
    """Both guides have the same headings by level and the same examples by kind."""
    for name in ("operator", "integrate"):
        here, there = guide(name, language), guide(name, "zh")
        assert [level for level, _ in headings(here)] == [level for level, _ in headings(there)]
        assert [block.info for block in blocks(here)] == [block.info for block in blocks(there)]
        assert prose(here).count("\n| ") == prose(there).count("\n| ")


def test_every_guide_is_in_the_index(language: str) -> None:
    """The index of guides names every guide of the folder."""
    index = (GUIDES / "README.md").read_text(encoding="utf-8")
    assert all(f"({path.name})" in index for path in GUIDES.glob(f"*.{language}.md"))


def test_examples_are_yaml(language: str) -> None:
    """Every example marked as YAML is YAML."""
    for name in ("operator", "integrate"):
        for block in blocks(guide(name, language)):
            if block.info.startswith("yaml"):
                assert yaml.safe_load(block.text)


def test_the_columns_of_an_offices_table_are_those_of_the_town(language: str, tmp_path: Path) -> None:
    """The mapping that chapter 15 shows is one, and what it translates into are keys of the guide's own pack."""
    (block,) = blocks(guide("operator", language), "yaml columns")
    path = tmp_path / "columns.yaml"
    path.write_text(block.text, encoding="utf-8")
    mapping = read_mapping(path)
    folder = write_pack(tmp_path, language)
    pack = build_pack(load_files(folder), folder.name)
    columns = (mapping.category, mapping.place, mapping.lead)
    translated = [column for column in columns if isinstance(column, ColumnValue)]
    category, place, lead = (set(column.values.values()) for column in translated)
    assert category <= pack.categories.keys()
    assert place <= pack.places.keys()
    assert {unit.rpartition("/")[2] for unit in lead} <= pack.units.keys()
    assert isinstance(mapping.channel, ColumnValue)
    assert mapping.channel.always in pack.channels
