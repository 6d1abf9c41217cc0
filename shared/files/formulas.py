"""Texts in cells of tables: none of them is taken for a formula by whichever program opens the table.

Decides what looks like one. An apostrophe before it is what programs show as a text.
"""

from unicodedata import category, normalize

_FORMULA = ("=", "+", "-", "@", "\u2212")
_MARKED = ("'", "\t", "\r")
# What a spreadsheet passes over before it looks for a formula, or what nobody sees: controls, formats, blanks.
_PASSED = ("Cc", "Cf", "Zs", "Zl", "Zp")
_BLANKS = "\u115f\u1160\u2800\u3164\uffa0"


def no_formula(text: str) -> str:
    """Return a text as it stands in a cell: with an apostrophe before it where it begins like a formula."""
    return f"'{text}" if is_like_formula(text) else text


def is_like_formula(text: str) -> bool:
    """Tell whether a program may take a text for a formula, or for one that is marked as a text already."""
    if text.startswith(_MARKED):
        return True
    first = next((mark for mark in text if category(mark) not in _PASSED and mark not in _BLANKS), "")
    return normalize("NFKC", first) in _FORMULA
