"""Conditions without `Not`: what durable-rules is compiled from, and what explanations search.

Every leaf says for itself whether it holds when its fact is missing, so negation only turns leaves around.
The generated reference does not read this module; a mistake here shows as a disagreement.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias

from shared.rules.logic.facts import Value
from shared.rules.logic.terms import All, Condition, Not, Op, Test


class Relation(StrEnum):
    """How a known value stands to the operands."""

    IN = "in"
    OUT = "out"
    LT = "lt"
    LE = "le"
    GT = "gt"
    GE = "ge"


_OPPOSITE = {
    Relation.IN: Relation.OUT,
    Relation.OUT: Relation.IN,
    Relation.LT: Relation.GE,
    Relation.GE: Relation.LT,
    Relation.LE: Relation.GT,
    Relation.GT: Relation.LE,
}
_RELATIONS = {
    Op.EQ: Relation.IN,
    Op.NE: Relation.OUT,
    Op.IN: Relation.IN,
    Op.NOT_IN: Relation.OUT,
    Op.PRESENT: Relation.OUT,  # of nothing: every known value
    Op.MISSING: Relation.IN,  # of nothing: no known value
    Op.LT: Relation.LT,
    Op.LE: Relation.LE,
    Op.GT: Relation.GT,
    Op.GE: Relation.GE,
    Op.OR_MORE: Relation.GE,
    Op.OR_LESS: Relation.LE,
}


@dataclass(frozen=True, slots=True)
class Leaf:
    """A test turned so that it is wanted to hold.

    Args:
        operands: values of a list; the one bound of an order; none: every known value is outside.
        when_missing: whether it holds when nothing is known of the fact.
    """

    fact: str
    relation: Relation
    operands: tuple[Value, ...]
    when_missing: bool

    def holds(self, value: Value | None) -> bool:
        """Tell whether the leaf holds for a value of the fact, `None` meaning that it is missing."""
        if value is None:
            return self.when_missing
        if self.relation in (Relation.IN, Relation.OUT):
            return (value in self.operands) == (self.relation is Relation.IN)
        return _ordered(self.relation, value, self.operands[0])


@dataclass(frozen=True, slots=True)
class AllOf:
    """Every part must hold; no parts: true."""

    parts: tuple["Normal", ...]


@dataclass(frozen=True, slots=True)
class AnyOf:
    """One part must hold; no parts: false."""

    parts: tuple["Normal", ...]


Normal: TypeAlias = Leaf | AllOf | AnyOf

TRUE = AllOf(())
FALSE = AnyOf(())


def normal_form(condition: Condition, wanted: bool = True) -> Normal:
    """Return the condition (its negation where not `wanted`) flattened, without `Not` and constants.

    Leaves of one `any` that list values of one fact become one leaf.

    Args:
        condition: sound, as `check_condition` finds.
        wanted: whether it is to hold, or not to hold.

    Returns:
        `TRUE` or `FALSE` alone, or a form in which neither occurs.
    """
    if isinstance(condition, Test):
        return _leaf(condition, wanted)
    if isinstance(condition, Not):
        return normal_form(condition.part, not wanted)
    parts = [normal_form(part, wanted) for part in condition.parts]
    return _joined(AllOf if isinstance(condition, All) == wanted else AnyOf, parts)


def leaves_of(form: Normal) -> Iterable[Leaf]:
    """Every leaf, from left to right."""
    if isinstance(form, Leaf):
        yield form
    else:
        for part in form.parts:
            yield from leaves_of(part)


def alternatives(form: Normal) -> list[tuple[Leaf, ...]]:
    """Every way in which the form can hold: leaves that must hold together.

    As many as the product over `all` of the sums over `any`; the caller has bounded it (`condition.MOST_PATHS`).

    Returns:
        No way for `FALSE`; one without leaves for `TRUE`.
    """
    if isinstance(form, Leaf):
        return [(form,)]
    if isinstance(form, AnyOf):
        return [way for part in form.parts for way in alternatives(part)]
    ways: list[tuple[Leaf, ...]] = [()]
    for part in form.parts:
        ways = [way + more for way in ways for more in alternatives(part)]
    return ways


def _leaf(test: Test, wanted: bool) -> Normal:
    operands = test.value if isinstance(test.value, tuple) else (test.value,)
    known = tuple(dict.fromkeys(value for value in operands if value is not None))
    relation, when_missing = _RELATIONS[test.op], test.op is Op.MISSING
    if not wanted:
        relation, when_missing = _OPPOSITE[relation], not when_missing
    return _without_constants(Leaf(test.fact, relation, known, when_missing))


def _without_constants(leaf: Leaf) -> Normal:
    if leaf.operands or (leaf.relation is Relation.IN) == leaf.when_missing:
        return leaf
    return TRUE if leaf.when_missing else FALSE


def _joined(kind: type[AllOf] | type[AnyOf], parts: list[Normal]) -> Normal:
    # An empty group must not be left over: durable-rules fires it without end.
    neutral, absorbing = (TRUE, FALSE) if kind is AllOf else (FALSE, TRUE)
    if absorbing in parts:
        return absorbing
    flat = [inner for part in parts for inner in (part.parts if isinstance(part, kind) else (part,))]
    distinct = tuple(dict.fromkeys(_merged(flat) if kind is AnyOf else flat))
    if len(distinct) == 1:
        return distinct[0]
    return kind(distinct) if distinct else neutral


def _merged(parts: list[Normal]) -> list[Normal]:
    lists: dict[str, Leaf] = {}
    others: list[Normal] = []
    for part in parts:
        if not isinstance(part, Leaf) or part.relation is not Relation.IN:
            others.append(part)
            continue
        before = lists.get(part.fact, Leaf(part.fact, Relation.IN, (), False))
        operands = tuple(dict.fromkeys(before.operands + part.operands))
        lists[part.fact] = Leaf(part.fact, Relation.IN, operands, before.when_missing or part.when_missing)
    return [*lists.values(), *others]


def _ordered(relation: Relation, value: Value, bound: Value) -> bool:
    if isinstance(value, str) or isinstance(bound, str):
        raise TypeError(f"texts have no order: {relation}")
    if relation is Relation.LT:
        return value < bound
    if relation is Relation.LE:
        return value <= bound
    return value > bound if relation is Relation.GT else value >= bound
