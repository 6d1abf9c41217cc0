"""Problems of this room, with what to do about them; their texts are in `words.toml`."""

from gridcase.catalogue import TextCatalogue
from shared.kernel.problems import Problem

bilingual = TextCatalogue("gridcase.towns").text


def problem(code: str, **terms: object) -> Problem:
    """Return a problem: its cause stands under its code, its remedy under '<code>.remedy'."""
    return Problem(code, bilingual(code, **terms), bilingual(f"{code}.remedy", **terms))
