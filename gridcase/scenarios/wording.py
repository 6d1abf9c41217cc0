"""What a run of scenarios says to people, in both languages: texts in `words.toml`, words as rule files write them.

Decides how a value is shown: words of the language in the reader's own form, names of the pack as they stand.
Must not know what was expected.
"""

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files

from shared.kernel.texts import Text
from shared.rules.pack.vocabulary import (
    CLOCK_EVENTS,
    CLOCK_STATES,
    CLOCKS,
    FIRST,
    MILESTONES,
    PARTIES,
    VERDICTS,
)

_WORDS: Mapping[str, str] = {
    **CLOCKS.chinese,
    **CLOCK_STATES.chinese,
    **VERDICTS.chinese,
    **CLOCK_EVENTS.chinese,
    **PARTIES.chinese,
    **FIRST.chinese,
    **MILESTONES.chinese,
}


def said(key: str, **terms: object) -> Text:
    """Return a text with its terms filled in; a term that is a `Text` stands in the language around it."""
    entry = _catalogue()[key]
    return Text(
        entry["zh"].format(**{name: _in(term, True) for name, term in terms.items()}),
        entry["en"].format(**{name: _in(term, False) for name, term in terms.items()}),
    )


def shown(value: object) -> Text:
    """Return a value as a reader knows it: 'none', 'yes', a list with its commas, a word of rule files."""
    if value is None:
        return said("nothing")
    if isinstance(value, bool):
        return said("yes" if value else "no")
    if isinstance(value, list | tuple):
        items = [shown(item) for item in value]
        nothing = said("nothing")
        return Text(
            "、".join(item.zh for item in items) or nothing.zh,
            ", ".join(item.en for item in items) or nothing.en,
        )
    return word(str(value))


def word(text: str) -> Text:
    """Return a milestone, clock, state or the like in both languages; anything else as it is."""
    if text in _WORDS:
        return Text(_WORDS[text], text)
    return Text(" ".join(_WORDS.get(part, part) for part in text.split(" ")), text)


@cache
def _catalogue() -> dict[str, dict[str, str]]:
    return tomllib.loads(files(__package__).joinpath("words.toml").read_text(encoding="utf-8"))


def _in(term: object, is_chinese: bool) -> object:
    if isinstance(term, Text):
        return term.zh if is_chinese else term.en
    return term
