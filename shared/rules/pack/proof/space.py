"""Sets of situations as bit masks: which rules can hold, hold together, or leave something out.

A situation gives every dimension one of its points; a box is one number that holds a field of bits for
each dimension, with a free guard bit above each field. Decides emptiness, meeting and covering exactly,
up to a bound on the work. Knows no rules and no facts.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

MOST_STEPS = 5_000  # pieces looked at before an answer is given up
MOST_STEPS_IN_ALL = 150_000  # pieces looked at for all questions about a space


@dataclass(frozen=True, slots=True)
class Dimension:
    """One thing that a situation settles, and what it can be; None stands for 'not known'."""

    name: str
    points: tuple[object, ...]


@dataclass(slots=True)
class Space:
    """All situations over some dimensions."""

    dimensions: tuple[Dimension, ...]
    full: int = field(init=False)
    _fields: tuple[int, ...] = field(init=False)  # each dimension's bits in place
    _numbers: dict[str, int] = field(init=False)  # which dimension a name means
    _offsets: tuple[int, ...] = field(init=False)
    _guards: int = field(init=False)
    _steps_left: int = field(init=False, default=MOST_STEPS_IN_ALL)

    def __post_init__(self) -> None:
        offset, guards, fields, offsets = 0, 0, [], []
        for dimension in self.dimensions:
            width = len(dimension.points)
            offsets.append(offset)
            fields.append(((1 << width) - 1) << offset)
            guards |= 1 << (offset + width)
            offset += width + 1
        self.full, self._fields, self._guards = sum(fields), tuple(fields), guards
        self._offsets = tuple(offsets)
        self._numbers = {dimension.name: number for number, dimension in enumerate(self.dimensions)}

    def points(self, name: str) -> tuple[object, ...]:
        """Return the points of a dimension."""
        return self.dimensions[self._numbers[name]].points

    def box(self, name: str, allowed: Sequence[bool]) -> int:
        """Return the box in which one dimension is limited to its allowed points."""
        number = self._numbers[name]
        # Read as a number of base two, at once: bit by bit it would be built anew for each of hundreds of points.
        bits = int("".join("1" if is_allowed else "0" for is_allowed in reversed(allowed)) or "0", 2)
        return (self.full & ~self._fields[number]) | (bits << self._offsets[number])

    def without(self, name: str) -> int:
        """Return the box in which one dimension has no point left: to be widened by others, and empty by itself."""
        return self.full & ~self._fields[self._numbers[name]]

    def is_empty(self, box: int) -> bool:
        """Tell whether some dimension has no point left."""
        return (box + self.full) & self._guards != self._guards

    def meeting(self, box: int, covers: Iterable[int]) -> list[int]:
        """Return those covers that share a situation with the box."""
        full, guards = self.full, self._guards
        return [cover for cover in covers if ((box & cover) + full) & guards == guards]

    def outside(self, box: int, covers: Iterable[int]) -> int | None:
        """Return a box inside `box` that meets none of the covers, or None if there is none.

        After `MOST_STEPS` pieces the piece at hand is returned, so that whoever asks takes it for uncovered.
        """
        if self.is_empty(box):
            return None
        near = self.meeting(box, covers)
        if any(box & ~cover == 0 for cover in near):
            return None
        return self._piece_outside(box, near)

    def _piece_outside(self, box: int, covers: list[int]) -> int | None:
        stack = [(box, covers)]
        for _ in range(min(MOST_STEPS, self._steps_left)):
            if not stack:
                return None
            self._steps_left -= 1
            piece, others = stack.pop()
            near = self.meeting(piece, others)
            if not near:
                return piece
            widest = min(near, key=lambda cover: (piece & ~cover).bit_count())
            rest = [cover for cover in near if cover != widest]
            stack.extend((part, rest) for part in self._minus(piece, widest))
        return stack[-1][0] if stack else None

    def _sticking_out(self, box: int, cover: int) -> list[int]:
        return [bits for bits in self._fields if box & bits & ~cover]

    def _minus(self, box: int, cover: int) -> Iterator[int]:
        """Return the pieces of a box that a cover leaves over; they do not overlap."""
        for bits in self._sticking_out(box, cover):
            yield (box & ~bits) | (box & bits & ~cover)
            box = (box & ~bits) | (box & bits & cover)

    def widened(self, box: int, within: int, covers: Sequence[int]) -> int:
        """Return a box as wide as can be around `box`, inside `within`, that meets none of the covers."""
        for bits in self._fields:
            wide = (box & ~bits) | (within & bits)
            blocked = 0
            for cover in covers:
                if not self.is_empty(wide & cover):
                    blocked |= cover & bits
            box |= wide & bits & ~blocked
        return box

    def limited(self, box: int) -> Iterator[tuple[Dimension, tuple[object, ...]]]:
        """Return the dimensions that a box limits, with the points that it leaves."""
        for dimension, bits, offset in zip(self.dimensions, self._fields, self._offsets, strict=True):
            if box & bits != bits:
                left = (point for bit, point in enumerate(dimension.points) if box >> (offset + bit) & 1)
                yield dimension, tuple(left)
