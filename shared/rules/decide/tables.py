"""Tables of a pack's rules, compiled so that towns share them.

Decides which rules hold. A table is cut where rules of another folder begin, so that the template's part is
the same for every town that uses it; levels and leads are compared by their slots, never by a town's nouns.
Must not know what follows from a rule.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Protocol

from shared.rules.decide.answers import Answers
from shared.rules.logic.facts import FactType, Value
from shared.rules.logic.inclusive import with_figure
from shared.rules.logic.judge import Judge, JudgeCache, Judgement
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
    """The places (from 0) of the rules that hold, in file order, and whether both evaluators say so.

    Args:
        places: the reference's answer; what may rest on it where not `agreed` is the caller's to say.
        answers: both, where they differ; else empty.
        evaluator: 'both' or 'reference'.
    """

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


_PLATFORM_TYPES = {name: fact.type for name, fact in platform_facts().items()}


class RuleTable:
    """The rules of one section of a pack, ready to be asked. Immutable; safe to share between threads.

    Args:
        rules: of the section, in file order.
        pack: gives nouns, facts and readings.
        judges: where equal parts are found and shared.

    Raises:
        RulesRefused: on building, a condition cannot be decided by both evaluators.
    """

    def __init__(self, rules: Sequence[Ruled], pack: Pack, judges: JudgeCache) -> None:
        declared = declarations(pack)
        self._parts = tuple(_part(first, run, pack, declared, judges) for first, run in _by_folder(rules))

    def holding(self, facts: Mapping[str, Value]) -> Holding:
        """Return every rule that holds.

        Args:
            facts: all that is known, by name; each part takes those that it tests.

        Raises:
            FactError: a fact is not what it was declared to be.
        """
        asked = [(part, part.judge.all(_seen_by(part, facts))) for part in self._parts]
        places = tuple(part.places[rule] for part, judgement in asked for rule in judgement.matched)
        return _holding(places, asked)

    def first(self, facts: Mapping[str, Value]) -> Holding:
        """Return the first rule that holds, or none.

        Args:
            facts: all that is known, by name; each part takes those that it tests.

        Raises:
            FactError: a fact is not what it was declared to be.
        """
        asked: list[tuple[_Part, Judgement]] = []
        for part in self._parts:
            judgement = part.judge.first(_seen_by(part, facts))
            asked.append((part, judgement))
            # In doubt nobody asks on: a later rule would decide where an earlier one may hold.
            if judgement.matched or not judgement.agreed:
                break
        places = tuple(part.places[rule] for part, judgement in asked for rule in judgement.matched)
        return _holding(places, asked)

    @property
    def judges(self) -> tuple[Judge, ...]:
        """The compiled parts, in order."""
        return tuple(part.judge for part in self._parts)


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
    tested = {value for when in read for value in _nouns_tested(when)}
    # Of slots that mean one noun the first by name stays, in whatever order the rules name them: a slot must not
    # depend on where a rule stands.
    slots = {pack.noun(slot): slot for slot in sorted((v for v in tested if v.startswith("$")), reverse=True)}
    rows = [
        Row(rule.origin.rule, _rewritten(when, pack, slots)) for rule, when in zip(rules, read, strict=True)
    ]
    return rows, slots


def in_slots(facts: Mapping[str, Value], slots: Mapping[str, str]) -> dict[str, Value]:
    """Return the facts with level and lead by their slots.

    Args:
        slots: noun → slot, as `slotted` returns them; other nouns stay.
    """
    named = {name: slots.get(str(facts[name]), facts[name]) for name in SLOTTED if name in facts}
    return {**facts, **named}


def _by_folder(rules: Sequence[Ruled]) -> Iterator[tuple[int, list[Ruled]]]:
    """Runs of rules from one folder, each with the place of its first rule: a template's files are every town's."""
    first = 0
    for _, run in groupby(rules, key=lambda rule: rule.origin.spot.file.rpartition("/")[0]):
        part = list(run)
        yield first, part
        first += len(part)


def _part(
    first: int, rules: Sequence[Ruled], pack: Pack, declared: Mapping[str, FactType], judges: JudgeCache
) -> _Part:
    rows, slots = slotted(rules, pack)
    # Only facts that the part tests are declared: a fact of the town's own would make a template's part differ from
    # that of other towns, and each would be compiled for itself.
    names = tuple(sorted({name for row in rows for name in tested_facts(row.when)}))
    judge = judges.judge_for(rows, {name: declared[name] for name in names if name in declared})
    places = {row.id: first + index for index, row in enumerate(rows)}
    return _Part(first, judge, places, names, slots)


def _seen_by(part: _Part, facts: Mapping[str, Value]) -> dict[str, Value]:
    seen = {name: facts[name] for name in part.names if name in facts}
    return in_slots(seen, part.slots) if part.slots else seen


def _holding(places: tuple[int, ...], asked: Sequence[tuple[_Part, Judgement]]) -> Holding:
    agreed = all(judgement.agreed for _, judgement in asked)
    evaluator = next((judgement.evaluator for _, judgement in asked), "reference")
    return Holding(places, agreed, {} if agreed else _both(asked), evaluator)


def _both(asked: Sequence[tuple[_Part, Judgement]]) -> Answers:
    durable: list[str] = []
    errors: list[str] = []
    for _, judgement in asked:
        durable += judgement.durable or ()
        errors += [judgement.error] if judgement.error else []
    reference = tuple(rule for _, judgement in asked for rule in judgement.reference)
    found: dict[str, tuple[str, ...] | str] = {"reference": reference, "durable-rules": tuple(durable)}
    return {**found, "error": tuple(errors)} if errors else found


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
