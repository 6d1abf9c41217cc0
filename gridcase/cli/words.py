"""The command line's own texts, in `words.toml` beside this file, in Chinese or English as LANG says."""

import os
import tomllib
from functools import cache
from importlib.resources import files

from shared.kernel.texts import Language, Text


def language() -> Language:
    """Return the reader's language: GRIDCASE_LANG, else LANG; Chinese where neither says 'en' nor is 'C'."""
    wanted = os.environ.get("GRIDCASE_LANG") or os.environ.get("LANG", "")
    return "en" if wanted.lower().startswith(("en", "c", "posix")) else "zh"


@cache
def _catalogue() -> dict[str, dict[str, str]]:
    return tomllib.loads(files(__package__).joinpath("words.toml").read_text(encoding="utf-8"))


def say(key: str, **terms: object) -> str:
    """Return a text in the reader's language, its terms filled in."""
    entry = _catalogue()[key]
    return Text(entry["zh"], entry["en"]).in_language(language()).format(**terms)
