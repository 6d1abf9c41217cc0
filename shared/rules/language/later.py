"""Finds the closed words in what is read only once the facts are known: conditions, values, types, readings.

Decides which words are the format's and which the pack's own. Changes nothing.
"""

from collections.abc import Collection, Iterator
from typing import NamedTuple

from shared.kernel.texts import Language
from shared.rules.language import nodes
from shared.rules.language.vocabulary import (
    FACT_KINDS,
    FINDERS,
    GROUPS,
    OPERATORS,
    PLATFORM_FACTS,
    STEP_INPUTS,
    YES_NO,
    Words,
    joined,
)

_FACT_WORDS = joined(PLATFORM_FACTS, Words({"place": STEP_INPUTS.chinese["place"]}))


class Found(NamedTuple):
    """A closed word and the list that it belongs to; `beginning` where it is only the text's beginning."""

    words: Words
    node: nodes.Scalar
    beginning: str | None = None


class LaterWords:
    """Finds closed words in a file of one language.

    Args:
        flags: the facts that are yes or no; ledger_flags: those of entries of the ledger, and of grids.
    """

    def __init__(self, language: Language, flags: set[str], ledger_flags: Collection[str] = ()) -> None:
        self._language: Language = language
        self._flags = flags
        self._ledger_flags = ledger_flags

    def words(self, of: str, node: nodes.Node) -> Iterator[Found]:
        """Return the words in a condition, in facts with their values, or in a type."""
        found = {
            "condition": self._condition,
            "ledger condition": self._ledger_condition,
            "facts": self._facts,
            "ledger facts": self._ledger_facts,
            "type": self._type,
        }.get(of)
        return found(node) if found else iter(())

    def _facts(self, node: nodes.Node) -> Iterator[Found]:
        for key, value in node if isinstance(node, nodes.Mapping) else ():
            yield Found(_FACT_WORDS, key)
            yield from self._value(key.text, value)

    def _ledger_facts(self, node: nodes.Node) -> Iterator[Found]:
        for key, value in node if isinstance(node, nodes.Mapping) else ():
            if key.text in self._ledger_flags and isinstance(value, nodes.Scalar):
                yield Found(YES_NO, value)

    def _type(self, node: nodes.Node) -> Iterator[Found]:
        if isinstance(node, nodes.Scalar):
            yield Found(FACT_KINDS, node, node.text.partition("[")[0].strip())
        elif isinstance(node, nodes.Mapping):
            for key, _ in node:
                yield Found(FACT_KINDS, key)

    def _condition(self, node: nodes.Node) -> Iterator[Found]:
        for key, value in node if isinstance(node, nodes.Mapping) else ():
            group = GROUPS.canonical(key.text, self._language)
            if group is not None:
                yield Found(GROUPS, key)
                for part in value.items if isinstance(value, nodes.Sequence) else [value]:
                    yield from self._condition(part)
            else:
                yield Found(PLATFORM_FACTS, key)
                yield from self._asked(key.text, value)

    def _ledger_condition(self, node: nodes.Node) -> Iterator[Found]:
        """A condition over an entry's facts, which are the pack's own words."""
        for key, value in node if isinstance(node, nodes.Mapping) else ():
            if GROUPS.canonical(key.text, self._language) is not None:
                yield Found(GROUPS, key)
                for part in value.items if isinstance(value, nodes.Sequence) else [value]:
                    yield from self._ledger_condition(part)
            elif isinstance(value, nodes.Mapping):
                yield from self._operators(key.text in self._ledger_flags, value)
            elif key.text in self._ledger_flags and isinstance(value, nodes.Scalar):
                yield Found(YES_NO, value)

    def _operators(self, is_flag: bool, node: nodes.Mapping) -> Iterator[Found]:
        for key, value in node:
            yield Found(OPERATORS, key)
            is_present = OPERATORS.canonical(key.text, self._language) == "present"
            if (is_present or is_flag) and isinstance(value, nodes.Scalar):
                yield Found(YES_NO, value)

    def _asked(self, fact: str, node: nodes.Node) -> Iterator[Found]:
        if not isinstance(node, nodes.Mapping):
            yield from self._value(fact, node)
            return
        for key, value in node:
            yield Found(OPERATORS, key)
            if OPERATORS.canonical(key.text, self._language) == "present" and isinstance(value, nodes.Scalar):
                yield Found(YES_NO, value)
            else:
                yield from self._value(fact, value)

    def _value(self, fact: str, node: nodes.Node) -> Iterator[Found]:
        known = PLATFORM_FACTS.canonical(fact, self._language) or fact
        words = FINDERS if known == "finder" else YES_NO if known in self._flags else None
        for item in node.items if isinstance(node, nodes.Sequence) else [node]:
            if words is not None and isinstance(item, nodes.Scalar):
                yield Found(words, item)
