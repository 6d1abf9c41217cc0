"""Fields are typed strictly and texts normalised once."""

import unicodedata
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from marshmallow import ValidationError

from shared.kernel.problems import Problem
from shared.web.catalogue import Catalogue
from shared.web.inputs import load, plain, sentence
from tests.web.demo import Thing

WORDS = Catalogue.of("shared.web")
WRONG: list[dict[str, Any]] = [
    {"count": "5"},
    {"count": 5.0},
    {"count": True},
    {"count": 2**70},
    {"count": None},
    {"size": "1.5"},
    {"size": True},
    {"size": 1e300},
    {"size": [1]},
    {"is_new": 1},
    {"is_new": "true"},
    {"is_new": 0},
    {"made_at": "2026-03-09 10:00"},
    {"made_at": "2026-03-09"},
    {"made_at": 0},
    {"made_at": "0001-01-01T00:00:00+14:00"},
    {"name": ""},
    {"name": "  "},
    {"name": "x" * 11},
    {"name": "\u6c9f" * 50_000},
    {"name": "a\x00b"},
    {"name": "a\x1b[2J"},
    {"name": "a\ud800"},
    {"name": ["a"]},
    {"parts": {"weight": 1}},
    {"unknown": 1},
]


@pytest.mark.parametrize("more", WRONG, ids=[repr(row)[:40] for row in WRONG])
def test_what_only_looks_right_is_refused(more: dict[str, Any]) -> None:
    """'5' is no number, 1 is no yes, an instant has its offset; the field is named."""
    with pytest.raises(Problem) as refused:
        load(Thing, {"name": "a", **more}, WORDS)
    assert refused.value.where["field"] in more


def test_what_is_right_is_loaded_typed() -> None:
    """Integers count as numbers, instants become UTC."""
    given_ = {
        "name": "a",
        "count": 5,
        "size": 2,
        "is_new": False,
        "made_at": "2026-03-09T10:00:00+08:00",
        "anything": [None],
    }
    loaded = load(Thing, given_, WORDS)
    assert (loaded["count"], loaded["size"], loaded["is_new"], loaded["anything"]) == (5, 2.0, False, [None])
    assert loaded["made_at"].isoformat() == "2026-03-09T02:00:00+00:00"


def test_texts_have_one_form() -> None:
    """Composed and decomposed texts become equal; marks that turn the direction of text are dropped; lines
    stay."""
    assert plain("e\u0301") == plain("\u00e9") == "\u00e9"
    assert plain("\u202e123\u202c \u2066abc\u2069") == "123 abc"
    assert plain("  a\r\nb\tc\r ") == "a\nb\tc"


@given(st.text(max_size=30))
def test_normalising_is_done_once(text: str) -> None:
    """A normalised text is in NFC, holds no control characters, and normalising it again changes nothing."""
    try:
        once = plain(text)
    except ValidationError:
        return
    assert unicodedata.is_normalized("NFC", once)
    assert plain(once) == once
    assert all(mark in "\n\t" or unicodedata.category(mark) not in ("Cc", "Cs") for mark in once)


def test_the_validators_sentences_are_known_in_chinese() -> None:
    """Sentences with a variable end keep it; an unknown one stays as it is rather than being lost."""
    assert sentence("Longer than maximum length 10.", "zh") == "太长，至多：10."
    assert sentence("Must be one of: a, b.", "zh") == "应为其中之一：a, b."
    both = "Must be greater than or equal to 1 and less than or equal to 200."
    assert sentence(both, "zh") == "应在 1 至 200 之间。"
    assert sentence("Something new.", "zh") == "Something new."
    assert sentence("Unknown field.", "en") == "Unknown field."
