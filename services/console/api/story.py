"""A case's history as a story: an entry for each thing that happened, in words, the latest first.

Decides which entries belong together: whoever was told of one thing at one moment is told of in one entry.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from services.console.api.words import PageWords
from services.console.domain.sheets import CaseSheet, EntrySheet
from services.console.handlers.name_books import TownNames
from shared.kernel.texts import Language

TOLD = "notification.sent"


@dataclass(frozen=True, slots=True)
class StoryEntry:
    """One thing that happened.

    Args:
        what: in words; by: who did it; texts: what was said, each with its name.
        more: names of those who were told.
    """

    at: datetime
    kind: str
    what: str
    by: str
    texts: tuple[tuple[str, str], ...] = ()
    more: tuple[str, ...] = ()


def story_of(case: CaseSheet, names: TownNames, words: PageWords, language: Language) -> list[StoryEntry]:
    """Return what happened to a case, the latest first."""
    teller = _Teller(names, words, language)
    return list(reversed(list(teller.told(case.history))))


@dataclass(frozen=True, slots=True)
class _Teller:
    names: TownNames
    words: PageWords
    language: Language

    def told(self, entries: Sequence[EntrySheet]) -> Iterator[StoryEntry]:
        for (what, _), group in groupby(entries, key=lambda entry: (entry.what, _moment(entry))):
            together = list(group)
            if what == TOLD:
                yield self._notices(together)
            else:
                yield from map(self._entry, together)

    def _notices(self, entries: Sequence[EntrySheet]) -> StoryEntry:
        first = entries[0]
        units = [self.names.unit(entry.data.unit) for entry in entries if entry.data.unit]
        others = len(entries) - len(units)
        more = [*dict.fromkeys(units), *([self._say("story.the-reporter")] if others else [])]
        return StoryEntry(first.at, "told", self._say("story.told"), "", more=tuple(more))

    def _entry(self, entry: EntrySheet) -> StoryEntry:
        texts = tuple((self._text_name(name), self._text(text)) for name, text in entry.texts.items())
        return StoryEntry(entry.at, _kind(entry.what), self._what(entry), self._by(entry), texts)

    def _what(self, entry: EntrySheet) -> str:
        data = entry.data
        if entry.what == "step" and data.step:
            return self.names.step(data.step)
        if entry.what.startswith("clock."):
            terms = {"stage": self._stage(data.stage), "label": data.label or ""}
            return self._say_or(f"story.{entry.what}", entry.what, **terms)
        return self._say_or(f"story.{entry.what}", entry.what, step=self.names.step(data.step or ""))

    def _by(self, entry: EntrySheet) -> str:
        by = entry.by
        if by.unit:
            return self.names.unit(by.unit)
        return self._say_or(f"roles.{by.role}", by.role)

    def _stage(self, stage: str | None) -> str:
        return self._say_or(f"stages.{stage}", stage or "")

    def _text_name(self, name: str) -> str:
        return self._say_or(f"texts.{name}", name)

    def _text(self, text: object) -> str:
        return str(text.get(self.language, "")) if isinstance(text, dict) else str(text)

    def _say(self, key: str) -> str:
        return self.words.say(self.language, key)

    def _say_or(self, key: str, otherwise: str, **terms: object) -> str:
        return self.words.say(self.language, key, **terms) if self.words.knows(key) else otherwise


def _moment(entry: EntrySheet) -> object:
    """Notices of one moment are one entry; everything else stands for itself."""
    return entry.at.replace(microsecond=0) if entry.what == TOLD else entry.n


def _kind(what: str) -> str:
    return "clock" if what.startswith("clock.") else "step"
