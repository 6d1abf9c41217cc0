"""`gridcase compare`: one case in several towns, each by its own rules and in its own words."""

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from gridcase.cli.root import cli

S_021 = "rules/comparisons/s-021.yaml"
TOWNS = "t-vtc,t-cgz,t-com,t-sfs,t-ly,t-zq,t-zj,t-cgz:P001-06D"
AT = "2026-02-13T16:40"
ELM = str(Path(__file__).parent / "data" / "elm")


@pytest.fixture(autouse=True)
def english(monkeypatch: pytest.MonkeyPatch) -> None:
    """Speak English, whatever machine this is."""
    monkeypatch.setenv("GRIDCASE_LANG", "en")


def compare(*words: str, stdin: str | None = None) -> Result:
    return CliRunner().invoke(cli, ["compare", *words], input=stdin, catch_exceptions=False)


def answers(*words: str, stdin: str | None = None) -> list[dict[str, Any]]:
    result = compare(*words, "--json", stdin=stdin)
    assert result.exit_code == 0, result.output
    found: list[dict[str, Any]] = json.loads(result.stdout)
    return found


def due(answer: dict[str, Any]) -> dict[str, Any]:
    return {clock["clock"]: clock["label"] for clock in answer["clocks"]}


@pytest.mark.proves(
    "P000.25", "P000.26", "P001-04.11", "P001-05.4", "P001-12.18", "P001-18.4", "P002B.9", "P003.27"
)
def test_one_case_gets_eight_answers() -> None:
    """S-021: a sewer overflows on the Friday before the Spring Festival; who leads and when it is due, town by town."""
    vtc, cgz, com, sfs, ly, zq, zj, alone = answers(S_021, "--at", AT, "--towns", TOWNS)
    leads = [one["decision"]["lead"].rpartition("/")[2] for one in (vtc, cgz, com, sfs, ly, zq, zj)]
    assert leads[:2] == ["village-station-head", "grid-responsible-leader"]
    assert leads[4:6] == ["community-station", "村平台"]
    levels = [one["decision"]["levels"] for one in (vtc, cgz, com, ly, zq)]
    assert levels == [["village"], ["community"], ["community"], ["community"], ["村"]]
    assert due(vtc) == due(cgz) == {"settle": "2026-02-25 24:00"}
    assert due(com) == {"settle": "2026-02-14 24:00"}  # the make-up Saturday is a working day
    assert due(sfs) == {"settle": "2026-02-24 24:00"}
    assert due(ly) == due(alone) == {}
    assert "settle" not in due(zq)
    assert due(zj).get("settle") is None  # a person writes it
    clauses = [one["decision"]["rule"]["because"][0] for one in (vtc, cgz, com, sfs, ly, zq, zj)]
    assert clauses == ["P001-05.2", "P001-18.2", "P001-04.11", "P001-12.21", "P002B.9", "P003.27", "P000.25"]
    assert zj["decision"]["lead"] == zj["decision"]["departments"][0]


def test_each_due_time_comes_with_rule_and_clause() -> None:
    """A reader sees on which sentence of which policy a day rests."""
    rules = {
        one["asked"]: {clock["rule"]["because"][0] for clock in one["clocks"] if clock["clock"] == "settle"}
        for one in answers(S_021, "--at", AT, "--towns", TOWNS)
    }
    assert rules["t-vtc"] == {"P001-05.4"}
    assert rules["t-cgz"] == {"P001-18.4"}
    assert rules["t-com"] == {"P001-04.11"}
    assert rules["t-sfs"] == {"P001-12.18"}


def test_people_read_a_table() -> None:
    """Names in the reader's language, the due time, who is told, and the clause."""
    result = CliRunner(env={"COLUMNS": "240"}).invoke(
        cli, ["compare", S_021, "--at", AT, "--towns", "t-vtc,t-ly"]
    )
    assert result.exit_code == 0
    for words in (
        "village grid station head",
        "settle 2026-02-25 24:00",
        "own-matter ← P001-05.2",
        "no due time",
    ):
        assert words in result.output


def test_the_category_is_proposed_by_the_towns_own_keywords() -> None:
    """Where no category is given, the text finds it, and the answer shows with which words."""
    (elm,) = answers("-", "--at", AT, "--towns", ELM, stdin="text: 河边堆了垃圾\n")
    assert elm["category"] == "waste"
    assert elm["proposal"] == {"category": "waste", "matched": ["垃圾"]}
    assert elm["decision"]["lead"] == "elm/office"


def test_what_a_town_does_not_know_is_said_and_not_refused() -> None:
    """Unknown facts, places, channels and categories are notes beside the answer."""
    case = "category: lions\nplace: moon\nchannel: drum\nfacts: {roars: yes, result: 7}\n"
    (elm,) = answers("-", "--at", AT, "--towns", ELM, stdin=case)
    notes = " ".join(note["en"] for note in elm["notes"])
    for word in ("no category lions", "no place moon", "no channel drum", "no fact roars"):
        assert word in notes
    assert len(elm["notes"]) == 5  # and a number is no text
    assert elm["decision"]["lead"].endswith("/clerk")


def test_a_town_is_told_in_its_own_words_over_the_common_ones() -> None:
    """Facts of a town join the common ones; its category takes the common one's place; Chinese keys are read too."""
    case = f"类别: waste\n辖区:\n  {ELM}: {{类别: talk}}\n"
    (elm,) = answers("-", "--at", AT, "--towns", ELM, stdin=case)
    assert elm["category"] == "talk"


def test_some_policies_alone_leave_out_the_rules_of_the_others() -> None:
    """P001-06D gives no day: asked for alone, its town has no due time, though another policy of it has one."""
    whole, alone = answers(
        "-", "--at", AT, "--towns", "t-cgz,t-cgz:P001-06D", stdin="category: work-safety\n"
    )
    assert whole["clocks"]
    assert alone["decision"]["rule"]["id"] == "assisted"
    assert not alone["clocks"]


@pytest.mark.parametrize(
    ("case", "towns", "word"),
    [
        ("- a list", "t-vtc", "key: value"),
        ("colour: red", "t-vtc", "colour"),
        ("facts: [a]", "t-vtc", "fact: value"),
        ("towns: [a]", "t-vtc", "town"),
        ("towns: {t-vtc: {colour: red}}", "t-vtc", "colour"),
        ("text: [", "t-vtc", "YAML"),
        ("text: x", "t-nowhere", "t-nowhere"),
        ("text: x", "t-vtc:P999", "P999"),
        ("text: x", ",", "no town"),
    ],
)
def test_what_can_not_be_read_is_refused_kindly(case: str, towns: str, word: str) -> None:
    """The cause names the word at fault, and no traceback is shown."""
    result = compare("-", "--towns", towns, stdin=case)
    assert result.exit_code == 2
    assert word in result.output
    assert "Traceback" not in result.output
