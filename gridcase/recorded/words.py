"""What is said of files that can't be read as they are, in `words.toml` beside this file."""

from gridcase.catalogue import TextCatalogue
from shared.kernel.problems import Problem
from shared.kernel.texts import Text

_TEXTS = TextCatalogue("gridcase.recorded")


def said(key: str, **terms: object) -> Text:
    """Return a text in both languages, its terms filled in."""
    return _TEXTS.text(key, **terms)


def problem(key: str, **terms: object) -> Problem:
    """Return a problem, with the remedy that stands beside its cause."""
    return Problem(key, said(key, **terms), said(f"{key}.remedy", **terms))
