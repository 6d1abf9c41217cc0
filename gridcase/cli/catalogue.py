"""The command line's own texts, in `words.toml` beside this file, in Chinese or English as LANG says."""

import os

from gridcase.catalogue import TextCatalogue
from shared.kernel.texts import Language

_TEXTS = TextCatalogue("gridcase.cli")


def language() -> Language:
    """Return the reader's language: GRIDCASE_LANG, else LANG; Chinese where neither says 'en' nor is 'C'."""
    wanted = os.environ.get("GRIDCASE_LANG") or os.environ.get("LANG", "")
    return "en" if wanted.lower().startswith(("en", "c", "posix")) else "zh"


def localized(key: str, **terms: object) -> str:
    """Return a text in the reader's language, its terms filled in."""
    return _TEXTS.text(key, **terms).in_language(language())
