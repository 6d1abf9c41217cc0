"""Which rules of a table are asked together: in which order, and behind which gate.

For the first rule that holds, a table is asked in stretches of the file, small ones first. For all rules, it
is asked as a whole. Where many rules of a stretch ask one fact for equality, they stand behind a gate: a case
is put only to those that ask for its value. Decides nothing; a rule lost here shows as a disagreement.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

from shared.rules.logic.atoms import Form
from shared.rules.logic.facts import Value
from shared.rules.logic.normal import Leaf

Aim: TypeAlias = Literal["first", "all"]

FIRST_STRETCH = 24  # rules; every further stretch is twice as long, since most cases end early
_WORTH = 96  # rules that a case must be spared, for a gate to be worth its sets


@dataclass(frozen=True, slots=True)
class Piece:
    """One rule: its place in the file, its form, and the leaves by which it asks facts for equality."""

    number: int
    form: Form
    keys: tuple[Leaf, ...]

    def key(self, fact: str | None) -> Leaf | None:
        """The leaf that asks this fact for equality."""
        return next((leaf for leaf in self.keys if leaf.fact == fact), None)


@dataclass(frozen=True, slots=True)
class Pack:
    """Rules to be asked together; where `fact` is named, each of them asks it for equality."""

    pieces: tuple[Piece, ...]
    fact: str | None


def packed(pieces: Sequence[Piece], aim: Aim) -> Iterator[Pack]:
    """Distribute all pieces over packs."""
    for stretch in _stretches(pieces, aim):
        left = stretch
        while (fact := _most_telling(left)) is not None:
            keyed = sorted(
                (piece for piece in left if piece.key(fact)), key=lambda piece: _by_value(piece, fact)
            )
            left = [piece for piece in left if not piece.key(fact)]
            yield Pack(tuple(keyed), fact)
        if left:
            yield Pack(tuple(left), None)


def _stretches(pieces: Sequence[Piece], aim: Aim) -> Iterator[list[Piece]]:
    start, length = 0, len(pieces) if aim == "all" else FIRST_STRETCH
    while start < len(pieces):
        yield list(pieces[start : start + length])
        start, length = start + length, 2 * length


def _most_telling(pieces: Sequence[Piece]) -> str | None:
    """The fact whose gate would spare a case the most rules, if any gate is worth it."""
    asked = Counter(leaf.fact for piece in pieces for leaf in piece.keys)
    entries: Counter[str] = Counter()
    values: dict[str, set[Value]] = {fact: set() for fact in asked}
    for leaf in (leaf for piece in pieces for leaf in piece.keys):
        entries[leaf.fact] += len(leaf.operands)
        values[leaf.fact].update(leaf.operands)
    spared = {fact: count - entries[fact] / len(values[fact]) for fact, count in asked.items()}
    best = max(spared, key=lambda fact: spared[fact], default=None)
    return best if best is not None and spared[best] >= _WORTH else None


def _by_value(piece: Piece, fact: str) -> tuple[str, int]:
    key = piece.key(fact)
    return (min(map(repr, key.operands)) if key else "", piece.number)
