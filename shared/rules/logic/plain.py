"""Tables of rules as plain JSON values and back, and the fingerprint by which equal tables are one.

For processes and caches of this project alone; it is not the format in which operators write rules.
"""

from collections.abc import Mapping, Sequence
from typing import Any as Anything

from shared.kernel.canonical import content_hash
from shared.rules.logic.facts import FactType, Kind
from shared.rules.logic.rulebook import Row
from shared.rules.logic.terms import All, Any, Condition, Not, Op, Test


def plain_condition(condition: Condition) -> dict[str, Anything]:
    """A condition as one of `{fact, op, value}`, `{all: […]}`, `{any: […]}`, `{not: …}`."""
    if isinstance(condition, Test):
        return {"fact": condition.fact, "op": str(condition.op), "value": condition.value}
    if isinstance(condition, Not):
        return {"not": plain_condition(condition.part)}
    return {type(condition).__name__.lower(): [plain_condition(part) for part in condition.parts]}


def condition_from(plain: Mapping[str, Anything]) -> Condition:
    """The condition that `plain_condition` wrote.

    Raises:
        KeyError: it is none of the four shapes.
    """
    if "all" in plain:
        return All(tuple(condition_from(part) for part in plain["all"]))
    if "any" in plain:
        return Any(tuple(condition_from(part) for part in plain["any"]))
    if "not" in plain:
        return Not(condition_from(plain["not"]))
    return Test(plain["fact"], Op(plain["op"]), plain["value"])


def plain_rows(rows: Sequence[Row]) -> list[dict[str, Anything]]:
    """A table as a list of `{id, when}`."""
    return [{"id": row.id, "when": plain_condition(row.when)} for row in rows]


def rows_from(plain: Sequence[Mapping[str, Anything]]) -> tuple[Row, ...]:
    """The table that `plain_rows` wrote.

    Raises:
        KeyError: it is none.
    """
    return tuple(Row(row["id"], condition_from(row["when"])) for row in plain)


def plain_declared(declared: Mapping[str, FactType]) -> list[dict[str, Anything]]:
    """Declared facts as a list of `{name, kind, values, low, high}`, by name."""
    return [
        {"name": fact.name, "kind": str(fact.kind), "values": fact.values, "low": fact.low, "high": fact.high}
        for _, fact in sorted(declared.items())
    ]


def declared_from(plain: Sequence[Mapping[str, Anything]]) -> dict[str, FactType]:
    """The declared facts that `plain_declared` wrote.

    Raises:
        KeyError: they are none.
        FactError: a fact's parts do not hold together.
    """
    facts = (
        FactType(fact["name"], Kind(fact["kind"]), tuple(fact["values"]), fact["low"], fact["high"])
        for fact in plain
    )
    return {fact.name: fact for fact in facts}


def fingerprint(rows: Sequence[Row], declared: Mapping[str, FactType]) -> str:
    """SHA-256 of a table and its declared facts, 64 hexadecimal digits.

    The order of rules counts, that of facts does not. Two tables with one fingerprint share a compiled form, so
    everything that bears on a decision is in it.

    Raises:
        TypeError: a value has no plain form. RecursionError: a condition is too deep.
    """
    return content_hash({"rows": plain_rows(rows), "declared": plain_declared(declared)})
