"""Every fault is refused at its file and line, with a cause and a remedy in both languages, and alone."""

import pickle
import re
from pathlib import Path

import pytest

from shared.kernel.texts import Text
from shared.rules.language.errors import PackError, PackErrors, catalogue
from tests.packs.corpus import BASE, TOWN, Case, cases, refusal

CASES = list(cases())
RULES = Path(__file__).parents[2] / "shared" / "rules"
SOURCES = (RULES / "pack", RULES / "language", RULES / "scenario", RULES / "papers")


def test_the_sound_pack_is_sound() -> None:
    """The pack that the broken ones are made from is accepted."""
    assert refusal(BASE / TOWN) == ()


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_each_fault_is_said_where_it_stands(case: Case, tmp_path: Path) -> None:
    """A broken pack yields its own message at its own line, and nothing else but what it announces."""
    errors = refusal(case.lay_out(tmp_path))
    error = next((error for error in errors if error.code == case.code), None)
    assert error is not None, [str(error) for error in errors]
    assert (error.file, error.line) == (case.content["at"]["file"], case.line(tmp_path))
    assert error.rule == case.content.get("rule")
    assert {"cause": error.cause.zh, "remedy": error.remedy.zh} == case.content["zh"]
    assert {"cause": error.cause.en, "remedy": error.remedy.en} == case.content["en"]
    others = sorted(other.code for other in errors if other is not error)
    assert others == sorted(case.content.get("also", []))


def test_each_message_has_its_broken_pack() -> None:
    """No message without a pack that brings it about, and no pack for a message that is gone."""
    assert {case.code for case in CASES} == set(catalogue())


def test_a_refusal_crosses_to_another_process_whole() -> None:
    """A pack that a process of its own refuses is shown with every fault, its place and how many more there are."""
    found = [
        PackError("a-code", f"town-{line}", line, 1, None, Text("因", "cause"), Text("法", "remedy"))
        for line in (2, 1)
    ]
    refused = PackErrors(found, 3)
    again = pickle.loads(pickle.dumps(refused))
    assert (again.errors, again.left_out, str(again)) == (refused.errors, 3, str(refused))


def test_each_message_is_used() -> None:
    """The catalogue holds no words that nothing says."""
    written = "".join(path.read_text(encoding="utf-8") for source in SOURCES for path in source.rglob("*.py"))
    made_up = {f"unknown-{kind}" for kind in ("unit", "level", "place", "fact", "category", "channel", "step",
                                              "procedure", "milestone", "occasion", "ladder", "form",
                                              "duty", "figure", "measure", "document")}  # fmt: skip
    made_up |= {f"value-{what}" for what in ("unknown-choice", "out-of-bounds", "too-long")}
    made_up |= {"town-not-first", "template-not-first"}
    assert {code for code in catalogue() if f'"{code}"' not in written} <= made_up


@pytest.mark.parametrize("code", sorted(catalogue()))
def test_both_languages_say_the_same_things(code: str) -> None:
    """Cause and remedy name the same terms in Chinese and in English."""
    for part in ("cause", "remedy"):
        words = catalogue()[code][part]
        terms = {
            language: set(re.findall(r"(?<!\{)\{(\w+)\}(?!\})", words[language])) for language in ("zh", "en")
        }
        assert words["zh"], code
        assert words["en"], code
        assert terms["zh"] == terms["en"], (code, terms)
