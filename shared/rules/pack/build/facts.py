"""Builds the declared facts and reads values as their types want them.

Decides what a fact may be, where it may come from, and what a written value of it means.
"""

import re
from collections.abc import Mapping
from typing import Literal, cast

from shared.kernel.texts import Language, Text
from shared.rules.language import scalars
from shared.rules.language.entries import Entry, Item, entry_of
from shared.rules.language.errors import nearest
from shared.rules.language.nodes import Node, Scalar
from shared.rules.language.readwords import closed_word
from shared.rules.language.scalars import Wrong
from shared.rules.language.vocabulary import FINDERS, PLATFORM_FACTS
from shared.rules.logic.facts import FactType, Kind, Value
from shared.rules.pack.build.drafting import Draft, mapping_of, node_of, spot
from shared.rules.pack.build.earliercases import EARLIER, earlier_cases
from shared.rules.pack.build.factkinds import KINDS, Declared, declared_type
from shared.rules.pack.build.facttimes import times_of
from shared.rules.pack.model import Combining, Fact
from shared.rules.pack.platform import platform_facts

Source = Literal["reporter", "category", "place", "step", "history", "time", "earlier cases", "platform"]
_DIGITS = re.compile(r"[0-9]")


def build_facts(draft: Draft) -> dict[str, Fact]:
    """Return the platform's facts and the pack's own."""
    draft.facts = dict(platform_facts())
    for key, sourced in draft.sourced("facts").items():
        entry = entry_of(sourced.item)
        draft.entries["fact", key] = entry
        fact = _fact(draft, key, entry)
        if fact:
            draft.facts[key] = fact
    return draft.facts


def _fact(draft: Draft, key: str, entry: Entry) -> Fact | None:
    node = node_of(entry.item("type"))
    source = entry.name("from")
    if node is None or source is None:
        return None
    declared = declared_type(draft, node, entry.language)
    if declared is None:
        return None
    _check_source(draft, entry, source, declared)
    type_ = FactType(key, declared.kind, declared.values, declared.low, declared.high)
    # The case itself counts: where nobody has counted, as in a report that is only tried out, it is the first.
    default = 1 if source == EARLIER else _default(draft, type_, entry)
    return Fact(
        type_,
        entry.text("name"),
        cast(Source, source),
        entry.text("ask"),
        default,
        spot(entry.node.where),
        entry.name("counts"),
        declared.names,
        _combining(draft, entry, source, declared),
        times_of(draft, entry, source, declared.kind),
        _public(draft, entry, source),
        earlier_cases(draft, entry, source, declared),
    )


def _default(draft: Draft, type_: FactType, entry: Entry) -> Value | None:
    node = node_of(entry.item("default"))
    return None if node is None else read_value(draft, type_, node, entry.language)


def _check_source(draft: Draft, entry: Entry, source: str, declared: Declared) -> None:
    if "ask" in entry and source != "reporter":
        draft.complain("ask-without-reporter", entry.where("ask"), source=source)
    if source == "history" and "counts" not in entry:
        draft.complain("history-without-counts", entry.where("from"))
    if "counts" in entry and source != "history":
        draft.complain("counts-without-history", entry.where("counts"), source=source)
    if "counts" in entry and declared.kind is not Kind.INT:
        draft.complain("counts-not-whole", entry.where("type"), kind=KINDS[declared.kind])


def _combining(draft: Draft, entry: Entry, source: str, declared: Declared) -> Combining | None:
    """How a fact from the category combines; from format 2 on each says so, so that none is dropped unseen."""
    word = entry.name("combine")
    if word is None:
        if source == "category" and draft.format >= 2:
            draft.complain("combine-missing", entry.where("from"))
        return None
    if source != "category":
        draft.complain(
            "combine-without-category", entry.where("combine"), source=SOURCE_NAMES[cast(Source, source)]
        )
        return None
    combining = Combining(word)
    if declared.kind not in _COMBINED_BY[combining]:
        draft.complain("combine-unfit", entry.where("combine"), kind=KINDS[declared.kind])
    return combining


def _public(draft: Draft, entry: Entry, source: str) -> bool:
    """What a step says of the handling may be published; what a reporter says of the own matter may not (A-20)."""
    is_public = bool(entry.flag("public"))
    if is_public and source != "step":
        name = SOURCE_NAMES[cast(Source, source)]
        draft.complain("public-without-step", entry.where("public"), source=name)
    return is_public


_COMBINED_BY: Mapping[Combining, frozenset[Kind]] = {
    Combining.MAIN: frozenset(Kind),
    Combining.ANY: frozenset({Kind.BOOL}),
    Combining.ALL: frozenset({Kind.BOOL}),
    Combining.STRONGEST: frozenset({Kind.CHOICE, Kind.INT, Kind.DECIMAL}),
}


def read_value(draft: Draft, type_: FactType, node: Node, language: Language) -> Value | None:
    """Return the value of a fact, or None after a complaint."""
    if not isinstance(node, Scalar):
        draft.complain("value-not-single", node.where, fact=type_.name)
        return None
    value = _value(type_, node, language)
    if isinstance(value, Wrong):
        terms = {"text": node.text, "fact": type_.name, **value.terms}
        draft.complain(f"value-{value.code}" if value.code in _OF_FACTS else value.code, node.where, **terms)
        return None
    return value


_OF_FACTS = frozenset({"out-of-bounds", "unknown-choice", "too-long"})


def _value(type_: FactType, node: Scalar, language: Language) -> Value | Wrong:
    if type_.kind is Kind.BOOL:
        return scalars.flag(node.text, node.plain, language)
    if type_.kind is Kind.TEXT:
        return node.text if len(node.text) <= 200 else Wrong("too-long", {"most": 200})
    if type_.kind is Kind.CHOICE:
        return _choice(type_, node.text, language)
    number = (scalars.whole if type_.kind is Kind.INT else scalars.decimal)(node.text, node.plain)
    return number if isinstance(number, Wrong) else _bounded(type_, number)


def _choice(type_: FactType, text: str, language: Language) -> str | Wrong:
    # The platform's own choice: its values are words of the format, written in the language of the file.
    if type_.name == "finder":
        known = closed_word(language, FINDERS, text)
        if known is not None:
            return known
    if text in type_.allowed:
        return text
    return Wrong("unknown-choice", {"advice": nearest(text, type_.values)})


def _bounded(type_: FactType, number: float) -> float | Wrong:
    low, high = type_.low, type_.high
    if (low is not None and number < low) or (high is not None and number > high):
        return Wrong(
            "out-of-bounds", {"low": "-∞" if low is None else low, "high": "∞" if high is None else high}
        )
    return number


def fact_named(draft: Draft, key: Scalar, language: Language) -> Fact | None:
    """Return the declared fact that a key names, in the file's language for the platform's own."""
    # A fact of the pack is named by its key, whatever the file's language; the platform's have a word in each.
    if key.text in draft.facts and key.text not in PLATFORM_FACTS:
        return draft.facts[key.text]
    known = closed_word(language, PLATFORM_FACTS, key.text)
    if isinstance(known, Wrong):
        draft.complain(known.code, key.where, **known.terms)
        return None
    if known is not None:
        return draft.facts[known]
    if not draft.names.has("fact", key.text):
        draft.names.refer("fact", key.text, key.where, draft.rule, PLATFORM_FACTS.all(language))
    return None


def fact_values(
    draft: Draft, item: Item | None, language: Language, sources: tuple[str, ...]
) -> Mapping[str, Value]:
    """Return the facts that a category, a place, a step or a case sets; they must come from `sources`."""
    if item is None:
        return {}
    node = mapping_of(item)
    if node is None:
        draft.complain("facts-not-keys", item.where)
        return {}
    values: dict[str, Value] = {}
    for key, value_node in node:
        fact = fact_named(draft, key, language)
        if fact is None or not comes_from(draft, fact, key, sources):
            continue
        value = read_value(draft, fact.type, value_node, language)
        if value is not None:
            values[fact.type.name] = value
    return values


def comes_from(draft: Draft, fact: Fact, node: Node, sources: tuple[str, ...]) -> bool:
    """Tell whether a fact comes from one of the sources; complain if not."""
    if fact.source in sources:
        return True
    draft.complain(
        "fact-of-other-source",
        node.where,
        fact=fact.type.name,
        source=SOURCE_NAMES[fact.source],
        wanted=SOURCE_NAMES[sources[0]],
    )
    return False


SOURCE_NAMES: Mapping[str, Text] = {
    "reporter": Text("反映人", "the reporter"),
    "category": Text("类别", "the category"),
    "place": Text("地点", "the place"),
    "step": Text("步骤", "a step"),
    "history": Text("历史", "the history"),
    "time": Text("时间", "time"),
    "earlier cases": Text("以往案件", "earlier cases"),
    "platform": Text("平台", "the platform"),
}
