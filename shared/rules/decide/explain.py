"""Why the case went where it went: every rule, the truth of its tests, and what would have to differ.

Explains by the reference evaluator, which reads the rules as they are written. Decides nothing.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from shared.rules.case.situation import Situation, all_facts
from shared.rules.decide.slots import SLOTTED, Ruled, declarations, in_slots, slotted
from shared.rules.logic.explain import Alternative, FactChange, LeafTruth, RuleTruth, WhyNot
from shared.rules.logic.facts import FactType, Value
from shared.rules.logic.reference import Reference
from shared.rules.logic.rulebook import Row, tested_facts
from shared.rules.pack.model import Origin, Pack


@dataclass(frozen=True, slots=True)
class Tested:
    """One test of a rule, with the town's nouns in it: `got` is None where nothing is known."""

    fact: str
    op: str
    wanted: Any
    got: Any
    holds: bool


@dataclass(frozen=True, slots=True)
class Needed:
    """A fact that would have to be `to` (None: unknown) and is `got`."""

    fact: str
    got: Any
    to: Any


@dataclass(frozen=True, slots=True)
class RuleReason:
    """One rule: whether it holds, whether it is in force, and how each of its tests came out.

    `needs` are the fewest facts that would have to differ for it to hold; None where it never can.
    """

    rule: Origin
    holds: bool
    is_in_force: bool
    tests: tuple[Tested, ...]
    needs: tuple[Needed, ...] | None


@dataclass(frozen=True, slots=True)
class Otherwise:
    """One fact that would have to be `to` (None: unknown) for another rule (None: no rule) to decide."""

    fact: str
    got: Any
    to: Any
    rule: str | None


@dataclass(frozen=True, slots=True)
class Explanation:
    """The facts as the rules saw them, the rules in order, and the nearest other outcomes."""

    facts: Mapping[str, Value]
    rules: tuple[RuleReason, ...]
    otherwise: tuple[Otherwise, ...]


def explain(pack: Pack, situation: Situation, on: date, rules: Sequence[Ruled] | None = None) -> Explanation:
    """Explain the routing of a case on the local day `on`. Slow and thorough: for people, not for every case.

    Args:
        rules: another section's rules; None: those of routing.

    Raises:
        FactError: a fact is not what it was declared to be.
    """
    shown = pack.routing if rules is None else rules
    facts = all_facts(pack, situation)
    rows, slots = slotted(shown, pack)
    seen = in_slots(_tested(facts, rows), slots)
    reference = Reference(rows, _declared(pack, rows))
    reasons = tuple(
        RuleReason(
            rule.origin,
            truth.holds,
            rule.origin.in_force(on),
            _tests(truth, pack),
            _needs(reference.why_not(truth.rule, seen), pack),
        )
        for rule, truth in zip(shown, reference.explain(seen), strict=True)
    )
    # Rules that are not in force are shown with the others; what would change is asked of those that are.
    current = [row for row, rule in zip(rows, shown, strict=True) if rule.origin.in_force(on)]
    others = Reference(current, _declared(pack, current)).what_would_change(_tested(seen, current))
    return Explanation(facts, reasons, tuple(_otherwise(other, pack) for other in others))


def _tested(facts: Mapping[str, Value], rows: Sequence[Row]) -> dict[str, Value]:
    names = {name for row in rows for name in tested_facts(row.when)}
    return {name: value for name, value in facts.items() if name in names}


def _declared(pack: Pack, rows: Sequence[Row]) -> dict[str, FactType]:
    names = {name for row in rows for name in tested_facts(row.when)}
    return {name: type_ for name, type_ in declarations(pack).items() if name in names}


def _tests(truth: RuleTruth, pack: Pack) -> tuple[Tested, ...]:
    return tuple(_test(leaf, pack) for leaf in truth.leaves)


def _test(leaf: LeafTruth, pack: Pack) -> Tested:
    wanted, got = _nouns(leaf.fact, leaf.wanted, pack), _nouns(leaf.fact, leaf.got, pack)
    return Tested(leaf.fact, leaf.op.value, wanted, got, leaf.holds)


def _needs(why: WhyNot, pack: Pack) -> tuple[Needed, ...] | None:
    return tuple(Needed(*_change(change, pack)) for change in why.changes) if why.possible else None


def _change(change: FactChange, pack: Pack) -> tuple[str, Any, Any]:
    return change.fact, _nouns(change.fact, change.got, pack), _nouns(change.fact, change.to, pack)


def _otherwise(alternative: Alternative, pack: Pack) -> Otherwise:
    return Otherwise(*_change(alternative.change, pack), alternative.rule)


def _nouns(fact: str, value: Any, pack: Pack) -> Any:
    """Return slots as the town's nouns again: rules are compared by slots, people know nouns."""
    if fact not in SLOTTED or value is None:
        return value
    if isinstance(value, tuple):
        return tuple(pack.noun(str(part)) for part in value)
    return pack.noun(str(value))
