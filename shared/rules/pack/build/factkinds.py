"""Reads a fact's type: yes or no, whole number [0..10], number, text, one of [a, b].

Decides which types there are and how they are written, as one text or as `{one of: [a, b]}`.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from shared.kernel.texts import Language, Text
from shared.rules.language import nodes, scalars
from shared.rules.language.errors import nearest
from shared.rules.language.readwords import word
from shared.rules.language.scalars import Wrong
from shared.rules.language.shapes import Prose
from shared.rules.language.structure import StructureReader
from shared.rules.language.vocabulary import FACT_KINDS
from shared.rules.logic.facts import Kind
from shared.rules.pack.build.drafting import Draft

MOST_CHOICES = 2000
_BY_WORD = {
    "yes or no": Kind.BOOL,
    "whole number": Kind.INT,
    "number": Kind.DECIMAL,
    "text": Kind.TEXT,
    "one of": Kind.CHOICE,
}
KINDS: Mapping[Kind, Text] = {
    kind: Text(FACT_KINDS.chinese[word_], word_) for word_, kind in _BY_WORD.items()
}
_AS_TEXT = re.compile(r"([^\[\]]+?)\s*(?:\[(.*)\])?", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Declared:
    """A type as it is declared."""

    kind: Kind
    values: tuple[str, ...] = ()
    low: int | None = None
    high: int | None = None
    names: Mapping[str, Text] = field(default_factory=dict)


def declared_type(draft: Draft, node: nodes.Node, language: Language) -> Declared | None:
    """Return the type that a node declares, or None after a complaint."""
    if isinstance(node, nodes.Scalar):
        return _from_text(draft, node, language)
    if isinstance(node, nodes.Mapping) and len(node.entries) == 1:
        return _from_mapping(draft, node, language)
    draft.complain("bad-type", node.where)
    return None


def _from_text(draft: Draft, node: nodes.Scalar, language: Language) -> Declared | None:
    match = _AS_TEXT.fullmatch(node.text)
    kind = _kind(draft, node, match[1] if match else node.text, language)
    if kind is None or match is None:
        return None
    inside = match[2]
    if kind is Kind.CHOICE:
        values = [value.strip() for value in re.split(r"[,，、]", inside or "") if value.strip()]
        return _choice(draft, node, [(value, node) for value in values], {})
    return Declared(kind) if inside is None else _bounded(draft, node, kind, inside)


def _from_mapping(draft: Draft, node: nodes.Mapping, language: Language) -> Declared | None:
    key, value = next(iter(node))
    kind = _kind(draft, key, key.text, language)
    if kind is Kind.CHOICE and isinstance(value, nodes.Sequence):
        return _choice(draft, node, [(_text(item), item) for item in value.items], {})
    if kind is Kind.CHOICE and isinstance(value, nodes.Mapping):
        reader = StructureReader(draft.complaints, language, draft.assembly.prose)
        names = {name.text: reader.read(Prose(), text).as_(Text) or Text() for name, text in value}
        return _choice(draft, node, [(name.text, name) for name, _ in value], names)
    if kind is not None and isinstance(value, nodes.Scalar) and kind is not Kind.CHOICE:
        return _bounded(draft, value, kind, value.text)
    if kind is not None:
        draft.complain("bad-type", value.where)
    return None


def _text(node: nodes.Node) -> str:
    return node.text if isinstance(node, nodes.Scalar) else ""


def _kind(draft: Draft, node: nodes.Scalar, text: str, language: Language) -> Kind | None:
    known = word(language, FACT_KINDS, text.strip())
    if isinstance(known, Wrong):
        terms = {"text": text, "advice": nearest(text, FACT_KINDS.all(language)), **known.terms}
        draft.complain("unknown-type" if known.code == "unknown-word" else known.code, node.where, **terms)
        return None
    return _BY_WORD[known]


def _choice(
    draft: Draft, node: nodes.Node, values: list[tuple[str, nodes.Node]], names: Mapping[str, Text]
) -> Declared | None:
    if not values or len(values) > MOST_CHOICES:
        draft.complain("choice-count", node.where, count=len(values), most=MOST_CHOICES)
        return None
    seen: set[str] = set()
    for value, place in values:
        if isinstance(scalars.key(value), Wrong):
            draft.complain("bad-choice", place.where, text=value)
        elif value in seen:
            draft.complain("choice-twice", place.where, text=value)
        seen.add(value)
    if any(isinstance(scalars.key(value), Wrong) for value in seen):
        return None
    return Declared(Kind.CHOICE, tuple(dict.fromkeys(value for value, _ in values)), names=names)


def _bounded(draft: Draft, node: nodes.Scalar, kind: Kind, inside: str) -> Declared | None:
    low_text, dots, high_text = inside.partition("..")
    low, high = scalars.whole(low_text.strip(), True), scalars.whole(high_text.strip(), True)
    if kind not in (Kind.INT, Kind.DECIMAL):
        draft.complain("bounds-without-number", node.where, kind=KINDS[kind])
    elif not dots or isinstance(low, Wrong) or isinstance(high, Wrong):
        draft.complain("bad-bounds", node.where, text=inside)
    elif low > high:
        draft.complain("bounds-reversed", node.where, low=low, high=high)
    else:
        return Declared(kind, low=low, high=high)
    return None
