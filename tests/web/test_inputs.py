"""Fields are typed strictly and texts normalised once."""

import unicodedata
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from marshmallow import ValidationError

from shared.kernel.problems import Problem
from shared.kernel.unseen import without_unseen
from shared.web.catalogue import Catalogue
from shared.web.inputs import OneLine, PlainText, QueryNumber, load, plain, sentence
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


@pytest.mark.parametrize("given_", ["５", "1_0", " 5", "+5", "5 ", "0x5", "5.0", "", "1e1", "٥", "9" * 17])
def test_what_only_looks_like_a_number_is_none_in_an_address(given_: str) -> None:
    """Python reads full-width digits and underscores as numbers; two readers of one address must not differ."""
    with pytest.raises(ValidationError):
        QueryNumber().deserialize(given_)


@pytest.mark.parametrize("given_", ["5", "-5", "007", "0"])
def test_digits_are_a_number_in_an_address(given_: str) -> None:
    """The digits 0 to 9, and a sign where it says something."""
    assert QueryNumber().deserialize(given_) == int(given_)


@pytest.mark.parametrize("mark", ["\n", "\r", "\r\n", "\t", "\u2028", "\u2029", "\x85", "\x0b"])
def test_what_stands_in_one_line_has_no_line_break(mark: str) -> None:
    """A case number with a second line would be two in every list, log and table."""
    with pytest.raises(ValidationError):
        OneLine(100).deserialize(f"HL-7{mark}HL-8")
    assert OneLine(100).deserialize("HL-7 八") == "HL-7 八"


UNSEEN = "\u00ad\u115f\u180e\u200b\u200c\u200d\u2060\u2064\u3164\ufeff\uffa0\U000e0041"


@pytest.mark.parametrize("mark", UNSEEN)
def test_what_nobody_sees_is_left_out_of_texts_and_keys(mark: str) -> None:
    """Two texts that look alike are alike: for keywords, for lists, for whoever looks a reference up."""
    assert plain(f"{mark}网{mark}格{mark}a{mark}b {mark}") == "网格ab"
    with pytest.raises(ValidationError):
        PlainText(10).deserialize(mark * 3)


def test_what_a_script_or_a_picture_needs_stays() -> None:
    """Joiners within emoji and between letters that need them, and Mongolian's own separator."""
    for text in ("👨\u200d👩\u200d👧", "می\u200cخواهم", "क्\u200dष", "ᠬᠠᠷ\u180eᠠ", "葛\U000e0100"):
        assert plain(text) == text


@given(st.text(st.sampled_from([*UNSEEN, "网", "a", "👨", " ", "ن"])))
def test_leaving_out_what_nobody_sees_is_done_once(text: str) -> None:
    """What was left out once leaves nothing to be left out."""
    assert without_unseen(without_unseen(text)) == without_unseen(text)
