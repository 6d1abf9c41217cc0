"""Conditions as rules write them, and the check that a condition can be decided.

Decides whether a condition fits the declared facts and the limits of both evaluators; finds every fault, not
only the first. Does not decide whether a rule can ever hold, nor what follows from it.
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import NamedTuple, TypeAlias

from shared.kernel.texts import Text
from shared.rules.logic.atoms import NUMBERS, atoms_of, size_of
from shared.rules.logic.facts import PLACES, FactError, FactType, typed
from shared.rules.logic.normal import normal_form
from shared.rules.logic.terms import ALWAYS, BARE, LISTS, ORDERS, All, Any, Condition, Not, Op, Operand, Test
from shared.rules.logic.wording import cause_and_remedy, kind_words, nearest_terms, shown

MOST_GROUPS = 13  # durable-rules takes 15 in a rule; one wraps the rule
MOST_PATHS = 60  # ways to hold at once; its stack ends at 64
MOST_TESTS = 400  # its bucket of siblings ends, without an end, at 512
LONGEST_LIST = 300
DEEPEST = 12

Path: TypeAlias = tuple[str | int, ...]


class ConditionFault(NamedTuple):
    """One fault: where in the condition (`("all", 0, "not")`), its code, what is wrong and what to do."""

    path: Path
    code: str
    cause: Text
    remedy: Text


def check_condition(condition: Condition, declared: Mapping[str, FactType]) -> list[ConditionFault]:
    """Return every fault of the condition; an empty list means that both evaluators can decide it.

    An empty `All` stands only for a condition that always holds, that is, alone (`ALWAYS`).

    Args:
        condition: as a rule has it; anything may stand in it.
        declared: the facts that it may test, by name.
    """
    if condition == ALWAYS:
        return []
    faults = list(_faults(condition, declared, ()))
    # Only of a sound condition can it be said how large it is.
    return faults or list(_size_faults(condition, declared))


def _faults(condition: object, declared: Mapping[str, FactType], path: Path) -> Iterator[ConditionFault]:
    # A level adds two parts to the path at most. Looked at first: what is too deep must not be walked to its end.
    if len(path) > 2 * DEEPEST:
        yield _fault(path, "too-deep", limit=DEEPEST)
    elif isinstance(condition, Test):
        yield from _test_faults(condition, declared, path)
    elif isinstance(condition, Not):
        yield from _faults(condition.part, declared, (*path, "not"))
    elif isinstance(condition, All | Any):
        yield from _group_faults(condition, declared, (*path, type(condition).__name__.lower()))
    else:
        yield _fault(path, "not-a-condition")


def _group_faults(group: All | Any, declared: Mapping[str, FactType], path: Path) -> Iterator[ConditionFault]:
    if not group.parts:
        yield _fault(path, "empty-group")
    for index, part in enumerate(group.parts):
        yield from _faults(part, declared, (*path, index))


def _test_faults(test: Test, declared: Mapping[str, FactType], path: Path) -> Iterator[ConditionFault]:
    fact = declared.get(test.fact)
    if fact is None:
        terms = nearest_terms(test.fact, tuple(declared))
        yield _fault(path, "unknown-fact", name=shown(test.fact), **terms)
    elif test.op in BARE:
        if test.value is not None:
            yield _fault(path, "unwanted-value", op=test.op)
    elif test.op in LISTS:
        yield from _list_faults(fact, test.op, test.value, path)
    elif test.op in ORDERS and fact.kind not in NUMBERS:
        words = kind_words(fact.kind)
        yield _fault(
            path, "wrong-operator", fact=shown(fact.name), kind_zh=words.zh, kind_en=words.en, op=test.op
        )
    else:
        # A figure outside the bounds may be compared with: 'more than the most' never holds, and is no mistake.
        unbounded = replace(fact, low=None, high=None) if test.op in ORDERS else fact
        yield from _value_faults(unbounded, test.value, path)


def _list_faults(fact: FactType, op: Op, values: Operand, path: Path) -> Iterator[ConditionFault]:
    if not isinstance(values, tuple):
        yield _fault(path, "no-list", op=op)
        return
    if not 1 <= len(values) <= LONGEST_LIST:
        yield _fault(path, "list-length", op=op, limit=LONGEST_LIST, count=len(values))
        return
    seen: set[tuple[type, object]] = set()
    for index, value in enumerate(values):
        faults = list(_value_faults(fact, value, (*path, index)))
        yield from faults
        if not faults and (type(value), value) in seen:
            yield _fault((*path, index), "repeated-value", value=shown(value))
        # With its type, since 1, 1.0 and True are equal; and a faulty value may not even be hashable.
        seen.add((type(value), value) if not faults else (object, index))


def _value_faults(fact: FactType, value: object, path: Path) -> Iterator[ConditionFault]:
    try:
        typed(fact, value)
    except FactError as refusal:
        yield ConditionFault(path, refusal.code, refusal.cause, refusal.remedy)
        return
    if isinstance(value, float) and round(value, PLACES) != value:
        yield _fault(path, "too-precise", value=shown(value))


def _size_faults(condition: Condition, declared: Mapping[str, FactType]) -> Iterator[ConditionFault]:
    size = size_of(atoms_of(normal_form(condition), declared))
    if size.groups > MOST_GROUPS:
        yield _fault((), "too-many-groups", count=size.groups, limit=MOST_GROUPS)
    if size.tests > MOST_TESTS:
        yield _fault((), "too-many-tests", count=size.tests, limit=MOST_TESTS)
    if size.paths > MOST_PATHS:
        yield _fault((), "too-many-paths", count=size.paths, limit=MOST_PATHS)


def _fault(path: Path, code: str, **terms: object) -> ConditionFault:
    cause, remedy = cause_and_remedy(code, **terms)
    return ConditionFault(path, code, cause, remedy)


__all__ = [
    "ALWAYS",
    "All",
    "Any",
    "Condition",
    "ConditionFault",
    "Not",
    "Op",
    "Operand",
    "Test",
    "check_condition",
]
