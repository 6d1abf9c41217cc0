"""Negating one test of a condition, and saying which.

Decides where the tests of a condition are. Must not know which rule it belongs to.
"""

from collections.abc import Callable, Iterator
from dataclasses import replace

from gridcase.mutation.mutant import Mutant, R, Section, bilingual, of_rule
from gridcase.scenarios.participants import Part
from gridcase.scenarios.wording import word
from shared.kernel.texts import Text
from shared.rules.language.vocabulary import PLATFORM_FACTS
from shared.rules.logic.condition import All, Any, Condition, Not, Op, Test
from shared.rules.pack.model import Pack

_SIGNS = {
    Op.EQ: "=",
    Op.NE: "≠",
    Op.LT: "<",
    Op.LE: "≤",
    Op.GT: ">",
    Op.GE: "≥",
    Op.OR_MORE: "⩾",
    Op.OR_LESS: "⩽",
    Op.IN: "∈",
    Op.NOT_IN: "∉",
    Op.PRESENT: "?",
    Op.MISSING: "∅",
}


def negations(
    pack: Pack, section: Section, rule: R, felt_by: frozenset[Part] | None = None
) -> Iterator[Mutant]:
    """Yield a mutant for every test of the rule's condition.

    Args:
        felt_by: without which the condition is never asked; None: any run may ask it.
    """
    for number, test in enumerate(questions_of(rule.when)):
        change = bilingual("negated", test=shown_test(pack, test))
        yield of_rule("condition", section, rule, change, _negating(number), felt_by)


def _negating(number: int) -> Callable[[R], R]:
    def altered(rule: R) -> R:
        return replace(rule, when=negated(rule.when, number))

    return altered


def questions_of(condition: Condition) -> Iterator[Test]:
    """Yield the tests of a condition, from left to right."""
    if isinstance(condition, Test):
        yield condition
    elif isinstance(condition, Not):
        yield from questions_of(condition.part)
    else:
        for part in condition.parts:
            yield from questions_of(part)


def negated(condition: Condition, number: int) -> Condition:
    """Return the condition with its test of that number (from 0) negated."""
    return _Negation(number).of(condition)


class _Negation:
    def __init__(self, number: int) -> None:
        self._left = number

    def of(self, condition: Condition) -> Condition:
        if isinstance(condition, Test):
            self._left -= 1
            return Not(condition) if self._left == -1 else condition
        if isinstance(condition, Not):
            return Not(self.of(condition.part))
        parts = tuple(self.of(part) for part in condition.parts)
        return All(parts) if isinstance(condition, All) else Any(parts)


def shown_test(pack: Pack, test: Test) -> Text:
    """Return a test as people read it."""
    value = test.value
    values = value if isinstance(value, tuple) else () if value is None else (value,)
    words = [_value(pack, item) for item in values]
    sign = _SIGNS[test.op]
    return Text(
        f"{PLATFORM_FACTS.written(test.fact, 'zh')} {sign} {'、'.join(text.zh for text in words)}".rstrip(),
        f"{test.fact} {sign} {', '.join(text.en for text in words)}".rstrip(),
    )


def _value(pack: Pack, value: object) -> Text:
    if isinstance(value, bool):
        return Text("是" if value else "否", "yes" if value else "no")
    return word(pack.noun(str(value)))
