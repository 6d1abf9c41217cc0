"""What a rule may ask: tests of single facts, joined by all, any and not. Plain values, no behaviour.

A fact that is missing fails every test but `MISSING`; it fails `NE` and `NOT_IN` as well. `Not` turns the
truth around, whatever it rests on, so the `Not` of a failed `EQ` holds for a missing fact.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar, TypeAlias

from shared.rules.logic.facts import Value, normalised

Operand: TypeAlias = Value | tuple[Value, ...] | None


class Op(StrEnum):
    """How a test compares the fact with its value."""

    EQ = "eq"
    NE = "ne"  # known and different
    LT = "lt"  # the orders are for numbers alone
    LE = "le"
    GT = "gt"
    GE = "ge"
    OR_MORE = "or_more"  # the figure included, unless a reading leaves it out (`inclusive`)
    OR_LESS = "or_less"
    IN = "in"  # takes a tuple of values
    NOT_IN = "not_in"  # known and none of them
    PRESENT = "present"  # takes no value
    MISSING = "missing"  # takes no value


ORDERS = frozenset({Op.LT, Op.LE, Op.GT, Op.GE, Op.OR_MORE, Op.OR_LESS})
LISTS = frozenset({Op.IN, Op.NOT_IN})
BARE = frozenset({Op.PRESENT, Op.MISSING})


@dataclass(frozen=True, slots=True)
class Test:
    """One question about one fact. Texts become NFC, a list a tuple.

    Args:
        fact: its name as declared.
        value: a tuple for `IN` and `NOT_IN`, None for `PRESENT` and `MISSING`.

    Raises:
        ValueError: no such operator.
    """

    __test__: ClassVar[bool] = False  # no test of pytest's
    fact: str
    op: Op
    value: Operand = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "fact", normalised(self.fact))
        object.__setattr__(self, "op", Op(self.op))
        object.__setattr__(self, "value", _normal_operand(self.value))


@dataclass(frozen=True, slots=True)
class All:
    """Holds when every part does; with no parts, always."""

    parts: tuple["Condition", ...]


@dataclass(frozen=True, slots=True)
class Any:
    """Holds when one part does; with no parts, never."""

    parts: tuple["Condition", ...]


@dataclass(frozen=True, slots=True)
class Not:
    """Holds when its part does not."""

    part: "Condition"


Condition: TypeAlias = Test | All | Any | Not

ALWAYS = All(())


def _normal_operand(value: Operand) -> Operand:
    if isinstance(value, str):
        return normalised(value)
    if isinstance(value, tuple | list):
        return tuple(normalised(item) if isinstance(item, str) else item for item in value)
    return value
