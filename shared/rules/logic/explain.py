"""Why a rule holds or does not, and what would have to be different. Slow and thorough.

Shapes of the answers, and the search for the nearest value of one fact. Decides no case.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import count

from shared.rules.logic.condition import Path
from shared.rules.logic.facts import LARGEST, FactType, Kind, Value
from shared.rules.logic.normal import Leaf, alternatives, normal_form
from shared.rules.logic.rulebook import Row
from shared.rules.logic.terms import Condition, Not, Op, Operand, Test
from shared.rules.logic.truth import holds, is_met

_STEP = {Kind.INT: 1, Kind.DECIMAL: 0.0001}
OTHER_TEXT = "…"  # stands for any text that no test names


@dataclass(frozen=True, slots=True)
class LeafTruth:
    """One test of a rule, where it stands in the condition, and whether it holds.

    Args:
        wanted: the value or values that it compares with; None: it asks for none.
        got: the case's own; None: nothing is known.
    """

    path: Path
    fact: str
    op: Op
    wanted: Operand
    got: Value | None
    holds: bool


@dataclass(frozen=True, slots=True)
class RuleTruth:
    """One rule, whether it holds, and the truth of each of its tests."""

    rule: str
    holds: bool
    leaves: tuple[LeafTruth, ...]


@dataclass(frozen=True, slots=True)
class FactChange:
    """One fact that would have to be different: from `got` to, most nearly, `to` (None is missing)."""

    fact: str
    got: Value | None
    to: Value | None


@dataclass(frozen=True, slots=True)
class WhyNot:
    """The fewest changes after which a rule would hold.

    Args:
        possible: False: it never can.
        changes: of one fact each; none where it holds already.
    """

    rule: str
    possible: bool
    changes: tuple[FactChange, ...]


@dataclass(frozen=True, slots=True)
class Alternative:
    """One change of one fact, and the rule (None: no rule) that would then come first."""

    change: FactChange
    rule: str | None


def explained(row: Row, facts: Mapping[str, Value]) -> RuleTruth:
    """The truth of a rule and of each of its tests.

    Args:
        facts: checked.
    """
    leaves = tuple(
        LeafTruth(path, test.fact, test.op, test.value, facts.get(test.fact), is_met(test, facts))
        for path, test in _tests(row.when, ())
    )
    return RuleTruth(row.id, holds(row.when, facts), leaves)


def why_not(row: Row, declared: Mapping[str, FactType], facts: Mapping[str, Value]) -> WhyNot:
    """The fewest facts to change for the rule to hold; among equals, the first way that the rule names.

    Args:
        declared: types by name: only values that a fact may have are proposed.
        facts: checked.
    """
    ways = (_changes(way, declared, facts) for way in alternatives(normal_form(row.when)))
    possible = [way for way in ways if way is not None]
    fewest = min(possible, key=len, default=None)
    return WhyNot(row.id, fewest is not None, fewest or ())


def candidates(fact: FactType, operands: Iterable[Value]) -> list[Value | None]:
    """Values of a fact that behave in every way in which any value can, seen from these operands.

    The operands, their neighbours for numbers, one value that none of them is, and missing (last).

    Args:
        operands: all values with which any test compares the fact.
    """
    named = list(dict.fromkeys(operands))
    if fact.kind is Kind.BOOL:
        return [True, False, None]
    if fact.kind is Kind.CHOICE:
        others = [value for value in fact.values if value not in named]
        return [*(value for value in fact.values if value in named), *others[:1], None]
    if fact.kind is Kind.TEXT:
        return [*named, next(text for n in count(1) if (text := OTHER_TEXT * n) not in named), None]
    return [*_around(fact, named), None]


def nearest(values: Sequence[Value | None], got: Value | None) -> Value | None:
    """The value closest to `got`: by distance for numbers, by the order given otherwise.

    Args:
        values: one at least; None is missing, and closest only where there is nothing else.
        got: what is known now, None: nothing.
    """
    if isinstance(got, bool) or not isinstance(got, int | float):
        return values[0]
    return min(values, key=lambda value: abs(value - got) if isinstance(value, int | float) else float("inf"))


def _changes(
    way: Sequence[Leaf], declared: Mapping[str, FactType], facts: Mapping[str, Value]
) -> tuple[FactChange, ...] | None:
    changes = []
    for name in dict.fromkeys(leaf.fact for leaf in way):
        leaves, got = [leaf for leaf in way if leaf.fact == name], facts.get(name)
        if all(leaf.holds(got) for leaf in leaves):
            continue
        # A value that fulfils all leaves of one fact at once, if there is any: one change a fact.
        values = candidates(declared[name], (value for leaf in leaves for value in leaf.operands))
        fitting = [value for value in values if all(leaf.holds(value) for leaf in leaves)]
        if not fitting:
            return None
        changes.append(FactChange(name, got, nearest(fitting, got)))
    return tuple(changes)


def _tests(condition: Condition, path: Path) -> Iterator[tuple[Path, Test]]:
    if isinstance(condition, Test):
        yield path, condition
    elif isinstance(condition, Not):
        yield from _tests(condition.part, (*path, "not"))
    else:
        for index, part in enumerate(condition.parts):
            yield from _tests(part, (*path, type(condition).__name__.lower(), index))


def _around(fact: FactType, named: Sequence[Value]) -> list[Value]:
    step = _STEP[fact.kind]
    around = {
        round(value + by, 4) for value in named if not isinstance(value, str) for by in (-step, 0, step)
    }
    bounds = (bound for bound in (fact.low, fact.high) if bound is not None)
    return sorted(value for value in around.union(bounds) or {0} if _is_within(fact, value))


def _is_within(fact: FactType, value: float) -> bool:
    low, high = -LARGEST if fact.low is None else fact.low, LARGEST if fact.high is None else fact.high
    return low <= value <= high
