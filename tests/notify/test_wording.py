"""The platform's own words: complete, in both languages, and never at a loss."""

import tomllib
from importlib.resources import files
from string import Formatter

from hypothesis import given
from hypothesis import strategies as st

from services.notify.handlers.wording import Wording, fill
from shared.kernel.texts import Text

CATALOGUE = tomllib.loads(
    files("services.notify.handlers").joinpath("texts.toml").read_text(encoding="utf-8")
)


def test_every_text_is_there_in_both_languages_with_the_same_terms() -> None:
    """A term that one language names and the other forgets would hide something from its readers."""
    for section, entries in CATALOGUE.items():
        for key, words in entries.items():
            terms = [
                {name for _, name, _, _ in Formatter().parse(words[language]) if name}
                for language in ("zh", "en")
            ]
            assert terms[0] == terms[1], (section, key)
            assert words["zh"].strip()
            assert words["en"].strip()


def test_an_alarm_without_words_is_told_all_the_same() -> None:
    """An unknown code gets the general sentence with the code; terms that are missing read as a dash."""
    text = Wording().alarm("never-heard-of", {"number": "2026-1"})
    assert "never-heard-of" in text.en
    assert "2026-1" in text.zh
    assert "—" in Wording().alarm("calendar-missing", {}).en


@given(st.dictionaries(st.sampled_from(["number", "unit", "cause"]), st.text(max_size=20)))
def test_terms_are_inert(terms: dict[str, str]) -> None:
    """Whatever a term holds – braces, percent signs, other terms' names – it is shown as it is."""
    shown = fill(Text("{number}|{unit}|{cause}", "{number}|{unit}|{cause}"), terms).en
    assert shown == "|".join(terms.get(name, "—") for name in ("number", "unit", "cause"))
