"""Builds a rule's condition from its map of facts.

Decides what each form of a map means: a value, a list of values, comparisons, `all`, `any` and `not`. A
town's own noun for a level or a lead that a template's slot stands for is turned into the slot, so that
the tables of towns on one template stay equal.
"""

from collections.abc import Mapping

from shared.kernel.texts import Language, Text
from shared.rules.language import nodes, scalars, slips, vocabulary
from shared.rules.language.errors import nearest
from shared.rules.language.readwords import closed_word, word
from shared.rules.language.scalars import Wrong
from shared.rules.logic.condition import ALWAYS, All, Any, Condition, Not, Op, Test, check_condition
from shared.rules.logic.facts import FactType, Kind, Value
from shared.rules.pack.build.drafting import Draft
from shared.rules.pack.build.factkinds import KINDS
from shared.rules.pack.build.facts import fact_named, read_value

_ORDERS = {"at_least": Op.GE, "at_most": Op.LE, "more_than": Op.GT, "less_than": Op.LT,
           "or_more": Op.OR_MORE, "or_less": Op.OR_LESS}  # fmt: skip
_NUMBERS = (Kind.INT, Kind.DECIMAL)
_NAMED = {"category": "category", "channel": "channel", "level": "level", "procedure": "procedure"}


def build_condition(draft: Draft, node: nodes.Node, language: Language) -> Condition | None:
    """Return the condition, or None after a complaint."""
    before = len(draft.complaints.found)
    condition = _Builder(draft, language).condition(node)
    if condition is None or len(draft.complaints.found) > before:
        return None
    types: Mapping[str, FactType] = {name: fact.type for name, fact in draft.facts.items()}
    for fault in check_condition(condition, types):
        draft.complain("condition-refused", node.where, cause=fault.cause, remedy=fault.remedy)
    return condition


class _Builder:
    def __init__(self, draft: Draft, language: Language) -> None:
        self._draft = draft
        self._language: Language = language

    def condition(self, node: nodes.Node) -> Condition | None:
        """A map: everything in it must hold."""
        if not isinstance(node, nodes.Mapping):
            if not (isinstance(node, nodes.Scalar) and self._by_sign(node, node.text)):
                self._draft.complain("condition-not-keys", node.where)
            return None
        if not node.entries:
            self._draft.complain("condition-empty", node.where)
            return None
        return _all([self._entry(key, value) for key, value in node])

    def _entry(self, key: nodes.Scalar, value: nodes.Node) -> Condition | None:
        group = closed_word(self._language, vocabulary.GROUPS, key.text)
        if group == "not":
            part = self.condition(value)
            return None if part is None else Not(part)
        if isinstance(group, str):
            return self._group(group, value)
        if self._by_sign(key, key.text):
            return None
        fact = fact_named(self._draft, key, self._language)
        return None if fact is None else self._test(fact.type, value)

    def _by_sign(self, node: nodes.Scalar, text: str) -> bool:
        """Complain of '人数 >= 50', which is written with the fact as its key."""
        meant = slips.condition(text, self._language)
        if meant:
            self._draft.complain("comparison-form", node.where, text=text, meant="{" + meant + "}")
        return meant is not None

    def _group(self, group: str, node: nodes.Node) -> Condition | None:
        if not isinstance(node, nodes.Sequence) or not node.items:
            self._draft.complain(
                "group-not-list", node.where, group=vocabulary.GROUPS.written(group, self._language)
            )
            return None
        parts = [self.condition(item) for item in node.items]
        known = tuple(part for part in parts if part is not None)
        return All(known) if group == "all" else Any(known)

    def _test(self, fact: FactType, node: nodes.Node) -> Condition | None:
        if isinstance(node, nodes.Mapping):
            return self._operators(fact, node)
        values = self._values(fact, node)
        return _one_of(fact.name, values) if values else None

    def _operators(self, fact: FactType, node: nodes.Mapping) -> Condition | None:
        if not node.entries:
            self._draft.complain("condition-empty", node.where)
        return _all([self._operator(fact, key, value) for key, value in node])

    def _operator(self, fact: FactType, key: nodes.Scalar, value: nodes.Node) -> Condition | None:
        operator = word(self._language, vocabulary.OPERATORS, key.text)
        if isinstance(operator, Wrong):
            code = "unknown-operator" if operator.code == "unknown-word" else operator.code
            terms = {"fact": fact.name, **operator.terms, **self._meant(key.text)}
            self._draft.complain(code, key.where, **terms)
            return None
        if operator == "present":
            return self._present(fact, value)
        if operator == "not":
            values = self._values(fact, value)
            return _none_of(fact.name, values) if values else None
        return self._order(fact, operator, key, value)

    def _meant(self, text: str) -> Mapping[str, Text]:
        """The operator that an everyday word stands for: by its letters alone '至少' would be taken for '少于'."""
        meant = slips.operator(text)
        words = vocabulary.OPERATORS
        return (
            {"advice": nearest(words.written(meant, self._language), words.all(self._language))}
            if meant
            else {}
        )

    def _present(self, fact: FactType, node: nodes.Node) -> Condition | None:
        text = node.text if isinstance(node, nodes.Scalar) else ""
        present = scalars.flag(text, True, self._language)
        if isinstance(present, Wrong):
            self._draft.complain(present.code, node.where, text=text)
            return None
        return Test(fact.name, Op.PRESENT if present else Op.MISSING)

    def _order(self, fact: FactType, operator: str, key: nodes.Scalar, node: nodes.Node) -> Condition | None:
        if fact.kind not in _NUMBERS:
            self._draft.complain(
                "wrong-operator", key.where, fact=fact.name, kind=KINDS[fact.kind], operator=key.text
            )
            return None
        # A figure outside the fact's bounds may be compared with, as in `check_condition`.
        unbounded = FactType(fact.name, fact.kind)
        bound = read_value(self._draft, unbounded, node, self._language)
        return None if bound is None else Test(fact.name, _ORDERS[operator], bound)

    def _values(self, fact: FactType, node: nodes.Node) -> tuple[Value, ...]:
        items = node.items if isinstance(node, nodes.Sequence) else [node]
        if not items:
            self._draft.complain("empty-list", node.where)
        values: list[Value] = []
        for item in items:
            for value in self._value(fact, item):
                if value in values:
                    written = item.text if isinstance(item, nodes.Scalar) else value
                    self._draft.complain("repeated-value", item.where, value=written, fact=fact.name)
                values.append(value)
        return tuple(values)

    def _value(self, fact: FactType, node: nodes.Node) -> tuple[Value, ...]:
        if isinstance(node, nodes.Scalar):
            if node.text.startswith("$") and fact.name not in ("level", "lead"):
                self._draft.complain("slot-in-condition", node.where, slot=node.text, fact=fact.name)
                return ()
            if fact.name in _NAMED:
                return self._named(_NAMED[fact.name], node)
            if fact.name == "lead":
                return self._lead(node)
            meant = slips.comparison(node.text, self._language) if fact.kind in _NUMBERS else None
            if meant:
                self._draft.complain("comparison-form", node.where, text=node.text, meant=meant)
                return ()
        value = read_value(self._draft, fact, node, self._language)
        return () if value is None else (value,)

    def _named(self, kind: str, node: nodes.Scalar) -> tuple[Value, ...]:
        if not self._draft.names.refer(kind, node.text, node.where, self._draft.rule):
            return ()
        return (
            self._draft.names.slots_of(kind, node.text)[:1] or (node.text,)
            if kind == "level"
            else (node.text,)
        )

    def _lead(self, node: nodes.Scalar) -> tuple[Value, ...]:
        if node.text.startswith("$"):
            return (node.text,) if self._refer_unit(node) else ()
        if not self._refer_unit(node):
            return ()
        return (*self._draft.names.slots_of("unit", node.text), node.text)

    def _refer_unit(self, node: nodes.Scalar) -> bool:
        return self._draft.names.refer("unit", node.text, node.where, self._draft.rule)


def _one_of(fact: str, values: tuple[Value, ...]) -> Condition:
    return Test(fact, Op.EQ, values[0]) if len(values) == 1 else Test(fact, Op.IN, values)


def _none_of(fact: str, values: tuple[Value, ...]) -> Condition:
    return Test(fact, Op.NE, values[0]) if len(values) == 1 else Test(fact, Op.NOT_IN, values)


def _all(parts: list[Condition | None]) -> Condition | None:
    known = tuple(part for part in parts if part is not None)
    if not known:
        return None
    return known[0] if len(known) == 1 else All(known)


__all__ = ["ALWAYS", "build_condition", "nearest"]
