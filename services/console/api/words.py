"""The words of the pages, in both languages: one catalogue beside the templates.

Decides how a key becomes a sentence. Words that the services know (categories, units, steps, refusals) come from them.
"""

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files

import msgspec
from msgspec import Struct

from shared.kernel.texts import Language, Text


class BothWays(Struct, frozen=True, forbid_unknown_fields=True):
    """A text in both languages."""

    zh: str
    en: str


class PageWords:
    """The catalogue.

    Args:
        texts: by key, such as 'nav.desk'.
    """

    def __init__(self, texts: Mapping[str, Text]) -> None:
        self._texts = texts

    @property
    def texts(self) -> Mapping[str, Text]:
        """Every text by its key."""
        return self._texts

    def say(self, language: Language, key: str, **terms: object) -> str:
        """Return a text with its terms filled in.

        Raises:
            KeyError: no such key, or a term is missing.
        """
        return self._texts[key].in_language(language).format_map(terms)

    def knows(self, key: str) -> bool:
        """Tell whether there is such a text."""
        return key in self._texts


@cache
def page_words() -> PageWords:
    """Return the catalogue of this package."""
    text = files(__package__).joinpath("words.toml").read_text(encoding="utf-8")
    sections = msgspec.convert(tomllib.loads(text), dict[str, dict[str, BothWays]])
    entries = ((f"{name}.{key}", both) for name, words in sections.items() for key, both in words.items())
    return PageWords({key: Text(both.zh, both.en) for key, both in entries})
