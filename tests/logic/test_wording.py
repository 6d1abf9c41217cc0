"""Every refusal is said in both languages, and no template is left open."""

import re
import string
import tomllib
from pathlib import Path

import shared.rules.logic
from shared.rules.logic.wording import cause_and_remedy, codes, shown

ROOM = Path(shared.rules.logic.__file__).parent


def test_every_code_has_cause_and_remedy_in_both_languages() -> None:
    """Nothing is refused without a cause and a remedy in Chinese and in English, with the same terms."""
    catalogue = tomllib.loads((ROOM / "words.toml").read_text(encoding="utf-8"))
    for code in codes():
        terms = {language: set[str]() for language in ("zh", "en")}
        for words in catalogue[code].values():
            assert set(words) == {"zh", "en"}
            for language in words:
                terms[language] |= _terms(words[language])
        assert {_either(term) for term in terms["zh"]} == {_either(term) for term in terms["en"]}
        cause, remedy = cause_and_remedy(code, **dict.fromkeys(terms["zh"] | terms["en"], "x"))
        assert all((cause.zh, cause.en, remedy.zh, remedy.en))


def _terms(words: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(words) if name}


def _either(term: str) -> str:
    return re.sub("_(zh|en)$", "", term)


def test_codes_in_use_are_in_the_catalogue() -> None:
    """Every code named in this room's modules exists, and every code that exists is named."""
    text = "".join(path.read_text(encoding="utf-8") for path in ROOM.glob("*.py"))
    assert {code for code in codes() if f'"{code}"' not in text} == set()


def test_foreign_values_are_shown_short_and_printable() -> None:
    """A message repeats at most forty characters of what somebody wrote, and no control characters."""
    assert shown("a" * 100) == "a" * 40 + "…"
    assert shown("a\r\n\x1b[0m\u202eb").isprintable()
    assert shown(10**5000) == "int"
    assert shown([1]) == "list"
    assert shown(5) == "5"
