"""Reasons and dates written once for many rules are those of each rule that does not say its own (decision 35)."""

import re
from datetime import date
from pathlib import Path

import pytest

from shared.rules.decide import Situation, decide
from shared.rules.language.errors import PackErrors
from shared.rules.pack.format import reformatted
from shared.rules.pack.model import Origin, Pack
from shared.rules.pack.read import build_pack
from tests.decide.towns import books, local
from tests.e2e.format_examples import TOWN, town_with
from tests.packs.edits import TEMPLATE, changed

FILE = f"{TOWN}/benches.yaml"
CATEGORY = "categories:\n  bench: {name: {zh: 长椅, en: bench}, department: works-office}\n"
FIRST = date(2026, 3, 10)


def files(benches: str | None = None, number: int = 2) -> dict[str, str]:
    """The README's town, whose limits and notices stand in a file of their own, as the format's page shows it."""
    made = town_with(CATEGORY, number=number)
    main = made[f"{TOWN}/pack.yaml"]
    made[f"{TOWN}/pack.yaml"] = re.sub(r"^limits:\n.*?(?=^format:)", "", main, flags=re.DOTALL | re.MULTILINE)
    return {**made, FILE: shown() if benches is None else benches}


def shown() -> str:
    """The file on the format's page."""
    page = (Path(__file__).parents[2] / "docs" / "pack-format.md").read_text(encoding="utf-8")
    found = re.search(r"```yaml\n(# rules/willow-town/benches.yaml\n.*?)```", page, re.DOTALL)
    assert found is not None
    return found[1]


def origins(pack: Pack) -> dict[str, Origin]:
    return {rule.origin.rule: rule.origin for rule in (*pack.limits, *pack.tell)}


def codes(benches: str, number: int = 2) -> list[str]:
    with pytest.raises(PackErrors) as refusal:
        build_pack(files(benches, number), TOWN)
    return [error.code for error in refusal.value.errors]


def test_a_rule_takes_what_it_does_not_say() -> None:
    """The section is nearer than the file; what a rule says stands in place of the head's; other files take nothing."""
    pack = build_pack(files(), TOWN)
    found = {rule: (origin.because, origin.valid_from) for rule, origin in origins(pack).items()}
    assert found == {
        "five-days": (("RC-20",), FIRST),
        "bench-limit": (("RC-20",), FIRST),
        "bench-told": (("RULES-1",), FIRST),
        "tell-lead": (("RULES-1",), None),
    }
    assert {rule.origin.valid_from for rule in pack.routing} == {None}


def test_it_is_shown_as_if_written() -> None:
    """The explanation of a deadline names the inherited reason; before the day of effect there is none."""
    pack = build_pack(files(), TOWN)
    report = Situation("bench", "app", None, {})
    before, after = (decide(pack, books(), report, local(f"2026-03-{day} 10:00")) for day in ("09", "10"))
    assert [clock.limit.origin.rule for clock in before.clocks] == []
    assert {clock.limit.origin.because for clock in after.clocks} == {("RC-20",)}
    assert {notice.notice.origin.because for notice in after.notices} == {("RULES-1",)}


def test_a_fault_of_a_head_is_said_once() -> None:
    """Where several rules inherit a clause that no policy declares, its own line is named, and once."""
    assert codes(shown().replace("because: RC-20", "because: NOBODY-1")) == ["unknown-policy"]


def test_a_head_that_no_rule_takes_is_refused() -> None:
    """Of the file as of a section."""
    alone = "because: RULES-1\nladders:\n  up: {to: [supervisor]}\n"
    assert "head-inherited-by-none" in codes(shown() + "hidden:\n  because: RULES-1\n  rules: []\n")
    assert "head-inherited-by-none" in codes(alone)


def test_format_1_does_not_know_heads() -> None:
    """A town of format 1 is told so at each of them, its template's too."""
    assert codes(shown(), number=1) == ["only-from-format"] * 3
    with pytest.raises(PackErrors) as refusal:
        build_pack(changed(("edition: 1", "edition: 1\nvalid: {from: 2026-01-01}"), file=TEMPLATE), "t-base")
    assert [error.code for error in refusal.value.errors] == ["only-from-format"]


def test_the_chinese_form_says_the_same() -> None:
    """Turned into Chinese words, the file is read as it was."""
    english = files()
    chinese = reformatted(english, TOWN, FILE, "zh")
    assert "因为: RC-20" in chinese
    again = build_pack({**english, FILE: chinese}, TOWN)
    found = {rule: (one.because, one.valid_from) for rule, one in origins(again).items()}
    assert found == {
        rule: (one.because, one.valid_from) for rule, one in origins(build_pack(english, TOWN)).items()
    }
