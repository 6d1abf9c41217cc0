"""A room's catalogue of refusals: code → HTTP status, cause and remedy in Chinese and English.

Decides how a code becomes a `Problem`. A catalogue is a TOML file beside the code that refuses: gettext gives
one language at a time, while a problem carries both, so that it can be stored once and read in either. Must
not import Flask: domains use it too.
"""

import tomllib
from collections.abc import Mapping
from importlib.resources import files
from typing import Any

from shared.kernel.problems import Problem
from shared.kernel.texts import Language, Text

Where = Mapping[str, str | int]
LONGEST_TERM = 200


class Catalogue:
    """One catalogue.

    Args:
        entries: per code `status`, `cause` and `remedy`, the latter two with `zh` and `en`.
    """

    def __init__(self, entries: Mapping[str, Mapping[str, Any]]) -> None:
        self._entries = entries

    @classmethod
    def of(cls, package: str, name: str = "words.toml") -> "Catalogue":
        """Read the catalogue that lies in a package.

        Args:
            package: dotted name.
            name: of the file within it.

        Raises:
            FileNotFoundError: there is no such file.
            tomllib.TOMLDecodeError: it is no TOML.
        """
        return cls(tomllib.loads(files(package).joinpath(name).read_text(encoding="utf-8")))

    @property
    def codes(self) -> frozenset[str]:
        """Every code of this catalogue."""
        return frozenset(self._entries)

    def status(self, code: str) -> int | None:
        """Return the HTTP status of a code, or None when this catalogue does not hold it."""
        entry = self._entries.get(code)
        return int(entry.get("status", 422)) if entry else None

    def problem(self, code: str, where: Where | None = None, **terms: object) -> Problem:
        """Return the problem that a code stands for, with its terms filled in.

        Args:
            where: what it concerns; not shown in the sentences.
            terms: texts, `Text`s or plain values by the names that stand in braces; shortened as `shorten` does, and
                inert: braces within a value stay braces.

        Raises:
            KeyError: no such code, or a term is missing.
        """
        entry = self._entries[code]
        cause, remedy = _filled(entry["cause"], terms), _filled(entry.get("remedy", {}), terms)
        return Problem(code, cause, remedy, dict(where or {}))


def shorten(value: object) -> str:
    """Return a foreign value as a message may repeat it: printable, and 200 characters at most.

    Args:
        value: anything that somebody sent; what could be taken for other text in a log or on a screen is replaced.
    """
    whole = str(value)
    text = whole[:LONGEST_TERM]
    if not text.isprintable():
        text = "".join(mark if mark.isprintable() else "\N{REPLACEMENT CHARACTER}" for mark in text)
    return text if len(whole) <= LONGEST_TERM else text + "…"


def _filled(template: Mapping[str, str], terms: Mapping[str, object]) -> Text:
    return Text(_filled_in("zh", template, terms), _filled_in("en", template, terms))


def _filled_in(language: Language, template: Mapping[str, str], terms: Mapping[str, object]) -> str:
    shown = {
        key: shorten(value.in_language(language) if isinstance(value, Text) else value)
        for key, value in terms.items()
    }
    return template.get(language, "").format_map(shown)
