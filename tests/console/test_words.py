"""The catalogue of pages: both languages, nothing missing, nothing that no page says."""

import re
from pathlib import Path

import services.console
from services.console.api.story import TOLD
from services.console.api.words import page_words
from services.console.domain.figures import Standing
from services.console.domain.time_left import DueBand
from services.intake.api.inputs import CasesQuery
from shared.kernel.roles import Role
from shared.rules.case.snapshot import CaseState
from shared.rules.clocks.clock import ClockState

ROOM = Path(services.console.__file__).parent
SOURCES = [*ROOM.glob("api/templates/*.html"), *ROOM.glob("api/*.py")]
SAID = re.compile(r"""(?:w\(|say\(self\.language, |_say\(|w\()\s*['"]([a-z][a-z0-9_.-]+\.[a-z0-9_.-]+)['"]""")
BUILT = re.compile(
    r"""['"]([a-z][a-z-]*(?:\.[a-z-]+)*)\.['"]\s*~|or_key\(['"]([a-z-]+)['"]|f"([a-z-]+)\.\{"""
)


def test_every_word_that_a_page_says_is_there() -> None:
    """A key in a template or a view that the catalogue does not hold would fail only when the page is asked for."""
    words = page_words()
    said = {key for source in SOURCES for key in SAID.findall(source.read_text(encoding="utf-8"))}
    assert len(said) > 100
    assert not {key for key in said if not words.knows(key)}


def test_words_of_lists_cover_what_services_have() -> None:
    """A state, a role or a standing without a word would be shown as its key."""
    words = page_words()
    wanted = [
        *(f"states.{state}" for state in CaseState),
        *(f"clock-states.{state}" for state in ClockState),
        *(f"roles.{role}" for role in Role),
        *(f"supervision.{standing}" for standing in Standing),
        *(f"time.{band}" for band in (DueBand.NONE, DueBand.OVER)),
    ]
    assert not [key for key in wanted if not words.knows(key)]


def test_both_languages_say_something_else() -> None:
    """Chinese is Chinese and English is English: a text copied into the other's place is seen."""
    han = re.compile(r"[\u3400-\u9fff]")
    for key, text in page_words().texts.items():
        if key == "brand.language":
            continue
        assert han.search(text.zh), key
        assert not han.search(text.en), key


def test_terms_are_the_same_in_both_languages() -> None:
    """A term that one language leaves out is a fact that half of the readers miss."""
    terms = re.compile(r"\{(\w+)\}")
    for key, text in page_words().texts.items():
        assert set(terms.findall(text.zh)) == set(terms.findall(text.en)), key


def test_no_word_is_left_over() -> None:
    """What no page says any more goes out of the catalogue."""
    text = "\n".join(source.read_text(encoding="utf-8") for source in SOURCES)
    built = {next(filter(None, found)) for found in BUILT.findall(text)}
    unsaid = [
        key
        for key in page_words().texts
        if not re.search(rf"""['"]{re.escape(key)}['"]""", text)
        and not any(key.startswith(f"{each}.") for each in built)
    ]
    assert not unsaid


def test_filters_are_those_of_the_service() -> None:
    """The desk offers no filter that intake does not know."""
    from services.console.api.desk import FILTERS

    known = {field.data_key or name for name, field in CasesQuery().fields.items()}
    assert set(FILTERS) <= known
    assert TOLD == "notification.sent"
