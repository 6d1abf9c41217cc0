"""The platform's own words in notifications, from the catalogue beside this file.

Decides how a code becomes a text in both languages. Unknown codes get the general sentence: an alarm is never
lost for want of words.
"""

import tomllib
from collections.abc import Mapping
from importlib.resources import files
from typing import Any

from services.notify.domain.deadlines import Quote
from shared.kernel.texts import Text

Catalogue = Mapping[str, Mapping[str, Any]]
_DASH = Text("—", "—")


class Wording:
    """The catalogue of this service's texts."""

    def __init__(self, catalogue: Catalogue | None = None) -> None:
        self._texts = catalogue or tomllib.loads(
            files(__package__).joinpath("texts.toml").read_text(encoding="utf-8")
        )
        self.quotes: Mapping[Quote, Text] = {quote: self.text("quote", quote.value) for quote in Quote}

    def text(self, section: str, key: str) -> Text:
        """Return the text of a key.

        Raises:
            KeyError: there is none.
        """
        entry = self._texts[section][key]
        return Text(entry["zh"], entry["en"])

    def name(self, section: str, key: str) -> Text | None:
        """Return the name of a platform's own thing, or None for one that it does not know."""
        return self.text(section, key) if key in self._texts[section] else None

    def alarm(self, code: str, terms: Mapping[str, object]) -> Text:
        """Return what the operator reads for an alarm; missing terms read '—'."""
        known = self.name("alarm", code) or self.text("alarm", "other")
        return fill(self.text("telling", "alarm"), {"code": code, "text": fill(known, terms)})


def fill(text: Text, terms: Mapping[str, object]) -> Text:
    """Return the text with its words in braces filled in, each language with its own form of a term."""
    return Text(_filled(text.zh, terms, "zh"), _filled(text.en, terms, "en"))


class _Terms(dict[str, str]):
    def __missing__(self, key: str) -> str:
        del key
        return str(_DASH)


def _filled(words: str, terms: Mapping[str, object], language: str) -> str:
    shown = {key: _in(value, language) for key, value in terms.items() if value is not None}
    return words.format_map(_Terms(shown))


def _in(value: object, language: str) -> str:
    if isinstance(value, Text):
        return value.in_language("en" if language == "en" else "zh")
    return str(value)
