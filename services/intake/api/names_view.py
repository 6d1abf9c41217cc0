"""What a town calls the things that answers name by key: for whoever shows them to people."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Protocol

from msgspec import Struct

from shared.kernel.texts import Language, Text
from shared.rules.language.vocabulary import MILESTONES
from shared.rules.pack.model import Fact, NamedPlace, Pack
from shared.rules.pack.model.origins import Origin


class NameOfKey(Struct, frozen=True, omit_defaults=True):
    """A key with its name; `part_of`: the key of what a place lies in; `values`: what a choice's values are called."""

    key: str
    name: str
    part_of: str | None = None
    values: tuple["NameOfKey", ...] = ()


class TownNamesView(Struct, frozen=True):
    """A town's names in one language, and the zone of its clocks."""

    town: str
    name: str
    zone: str
    edition: str
    categories: tuple[NameOfKey, ...]
    units: tuple[NameOfKey, ...]
    places: tuple[NameOfKey, ...]
    channels: tuple[NameOfKey, ...]
    levels: tuple[NameOfKey, ...]
    steps: tuple[NameOfKey, ...]
    milestones: tuple[NameOfKey, ...]
    facts: tuple[NameOfKey, ...]
    rules: tuple[NameOfKey, ...]
    policies: tuple[NameOfKey, ...]


def names_view(pack: Pack, reader: Language) -> TownNamesView:
    """Return a town's names as the edition gives them; who reports what, and what is asked, is not among them."""
    return TownNamesView(
        town=pack.town,
        name=pack.name.in_language(reader) or pack.town,
        zone=pack.zone,
        edition=pack.edition,
        categories=_nouns(pack.categories, reader),
        units=_nouns(pack.units, reader),
        places=tuple(_place(key, place, reader) for key, place in pack.places.items()),
        channels=_texts(pack.channels, reader),
        levels=_nouns(pack.levels, reader),
        steps=_nouns(pack.steps, reader),
        milestones=_milestones(reader),
        facts=tuple(_fact(key, fact, reader) for key, fact in pack.facts.items()),
        rules=tuple(NameOfKey(at.rule, at.title.in_language(reader) or at.rule) for at in _origins(pack)),
        policies=_texts(pack.policies, reader),
    )


class _Noun(Protocol):
    @property
    def name(self) -> Text: ...


def _nouns(nouns: Mapping[str, _Noun], reader: Language) -> tuple[NameOfKey, ...]:
    return _texts({key: noun.name for key, noun in nouns.items()}, reader)


def _texts(texts: Mapping[str, Text], reader: Language) -> tuple[NameOfKey, ...]:
    return tuple(NameOfKey(key, text.in_language(reader) or key) for key, text in texts.items())


def _place(key: str, place: NamedPlace, reader: Language) -> NameOfKey:
    return NameOfKey(key, place.name.in_language(reader) or key, place.part_of)


def _fact(key: str, fact: Fact, reader: Language) -> NameOfKey:
    return NameOfKey(key, fact.name.in_language(reader) or key, values=_texts(fact.value_names, reader))


def _milestones(reader: Language) -> tuple[NameOfKey, ...]:
    """The platform's own; those of a pack have the name of the step that reaches them."""
    written = ((key, MILESTONES.written(key, reader)) for key in MILESTONES.chinese)
    return tuple(NameOfKey(key, name.replace("_", " ")) for key, name in written)


def _origins(pack: Pack) -> Iterator[Origin]:
    lists: Iterable[Iterable[_Rule]] = (pack.routing, pack.limits, pack.tell, pack.hidden)
    return (rule.origin for rules in lists for rule in rules)


class _Rule(Protocol):
    @property
    def origin(self) -> Origin: ...


class OwnPaperView(Struct, frozen=True):
    """A template of the town's own: of which paper, in which language."""

    paper: str
    language: str
    text: str


def paper_views(pack: Pack) -> tuple[OwnPaperView, ...]:
    """Return the town's own templates of papers."""
    named = ((key.rpartition("."), text) for key, text in pack.papers.items())
    return tuple(OwnPaperView(paper, language, text) for (paper, _, language), text in named)
