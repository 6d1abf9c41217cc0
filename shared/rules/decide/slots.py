"""A pack's rules with levels and leads by their slots, never by a town's nouns, so that towns may share them.

Decides which slot stands for a noun. Must not know which rules hold.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Protocol

from shared.rules.logic.facts import FactType, Value
from shared.rules.logic.inclusive import with_figure
from shared.rules.logic.rulebook import Row
from shared.rules.logic.terms import All, Condition, Not, Operand, Test
from shared.rules.logic.terms import Any as AnyOf
from shared.rules.pack.model import Origin, Pack, includes_figure
from shared.rules.pack.platform import platform_facts

SLOTTED = ("level", "lead")  # facts whose values are a town's nouns
_PLATFORM_TYPES = {name: fact.type for name, fact in platform_facts().items()}


class Ruled(Protocol):
    """What every rule of a pack has."""

    @property
    def origin(self) -> Origin:
        """Its id, clauses and dates."""
        ...

    @property
    def when(self) -> Condition:
        """When it holds."""
        ...


def declarations(pack: Pack) -> dict[str, FactType]:
    """Return the types of all facts that the pack's rules may test: its own and the platform's."""
    own = {name: fact.type for name, fact in pack.facts.items()}
    return {**own, **_PLATFORM_TYPES}


def slotted(rules: Sequence[Ruled], pack: Pack) -> tuple[list[Row], Mapping[str, str]]:
    """Return the rules as rows that name levels and leads by slots where any of them does, and noun → slot.

    Two slots that mean the same noun here become one, so that either test holds.

    Args:
        rules: in file order.

    Returns:
        The rows in the same order, and noun → slot by which the facts are to be named (`in_slots`).
    """
    read = [with_figure(rule.when, includes_figure(pack, rule)) for rule in rules]
    slots = slots_among(nouns_tested(read), pack)
    rows = [
        Row(rule.origin.rule, _rewritten(when, pack, slots)) for rule, when in zip(rules, read, strict=True)
    ]
    return rows, slots


def nouns_tested(conditions: Sequence[Condition]) -> tuple[str, ...]:
    """Return the nouns and slots with which conditions compare levels and leads, each once and in order."""
    return tuple(sorted({noun for condition in conditions for noun in _nouns_tested(condition)}))


def slots_among(tested: Collection[str], pack: Pack) -> dict[str, str]:
    """Return noun → slot by which it is compared, for the slots among nouns that are tested."""
    # Of slots that mean one noun the first by name stays, in whatever order the rules name them: a slot must not
    # depend on where a rule stands.
    return {pack.noun(slot): slot for slot in sorted((v for v in tested if v.startswith("$")), reverse=True)}


def in_slots(facts: Mapping[str, Value], slots: Mapping[str, str]) -> dict[str, Value]:
    """Return the facts with level and lead by their slots.

    Args:
        slots: noun → slot, as `slotted` returns them; other nouns stay.
    """
    named = {name: slots.get(str(facts[name]), facts[name]) for name in SLOTTED if name in facts}
    return {**facts, **named}


def _nouns_tested(condition: Condition) -> Iterator[str]:
    if isinstance(condition, Test):
        if condition.fact in SLOTTED:
            yield from (str(value) for value in _listed(condition.value))
    elif isinstance(condition, Not):
        yield from _nouns_tested(condition.part)
    else:
        for part in condition.parts:
            yield from _nouns_tested(part)


def _listed(value: Operand) -> tuple[Value, ...]:
    if value is None:
        return ()
    return value if isinstance(value, tuple) else (value,)


def _rewritten(condition: Condition, pack: Pack, slots: Mapping[str, str]) -> Condition:
    if isinstance(condition, Test):
        return _rewritten_test(condition, pack, slots) if condition.fact in SLOTTED else condition
    if isinstance(condition, Not):
        return Not(_rewritten(condition.part, pack, slots))
    parts = tuple(_rewritten(part, pack, slots) for part in condition.parts)
    return All(parts) if isinstance(condition, All) else AnyOf(parts)


def _rewritten_test(test: Test, pack: Pack, slots: Mapping[str, str]) -> Test:
    if test.value is None:
        return test
    nouns = [pack.noun(str(value)) for value in _listed(test.value)]
    values = tuple(dict.fromkeys(slots.get(noun, noun) for noun in nouns))
    return Test(test.fact, test.op, values if isinstance(test.value, tuple) else values[0])
