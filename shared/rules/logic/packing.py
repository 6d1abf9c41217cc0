"""Which rules of a table are asked together: behind which gate, and in which order.

Where many rules ask one fact for equality, they stand behind a gate: a case is put only to those that ask
for its value. All others are asked as a whole, or, for the first rule that holds, in stretches of the file, a
small one first. Decides nothing; a rule lost here shows as a disagreement.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

from shared.rules.logic.atoms import Form
from shared.rules.logic.facts import Value
from shared.rules.logic.normal import Leaf

Aim: TypeAlias = Literal["first", "all"]

FIRST_STRETCH = 24  # rules without a gate; each further stretch is twice as long: most cases end early
_WORTH = 80  # rules that a case must be spared, for a gate to be worth its sets
_NEARLY_ALL = 0.9
_OPENED = 8  # a gate opens at most to this part of its rules
_BEHIND_ONE_GATE = 60  # rules, unless one value alone has more


@dataclass(frozen=True, slots=True)
class Piece:
    """One rule: its place in the file, its form, and the leaves by which it asks facts for equality."""

    number: int
    form: Form
    keys: tuple[Leaf, ...]

    def key(self, fact: str | None) -> Leaf | None:
        """The leaf that asks this fact for equality; None: the rule does not."""
        return next((leaf for leaf in self.keys if leaf.fact == fact), None)


@dataclass(frozen=True, slots=True)
class Gate:
    """The fact that every rule behind it asks for equality; per value that opens it, the lowest such rule."""

    fact: str
    lowest: Mapping[Value, int]


@dataclass(frozen=True, slots=True)
class RuleGroup:
    """Rules to be asked together, behind a gate or not."""

    pieces: tuple[Piece, ...]
    gate: Gate | None


def grouped(pieces: Sequence[Piece], aim: Aim) -> Iterator[RuleGroup]:
    """Distribute all pieces over groups; behind a gate a rule stands once for each value that it asks for.

    Args:
        pieces: in file order.
        aim: what will be asked: the first rule that holds, or all.
    """
    left = list(pieces)
    # Gate after gate, each before the rules that are left, until none is worth its sets any more.
    while (fact := _most_telling(left, aim)) is not None:
        yield from _gated([piece for piece in left if piece.key(fact)], fact)
        left = [piece for piece in left if not piece.key(fact)]
    start, length = 0, len(left) if aim == "all" else FIRST_STRETCH
    while start < len(left):
        yield RuleGroup(tuple(left[start : start + length]), None)
        start, length = start + length, 2 * length


def _most_telling(pieces: Sequence[Piece], aim: Aim) -> str | None:
    """The fact whose gate would spare a case the most rules, if any gate is worth its sets."""
    asked = Counter(leaf.fact for piece in pieces for leaf in piece.keys)
    entries: Counter[str] = Counter()
    values: dict[str, set[Value]] = {fact: set() for fact in asked}
    for leaf in (leaf for piece in pieces for leaf in piece.keys):
        entries[leaf.fact] += len(leaf.operands)
        values[leaf.fact].update(leaf.operands)
    opened = {fact: entries[fact] / len(values[fact]) for fact in asked}
    telling = [fact for fact in asked if _is_worth(asked[fact], opened[fact], len(pieces), aim)]
    return max(telling, key=lambda fact: asked[fact] - opened[fact], default=None)


def _is_worth(asked: int, opened: float, count: int, aim: Aim) -> bool:
    """Tell whether a gate before `asked` of `count` rules, opening to `opened`, costs less than it spares."""
    if aim == "first" and (asked < _NEARLY_ALL * count or opened > FIRST_STRETCH / 2):
        return False  # most cases end in the first stretch anyway
    return asked - opened >= _WORTH and asked >= _OPENED * opened


def _gated(pieces: Sequence[Piece], fact: str) -> Iterator[RuleGroup]:
    """Groups of whole values, so that a case is put to one of them at most."""
    by_value: defaultdict[Value, list[Piece]] = defaultdict(list)
    for piece in pieces:
        key = piece.key(fact)
        for value in key.operands if key else ():
            by_value[value].append(piece)
    together: dict[Value, list[Piece]] = {}
    for value, asking in by_value.items():
        if together and sum(map(len, together.values())) + len(asking) > _BEHIND_ONE_GATE:
            yield _group(together, fact)
            together = {}
        together[value] = asking
    yield _group(together, fact)


def _group(by_value: dict[Value, list[Piece]], fact: str) -> RuleGroup:
    # A rule that asks for several values of this group stands in it once.
    pieces = {piece.number: piece for asking in by_value.values() for piece in asking}
    lowest = {value: min(piece.number for piece in asking) for value, asking in by_value.items()}
    return RuleGroup(tuple(pieces[number] for number in sorted(pieces)), Gate(fact, lowest))
