"""Which papers there are, and the names that a template of each may fill in: one table, in both languages.

Decides under which name a paper is known to a town's files. Things are named in Chinese or English in any template.
"""

import tomllib
from collections.abc import Collection, Iterator, Mapping
from functools import cache, cached_property
from importlib.resources import files

import msgspec
from msgspec import Struct

from shared.kernel.texts import Text
from shared.rules.papers.template import Template, TemplateFault


class NameOfSlot(Struct, frozen=True, forbid_unknown_fields=True):
    """A name that a template may fill in: what it is in Chinese, which is a name too, and in English."""

    zh: str
    en: str


class PaperKind(Struct, frozen=True, forbid_unknown_fields=True, dict=True):
    """A kind of paper.

    Args:
        texts: names that stand within a line. blocks: names that have a line of their own: tables, lists, pictures.
        keyed: names that take a key of the town's, `{{name:key}}`.
    """

    name: NameOfSlot
    texts: Mapping[str, NameOfSlot]
    blocks: Mapping[str, NameOfSlot] = {}
    keyed: Mapping[str, NameOfSlot] = {}

    @property
    def title(self) -> Text:
        """What the kind is called."""
        return Text(self.name.zh, self.name.en)

    def name_of(self, written: str) -> str:
        """Return the name that was meant, whichever language it was written in."""
        return self._chinese.get(written, written)

    def faults(self, template: Template, keys: Mapping[str, Collection[str]]) -> Iterator[TemplateFault]:
        """Yield what a template of this kind names that is not there, or not where it may stand.

        Args:
            keys: of the town, by the keyed name that may take them.
        """
        yield from template.faults
        for line, slot, is_alone in template.named:
            name = self.name_of(slot.name)
            known = tuple(sorted(keys.get(name, ())))
            if slot.key is not None and name in self.keyed:
                if slot.key not in known:
                    yield TemplateFault(line, "paper-key", slot.key, known)
            elif slot.key is not None or name not in {*self.texts, *self.blocks}:
                yield TemplateFault(line, "paper-slot", slot.name, self.names)
            elif name in self.blocks and not is_alone:
                yield TemplateFault(line, "paper-block", slot.name)

    @property
    def names(self) -> tuple[str, ...]:
        """All names, the Chinese ones first."""
        own = {**self.texts, **self.blocks, **self.keyed}
        return (*(each.zh for each in own.values()), *own)

    @cached_property
    def _chinese(self) -> Mapping[str, str]:
        return {each.zh: key for key, each in {**self.texts, **self.blocks, **self.keyed}.items()}


@cache
def paper_kinds() -> Mapping[str, PaperKind]:
    """Return all kinds by key."""
    text = files(__package__).joinpath("kinds.toml").read_text(encoding="utf-8")
    return msgspec.convert(tomllib.loads(text), dict[str, PaperKind])


@cache
def default_template(kind: str, language: str) -> str:
    """Return the platform's own template of a kind."""
    return files(__package__).joinpath("defaults", f"{kind}.{language}.md").read_text(encoding="utf-8")
