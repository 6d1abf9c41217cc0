"""Who sits where: a unit's holders, and the units that stand in while nobody holds one.

Decides the order in which stand-ins are tried and that a loop of them ends. Must not know where holders are
kept.
"""

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Holder:
    """A person who holds a unit, by reference, with the channels over which an address is known.

    Args:
        unit: where the address is known, when that is another unit.
        stands_for: the absent person in whose place this one is told.
    """

    person: str
    role: str
    channels: frozenset[str] = frozenset()
    unit: str | None = None
    stands_for: str | None = None


@dataclass(frozen=True, slots=True)
class Seat:
    """The outcome of looking for somebody.

    Args:
        wanted: the unit that was looked for.
        unit: the unit at which somebody was found, None where the whole chain is vacant.
        passed: the vacant units on the way, the wanted one first.
    """

    wanted: str
    unit: str | None
    holders: tuple[Holder, ...]
    passed: tuple[str, ...]

    @property
    def is_vacant(self) -> bool:
        """Tell whether nobody holds the wanted unit itself."""
        return bool(self.passed)


def find_seat(
    wanted: str,
    holders_of: Callable[[str], tuple[Holder, ...]],
    stand_in_of: Callable[[str], str | None],
    last_resort: str | None = None,
) -> Seat:
    """Return where somebody sits for a unit: at itself, at its stand-in, that one's stand-in …, at the last
    resort.

    Every unit is asked once, so a chain that loops ends.
    """
    passed: list[str] = []
    for unit in _chain(wanted, stand_in_of, last_resort):
        if holders := holders_of(unit):
            return Seat(wanted, unit, holders, tuple(passed))
        passed.append(unit)
    return Seat(wanted, None, (), tuple(passed))


def _chain(wanted: str, stand_in_of: Callable[[str], str | None], last_resort: str | None) -> list[str]:
    chain: list[str] = []
    unit: str | None = wanted
    while unit is not None and unit not in chain:
        chain.append(unit)
        unit = stand_in_of(unit)
    if last_resort is not None and last_resort not in chain:
        chain.append(last_resort)
    return chain


def root_of(unit: str) -> str:
    """Return the jurisdiction that a unit's address begins with, without its places: 'town.village/desk' →
    'town'.
    """
    return unit.partition("/")[0].partition(".")[0]
