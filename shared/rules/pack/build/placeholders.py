"""The placeholders of notices: `{case.number}`, `{deadline.settle}`, and no logic whatever.

Decides which placeholders there are and which of them the public may read (A-20). Texts are kept with
English placeholders, whichever language the file is written in.
"""

import re

from shared.kernel.texts import Text
from shared.rules.language import vocabulary
from shared.rules.language.entries import Entry
from shared.rules.language.errors import Where, nearest
from shared.rules.pack.build.drafting import Draft

_PLACEHOLDER = re.compile(r"\{([^{}]*)\}")
_LONE_BRACE = re.compile(r"[{}]")


def canonical_text(draft: Draft, entry: Entry) -> Text:
    """Return a notice's text with its placeholders in English; complain of unknown ones."""
    text = entry.text("text")
    return Text(
        _canonical(draft, text.zh, entry.where("text")), _canonical(draft, text.en, entry.where("text"))
    )


def _canonical(draft: Draft, text: str, where: Where) -> str:
    if _LONE_BRACE.search(_PLACEHOLDER.sub("", text)):
        draft.complain("lone-brace", where, text=text)
    return _PLACEHOLDER.sub(lambda match: "{" + _known(draft, match[1], where) + "}", text)


def _known(draft: Draft, name: str, where: Where) -> str:
    for language in ("zh", "en"):
        known = vocabulary.PLACEHOLDERS.canonical(name, "zh" if language == "zh" else "en")
        if known is not None:
            return known
    kind, dot, clock = name.partition(".")
    if dot and (kind in vocabulary.DEADLINE or kind in vocabulary.DEADLINE.english):
        return _deadline(draft, clock, where)
    advice = nearest(name, [*vocabulary.PLACEHOLDERS.chinese, *vocabulary.PLACEHOLDERS.english])
    draft.complain("unknown-placeholder", where, name=name, advice=advice)
    return name


def _deadline(draft: Draft, clock: str, where: Where) -> str:
    known = vocabulary.CLOCKS.english.get(clock, clock)
    if not draft.names.has("clock", known):
        draft.complain("placeholder-of-no-clock", where, clock=clock)
    return f"deadline.{known}"


def placeholders_of(text: Text) -> set[str]:
    """Return the placeholders of a text in either language."""
    return {match[1] for part in (text.zh, text.en) for match in _PLACEHOLDER.finditer(part)}
