"""The truth of a condition, read off its source: slow, plain, and the measure of everything faster.

Explanations use it; no case is decided by it.
"""

from collections.abc import Callable, Mapping

from shared.rules.logic.facts import Value
from shared.rules.logic.terms import All, Condition, Not, Op, Test

_KNOWN: dict[Op, Callable[..., bool]] = {
    Op.EQ: lambda value, wanted: value == wanted,
    Op.NE: lambda value, wanted: value != wanted,
    Op.LT: lambda value, wanted: value < wanted,
    Op.LE: lambda value, wanted: value <= wanted,
    Op.GT: lambda value, wanted: value > wanted,
    Op.GE: lambda value, wanted: value >= wanted,
    Op.OR_MORE: lambda value, wanted: value >= wanted,
    Op.OR_LESS: lambda value, wanted: value <= wanted,
    Op.IN: lambda value, wanted: value in wanted,
    Op.NOT_IN: lambda value, wanted: value not in wanted,
    Op.PRESENT: lambda _value, _wanted: True,
    Op.MISSING: lambda _value, _wanted: False,
}


def is_met(test: Test, facts: Mapping[str, Value]) -> bool:
    """Tell whether one test holds; a missing fact passes `MISSING` alone.

    Args:
        facts: checked, of the types that the test compares.

    Raises:
        TypeError: the fact and the value have no order.
    """
    value = facts.get(test.fact)
    if value is None:
        return test.op is Op.MISSING
    return _KNOWN[test.op](value, test.value)


def holds(condition: Condition, facts: Mapping[str, Value]) -> bool:
    """Tell whether the condition holds for these (checked) facts."""
    if isinstance(condition, Test):
        return is_met(condition, facts)
    if isinstance(condition, Not):
        return not holds(condition.part, facts)
    join = all if isinstance(condition, All) else any
    return join(holds(part, facts) for part in condition.parts)
