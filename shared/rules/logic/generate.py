"""A table of rules as Python source, compiled once: the reference evaluator at speed.

Reads the source model alone: not the normal form, nor anything that durable-rules is compiled from. Rules
that ask one fact for equality are gathered under its values, so that a case meets only the rules that can
concern it; the answer stays in file order. Texts enter the source as Python literals, never as code.
"""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any as Anything
from typing import NamedTuple, TypeAlias

from shared.rules.logic.facts import Value
from shared.rules.logic.rulebook import Row, tested_facts
from shared.rules.logic.terms import All, Any, Condition, Not, Op, Test

Get: TypeAlias = Callable[[str], Value | None]
Numbered: TypeAlias = list[tuple[int, Condition]]

_WORTH = 8  # a look-up costs about as much as this many rules
_MOST_KEYS = 4  # values of one test under which a rule is repeated
_DEEPEST = 6
_COMPARE = {Op.EQ: "==", Op.NE: "!=", Op.LT: "<", Op.LE: "<=", Op.GT: ">", Op.GE: ">=",
            Op.OR_MORE: ">=", Op.OR_LESS: "<="}  # fmt: skip


class Evaluator(NamedTuple):
    """A compiled table: two functions of `facts.get`.

    Args:
        every: gives the numbers of all rules that hold, in order.
        first: gives the lowest of them, or where none holds the count of rules.
        source: the Python that was generated.
    """

    every: Callable[[Get], list[int]]
    first: Callable[[Get], int]
    source: str


class Split(NamedTuple):
    """Rules gathered under the values of one fact, and the rest."""

    fact: str
    buckets: Mapping[Value, Numbered]
    rest: Numbered
    gain: float


def compiled(rows: Sequence[Row]) -> Evaluator:
    """Compile a sound table. Time and size grow with the number of tests.

    Args:
        rows: in file order; `rulebook.require_sound` has passed them.
    """
    writer = _Writer(len(rows))
    root = writer.block([(number, row.when) for number, row in enumerate(rows)], frozenset())
    # Behind a look-up the rules under a value come before the rest: only there the order of the file is lost.
    order = "out.sort()" if writer.tables else "pass"
    writer.lines += ["def every(g):", " out = []", f" all_{root}(g, out.append)", f" {order}", " return out"]
    source = "\n".join(writer.lines)
    names: dict[str, Anything] = {}
    # What operators write stands in the source as `repr` gives it: literals of the exact types that a sound table has.
    exec(compile(source, "<reference>", "exec"), names)  # noqa: S102 - our own source, texts as literals
    for table, functions in writer.tables.items():
        names[table].update({value: names[function] for value, function in functions.items()})
    return Evaluator(names["every"], names[f"first_{root}"], source)


@dataclass(slots=True)
class _Writer:
    """Writes one table's source; `count`: of all its rules, which stands for 'none holds'."""

    count: int
    lines: list[str] = field(default_factory=list)
    tables: dict[str, dict[Value, str]] = field(default_factory=dict)
    blocks: int = 0

    def block(self, rules: Numbered, spent: frozenset[str]) -> int:
        """Write the functions that evaluate these rules; return their number."""
        split = best_split(rules, spent) if len(spent) < _DEEPEST else None
        if split is None:
            return self._plain_block(rules)
        spent |= {split.fact}
        under = {value: self.block(some, spent) for value, some in split.buckets.items()}
        return self._look_up(split.fact, under, self.block(split.rest, spent))

    def _plain_block(self, rules: Numbered) -> int:
        facts = dict.fromkeys(fact for _, condition in rules for fact in tested_facts(condition))
        names = {fact: f"f{index}" for index, fact in enumerate(facts)}
        fetch = [f" {name} = g({fact!r})" for fact, name in names.items()]
        tests = [(number, _expression(condition, names)) for number, condition in rules]
        self.blocks += 1
        self.lines += [f"def all_{self.blocks}(g, out):", *fetch]
        self.lines += [f" if {test}: out({number})" for number, test in tests] + [" return"]
        self.lines += [f"def first_{self.blocks}(g):", *fetch]
        self.lines += [f" if {test}: return {number}" for number, test in tests] + [f" return {self.count}"]
        return self.blocks

    def _look_up(self, fact: str, under: Mapping[Value, int], rest: int) -> int:
        """Write functions that ask the rules under the fact's value and the rest, and merge what they find.

        The value is looked up in a table that holds functions, so that no value of a fact ever enters the source.
        """
        self.blocks += 1
        number = self.blocks
        for verb in ("all", "first"):
            self.tables[f"{verb}_by_{number}"] = {value: f"{verb}_{block}" for value, block in under.items()}
        self.lines += [
            f"all_by_{number} = {{}}",
            f"first_by_{number} = {{}}",
            f"def all_{number}(g, out):",
            f" under = all_by_{number}.get(g({fact!r}))",
            " if under is not None: under(g, out)",
            f" all_{rest}(g, out)",
            f"def first_{number}(g):",
            f" other = first_{rest}(g)",
            f" under = first_by_{number}.get(g({fact!r}))",
            " if under is None: return other",
            " found = under(g)",
            " return found if found < other else other",
        ]
        return number


def best_split(rules: Numbered, spent: frozenset[str]) -> Split | None:
    """The fact under whose values the rules fall apart best, where that is worth a look-up; else None.

    Args:
        rules: place in the table and condition.
        spent: facts under whose values these rules were gathered already.
    """
    facts = {key.fact for _, condition in rules for key in _keys(condition)} - spent
    # Sorted, so that of equal gains the same fact wins in every process: a set of texts has no order to rely on.
    splits = (_split(rules, fact) for fact in sorted(facts))
    best = max(splits, key=lambda split: split.gain, default=None)
    return best if best is not None and best.gain >= _WORTH else None


def _split(rules: Numbered, fact: str) -> Split:
    buckets: dict[Value, Numbered] = defaultdict(list)
    rest: Numbered = []
    for number, condition in rules:
        key = next((key for key in _keys(condition) if key.fact == fact), None)
        if key is None:
            rest.append((number, condition))
            continue
        for value in _values(key):
            buckets[value].append((number, _without(condition, key)))
    entries = sum(len(bucket) for bucket in buckets.values())
    # Gain: rules that a case is spared, if its value is as common as any other.
    return Split(fact, buckets, rest, len(rules) - len(rest) - entries / max(1, len(buckets)))


def _keys(condition: Condition) -> list[Test]:
    parts = condition.parts if isinstance(condition, All) else (condition,)
    return [part for part in parts if isinstance(part, Test) and 0 < len(_values(part)) <= _MOST_KEYS]


def _values(test: Test) -> tuple[Value, ...]:
    if test.op is Op.EQ and test.value is not None and not isinstance(test.value, tuple):
        return (test.value,)
    return test.value if test.op is Op.IN and isinstance(test.value, tuple) else ()


def _without(condition: Condition, key: Test) -> Condition:
    return (
        All(tuple(part for part in condition.parts if part != key)) if isinstance(condition, All) else All(())
    )


def _expression(condition: Condition, names: Mapping[str, str]) -> str:
    if isinstance(condition, Test):
        return f"({_comparison(names[condition.fact], condition)})"
    if isinstance(condition, Not):
        return f"(not {_expression(condition.part, names)})"
    parts = [_expression(part, names) for part in condition.parts]
    if isinstance(condition, Any):
        return f"({' or '.join(parts)})" if parts else "False"
    return f"({' and '.join(parts)})" if parts else "True"


def _comparison(name: str, test: Test) -> str:
    if test.op is Op.MISSING:
        return f"{name} is None"
    if test.op is Op.PRESENT:
        return f"{name} is not None"
    if isinstance(test.value, tuple):
        values = "{" + ", ".join(repr(value) for value in test.value) + "}"
        return f"{name} in {values}" if test.op is Op.IN else f"{name} is not None and {name} not in {values}"
    # Nothing equals None, but ordering against it is an error, and `!=` holds for it: those ask first.
    comparison = f"{name} {_COMPARE[test.op]} {test.value!r}"
    return comparison if test.op is Op.EQ else f"{name} is not None and {comparison}"
