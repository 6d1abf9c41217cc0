"""The platform's own words in notifications, from the texts beside this file.

Decides how a code becomes a text in both languages. Unknown codes get the general sentence: an alarm is never lost for
want of words.
"""

from collections.abc import Mapping
from importlib.resources import files

import msgspec

from services.notify.domain.deadlines import DeadlineQuote
from services.notify.domain.pending_notice import Quotes
from shared.kernel.texts import Language, Text

Term = Text | str | int | float | None
Terms = Mapping[str, Term]  # a sentence's terms by name; one that is None is not known
_DASH = Text("—", "—")


class Wording:
    """This service's texts."""

    def __init__(self) -> None:
        written = files(__package__).joinpath("texts.toml").read_text(encoding="utf-8")
        self._texts = msgspec.toml.decode(written, type=dict[str, dict[str, Text]])
        self.quotes: Quotes = {quote: self.text("quote", quote.value) for quote in DeadlineQuote}

    def text(self, section: str, key: str) -> Text:
        """Return the text of a key.

        Raises:
            KeyError: there is none.
        """
        return self._texts[section][key]

    def name(self, section: str, key: str) -> Text | None:
        """Return the name of a platform's own thing, or None for one that it does not know."""
        return self._texts[section].get(key)

    def alarm(self, code: str, terms: Terms) -> Text:
        """Return what the operator reads for an alarm; missing terms read '—'."""
        known = self.name("alarm", code) or self.text("alarm", "other")
        return fill(self.text("telling", "alarm"), {"code": code, "text": fill(known, terms)})


def fill(text: Text, terms: Terms) -> Text:
    """Return the text with its words in braces filled in, each language with its own form of a term."""
    return Text(_filled(text.zh, terms, "zh"), _filled(text.en, terms, "en"))


class _Shown(dict[str, str]):
    def __missing__(self, key: str) -> str:
        del key
        return str(_DASH)


def _filled(words: str, terms: Terms, language: Language) -> str:
    shown = {name: _in(term, language) for name, term in terms.items() if term is not None}
    return words.format_map(_Shown(shown))


def _in(term: Term, language: Language) -> str:
    return term.in_language(language) if isinstance(term, Text) else str(term)
