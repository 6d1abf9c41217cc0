"""What others read of the format says what the loader does: the JSON Schema and the documentation."""

from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from shared.rules.language.describe import described
from shared.rules.language.json_schema import json_schema
from shared.rules.language.publish import DOCUMENT, SCHEMA_FILE, schema_text
from shared.rules.language.schema import RECORDS
from shared.rules.pack.build.files import load_files, town_folders
from shared.rules.pack.format import reformatted
from tests.packs.corpus import BASE, OTHER, TOWN, cases
from tests.packs.plain import as_json

PROJECT = Path(__file__).parents[2]
STRUCTURAL = ("unknown-key", "missing-key", "wrong-kind", "unknown-word", "bad-key", "not-yes-or-no",
              "number-out-of-range", "not-a-date", "not-an-instant", "not-office-hours", "bare-number",
              "because-missing", "limit-without-within", "empty-list", "text-key")  # fmt: skip


@pytest.fixture(scope="module")
def validator() -> Any:
    """The published schema, ready to judge."""
    return Draft202012Validator(json_schema())


def test_the_schema_is_published_as_it_is() -> None:
    """The file under rules/schema is the schema that the description makes."""
    assert (PROJECT / SCHEMA_FILE).read_text(encoding="utf-8") == schema_text()


def test_the_documentation_is_up_to_date() -> None:
    """The tables of the documentation are those that the description makes."""
    document = (PROJECT / DOCUMENT).read_text(encoding="utf-8")
    assert described(document) == document


def test_the_documentation_shows_every_record() -> None:
    """Each record of the format has its table, or is said to be like another."""
    document = (PROJECT / DOCUMENT).read_text(encoding="utf-8")
    for record in RECORDS:
        assert f"<!-- table: record {record} -->" in document or f"### {record}\n" in document, record


def test_the_schema_is_one(validator: Any) -> None:
    """The published schema is a JSON Schema of the edition that it names."""
    Draft202012Validator.check_schema(json_schema())


@pytest.mark.parametrize(
    "folder", [BASE / TOWN, BASE / OTHER, *town_folders(PROJECT / "rules")], ids=lambda path: path.name
)
def test_sound_packs_fit_the_schema(validator: Any, folder: Path) -> None:
    """An editor finds no fault with packs that the loader accepts."""
    for file, text in load_files(folder).items():
        if not file.endswith(".yaml"):
            continue
        assert [error.message for error in validator.iter_errors(as_json(text))] == [], file


def test_chinese_packs_fit_the_schema(validator: Any) -> None:
    """The schema knows the Chinese keys and words too."""
    files = load_files(BASE / TOWN)
    for file in files:
        chinese = reformatted(files, TOWN, file, "zh")
        assert [error.message for error in validator.iter_errors(as_json(chinese))] == [], file


@pytest.mark.parametrize("code", STRUCTURAL)
def test_editors_see_faults_of_structure(validator: Any, code: str, tmp_path: Path) -> None:
    """An editor marks unknown keys, missing keys and values of the wrong kind."""
    case = next(case for case in cases() if case.code == code)
    case.lay_out(tmp_path)
    text = (tmp_path / case.content["at"]["file"]).read_text(encoding="utf-8")
    assert list(validator.iter_errors(as_json(text)))
