"""The one-operator comparisons into which durable-rules takes a condition apart, and how many there are.

Choices, texts and yes-or-no facts are always handed over, a missing one as a value of its own; a number that
is missing is left out, and a flag beside it says so. That is why no condition ever asks durable-rules whether
something exists: its `$nex` fires for ever where nothing guards it, and its `$ex` takes null for known.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from math import prod
from typing import NamedTuple, TypeAlias

from shared.rules.logic.facts import FactType, Kind, Value
from shared.rules.logic.normal import AnyOf, Leaf, Normal, Relation

NUMBERS = frozenset({Kind.INT, Kind.DECIMAL})
_ORDERS = {Relation.LT: "$lt", Relation.LE: "$lte", Relation.GT: "$gt", Relation.GE: "$gte"}


@dataclass(frozen=True, slots=True)
class Atom:
    """One comparison: `operator` is an engine's (`$eq`, `$neq`, `$lt` …), `None` stands for missing.

    With `of_flag` it compares the flag beside a number: true for known.

    Args:
        fact: its name as declared.
        value: what it is compared with; None: missing, for facts that are no numbers.
    """

    fact: str
    operator: str
    value: Value | None
    of_flag: bool = False


@dataclass(frozen=True, slots=True)
class Conjunction:
    """All parts; never empty below the root."""

    parts: tuple["Form", ...]


@dataclass(frozen=True, slots=True)
class Disjunction:
    """One of the parts; `exclusive` when no two can hold at once."""

    parts: tuple["Form", ...]
    exclusive: bool


Form: TypeAlias = Atom | Conjunction | Disjunction


class Size(NamedTuple):
    """What a rule costs the engine: groups, comparisons, and ways in which it can hold at the same time."""

    groups: int
    tests: int
    paths: int


def atoms_of(form: Normal, declared: Mapping[str, FactType]) -> Form:
    """Take a normal form apart into atoms.

    Args:
        declared: type of each fact by its name: numbers are taken apart otherwise than texts.
    """
    if isinstance(form, Leaf):
        return _of_leaf(form, declared[form.fact].kind in NUMBERS)
    parts = tuple(atoms_of(part, declared) for part in form.parts)
    if isinstance(form, AnyOf):
        return Disjunction(parts, exclusive=False)
    flat = [part.parts if isinstance(part, Conjunction) else (part,) for part in parts]
    return Conjunction(tuple(part for group in flat for part in group))


def size_of(form: Form, top: bool = True) -> Size:
    """Measure a form; the outermost `all` costs no group, since every rule is wrapped in one.

    Args:
        top: whether it is the whole form.
    """
    if isinstance(form, Atom):
        return Size(0, 1, 1)
    sizes = [size_of(part, top=False) for part in form.parts]
    own = 0 if top and isinstance(form, Conjunction) else 1
    groups, tests = own + sum(size.groups for size in sizes), sum(size.tests for size in sizes)
    paths = [size.paths for size in sizes]
    if isinstance(form, Conjunction):
        return Size(groups, tests, prod(paths))
    return Size(groups, tests, max(paths) if form.exclusive else sum(paths))


def _of_leaf(leaf: Leaf, number: bool) -> Form:
    if leaf.relation is Relation.IN:
        return _one_of(leaf, number)
    if leaf.relation is Relation.OUT:
        return _none_of(leaf, number)
    atom = Atom(leaf.fact, _ORDERS[leaf.relation], leaf.operands[0])
    return _or_missing(leaf, [atom])


def _one_of(leaf: Leaf, number: bool) -> Form:
    atoms: list[Form] = [Atom(leaf.fact, "$eq", value) for value in leaf.operands]
    if leaf.when_missing:
        atoms.append(_missing(leaf.fact, number))
    # A fact has one value, so a list holds in one way only, however long it is (`size_of`).
    return atoms[0] if len(atoms) == 1 else Disjunction(tuple(atoms), exclusive=True)


def _none_of(leaf: Leaf, number: bool) -> Form:
    """Known and none of the values, or, where the leaf also holds for a missing fact, just none of them.

    A missing text is a value of its own and passes every `$neq`: it has to be excluded. A missing number is left out,
    which fails every comparison: it has to be let in by its flag.
    """
    atoms: list[Form] = [Atom(leaf.fact, "$neq", value) for value in leaf.operands]
    if number and leaf.when_missing:
        return _or_missing(leaf, atoms)
    if number and not atoms:
        return Atom(leaf.fact, "$eq", True, of_flag=True)
    if not number and not leaf.when_missing:
        atoms.append(Atom(leaf.fact, "$neq", None))
    return _all_of(atoms)


def _or_missing(leaf: Leaf, atoms: list[Form]) -> Form:
    known = _all_of(atoms)
    return (
        Disjunction((known, _missing(leaf.fact, number=True)), exclusive=True) if leaf.when_missing else known
    )


def _missing(fact: str, number: bool) -> Atom:
    return Atom(fact, "$eq", False, of_flag=True) if number else Atom(fact, "$eq", None)


def _all_of(atoms: list[Form]) -> Form:
    return atoms[0] if len(atoms) == 1 else Conjunction(tuple(atoms))
