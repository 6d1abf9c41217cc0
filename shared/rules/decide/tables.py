"""Tables of a pack's rules, compiled so that towns share them.

Decides which rules hold. A table is cut where rules of another folder begin, so that the template's part is
the same for every town that uses it; levels and leads are compared by their slots, never by a town's nouns.
Must not know what follows from a rule.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import PurePosixPath
from typing import Any, Protocol

from shared.rules.decide.answers import Answers
from shared.rules.logic.facts import FactType, Value
from shared.rules.logic.inclusive import with_figure
from shared.rules.logic.judge import Judge, JudgeCache, Verdict
from shared.rules.logic.rulebook import Row, tested_facts
from shared.rules.logic.terms import All, Condition, Not, Operand, Test
from shared.rules.logic.terms import Any as AnyOf
from shared.rules.pack.model import Origin, Pack, includes_figure
from shared.rules.pack.platform import platform_facts

SLOTTED = ("level", "lead")  # facts whose values are a town's nouns


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


@dataclass(frozen=True, slots=True)
class Holding:
    """The places (from 0) of the rules that hold, in file order, and whether both evaluators say so."""

    places: tuple[int, ...]
    agreed: bool
    answers: Answers
    evaluator: str


@dataclass(frozen=True, slots=True)
class _Part:
    first: int  # place of its first rule in the whole table
    judge: Judge
    places: Mapping[str, int]  # rule id → place in the whole table
    names: tuple[str, ...]  # facts that it tests
    slots: Mapping[str, str]  # noun → slot by which it is compared here


class Table:
    """The rules of one section of a pack, ready to be asked. Immutable; safe to share between threads.

    Raises:
        RulesRefused: on building, a condition cannot be decided by both evaluators.
    """

    def __init__(self, rules: Sequence[Ruled], pack: Pack, judges: JudgeCache) -> None:
        declared = declarations(pack)
        self._parts = tuple(_part(first, run, pack, declared, judges) for first, run in _runs(rules))

    def holding(self, facts: Mapping[str, Value]) -> Holding:
        """Return every rule that holds.

        Raises:
            FactError: a fact is not what it was declared to be.
        """
        asked = [(part, part.judge.all(_seen_by(part, facts))) for part in self._parts]
        places = tuple(part.places[rule] for part, verdict in asked for rule in verdict.matched)
        return _holding(places, asked)

    def first(self, facts: Mapping[str, Value]) -> Holding:
        """Return the first rule that holds, or none.

        Raises:
            FactError: a fact is not what it was declared to be.
        """
        asked: list[tuple[_Part, Verdict]] = []
        for part in self._parts:
            verdict = part.judge.first(_seen_by(part, facts))
            asked.append((part, verdict))
            if verdict.matched or not verdict.agreed:
                break
        places = tuple(part.places[rule] for part, verdict in asked for rule in verdict.matched)
        return _holding(places, asked)

    @property
    def judges(self) -> tuple[Judge, ...]:
        """The compiled parts, in order."""
        return tuple(part.judge for part in self._parts)


def declarations(pack: Pack) -> dict[str, FactType]:
    """Return the types of all facts that the pack's rules may test: its own and the platform's."""
    return {name: fact.type for name, fact in {**pack.facts, **platform_facts()}.items()}


def slotted(rules: Sequence[Ruled], pack: Pack) -> tuple[list[Row], Mapping[str, str]]:
    """Return the rules as rows that name levels and leads by slots where any of them does, and noun → slot.

    Two slots that mean the same noun here become one, so that either test holds.
    """
    read = [with_figure(rule.when, includes_figure(pack, rule)) for rule in rules]
    tested = {value for when in read for value in _nouns_tested(when)}
    slots = {pack.noun(slot): slot for slot in sorted((v for v in tested if v.startswith("$")), reverse=True)}
    rows = [
        Row(rule.origin.rule, _rewritten(when, pack, slots)) for rule, when in zip(rules, read, strict=True)
    ]
    return rows, slots


def in_slots(facts: Mapping[str, Value], slots: Mapping[str, str]) -> dict[str, Value]:
    """Return the facts with level and lead by their slots."""
    named = {name: slots.get(str(facts[name]), facts[name]) for name in SLOTTED if name in facts}
    return {**facts, **named}


def _runs(rules: Sequence[Ruled]) -> Iterator[tuple[int, list[Ruled]]]:
    first = 0
    for _, run in groupby(rules, key=lambda rule: PurePosixPath(rule.origin.spot.file).parent):
        part = list(run)
        yield first, part
        first += len(part)


def _part(
    first: int, rules: Sequence[Ruled], pack: Pack, declared: Mapping[str, FactType], judges: JudgeCache
) -> _Part:
    rows, slots = slotted(rules, pack)
    names = tuple(sorted({name for row in rows for name in tested_facts(row.when)}))
    judge = judges.judge_for(rows, {name: declared[name] for name in names if name in declared})
    places = {row.id: first + index for index, row in enumerate(rows)}
    return _Part(first, judge, places, names, slots)


def _seen_by(part: _Part, facts: Mapping[str, Value]) -> dict[str, Value]:
    seen = {name: facts[name] for name in part.names if name in facts}
    return in_slots(seen, part.slots) if part.slots else seen


def _holding(places: tuple[int, ...], asked: Sequence[tuple[_Part, Verdict]]) -> Holding:
    agreed = all(verdict.agreed for _, verdict in asked)
    evaluator = next((verdict.evaluator for _, verdict in asked), "reference")
    return Holding(places, agreed, {} if agreed else _both(asked), evaluator)


def _both(asked: Sequence[tuple[_Part, Verdict]]) -> dict[str, Any]:
    durable: list[str] = []
    errors: list[str] = []
    for _, verdict in asked:
        durable += verdict.durable or ()
        errors += [verdict.error] if verdict.error else []
    reference = [rule for _, verdict in asked for rule in verdict.reference]
    return {"reference": reference, "durable-rules": durable} | ({"error": errors} if errors else {})


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
