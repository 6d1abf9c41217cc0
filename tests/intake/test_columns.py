"""Cells of an export: nothing that a spreadsheet may take for a formula, and every text the same after the way back."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.intake.transfer.api.columns import COLUMNS, from_cells, to_cells

UNSEEN = (
    "",
    "\u200b",
    "\ufeff",
    "\u3000",
    "\u00a0",
    " ",
    "\u2060",
    "\u202e",
    "\u00ad",
    "\u3164",
    "\u2028",
    "\x00",
)
SIGNS = ("=", "+", "-", "@", "＝", "＋", "－", "＠", "﹣", "﹢", "﹦", "﹫", "−")


def cell(text: str) -> str:
    """Return the cell of a case's text in a table."""
    return to_cells({"text": text}, with_identity=False)[COLUMNS.index("text")]


@pytest.mark.parametrize("sign", SIGNS)
@pytest.mark.parametrize("before", UNSEEN)
def test_signs_of_formulas_are_escaped_in_every_width_and_behind_what_nobody_sees(
    before: str, sign: str
) -> None:
    """A spreadsheet of East Asia takes full-width signs too, and some programs pass over blanks before them."""
    text = f"{before}{sign}HYPERLINK(1)"
    assert cell(text) == f"'{text}"
    assert from_cells({"text": cell(text)}) == {"text": text}


@pytest.mark.parametrize("text", ["沟堵了", "a=b", "1-2", "（-5）", "“=”", "x\u200b=1"])
def test_other_texts_stand_as_they_are(text: str) -> None:
    """A sign in the middle is no formula."""
    assert cell(text) == text


@given(st.text(st.sampled_from([*UNSEEN[1:], *SIGNS, "'", "a", "沟"]), min_size=1))
def test_every_text_is_the_same_after_the_way_back(text: str) -> None:
    """Whatever its first characters are, the apostrophe is taken off again and no other one."""
    assert from_cells({"text": cell(text)}) == {"text": text}
