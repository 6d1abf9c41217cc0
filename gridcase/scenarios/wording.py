"""What a run of scenarios says to people, in both languages: texts in `words.toml`, words as rule files write them.

Decides how a value is shown: words of the language in the reader's own form, names of the pack as they stand.
Must not know what was expected.
"""

from collections.abc import Mapping

from gridcase.catalogue import TextCatalogue
from shared.kernel.texts import Text
from shared.rules.language.vocabulary import (
    CLOCK_EVENTS,
    CLOCK_STATES,
    CLOCKS,
    FIRST,
    MILESTONES,
    PARTIES,
    VERDICTS,
)

bilingual = TextCatalogue("gridcase.scenarios").text  # a text of this room, its terms filled in
_WORDS: Mapping[str, str] = {
    **CLOCKS.chinese,
    **CLOCK_STATES.chinese,
    **VERDICTS.chinese,
    **CLOCK_EVENTS.chinese,
    **PARTIES.chinese,
    **FIRST.chinese,
    **MILESTONES.chinese,
}


def shown(value: object) -> Text:
    """Return a value as a reader knows it: 'none', 'yes', a list with its commas, a word of rule files."""
    if value is None:
        return bilingual("nothing")
    if isinstance(value, bool):
        return bilingual("yes" if value else "no")
    if isinstance(value, list | tuple):
        items = [shown(item) for item in value]
        nothing = bilingual("nothing")
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
