"""The command line's own texts, in `words.toml` beside this file, in Chinese or English as the locale says."""

import os

from gridcase.catalogue import TextCatalogue
from shared.kernel.texts import Language

_SAID_BY = ("GRIDCASE_LANG", "LC_ALL", "LC_MESSAGES", "LANG")  # the first that says anything
_TEXTS = TextCatalogue("gridcase.cli")


def language() -> Language:
    """Return the reader's language: GRIDCASE_LANG, else the locale's; Chinese where it is neither English nor 'C'."""
    wanted = next((said for name in _SAID_BY if (said := os.environ.get(name))), "")
    return "en" if wanted.lower().startswith(("en", "c", "posix")) else "zh"


def localized(key: str, **terms: object) -> str:
    """Return a text in the reader's language, its terms filled in."""
    return _TEXTS.text(key, **terms).in_language(language())
