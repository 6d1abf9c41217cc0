"""Which grids are not as large as they are to be in principle, and which places lie in none.

What is listed is a hint: nothing is refused for it.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from shared.rules.case.addresses import places_at, places_of
from shared.rules.logic.facts import Value
from shared.rules.pack.model import GridCheck, Pack


@dataclass(frozen=True, slots=True)
class OutsideRange:
    """A grid none of whose known facts lies in its range.

    Args:
        known: the facts that were looked at; empty: nobody has entered any, and nothing is said of its size.
    """

    check: str
    place: str
    known: Mapping[str, Value]

    @property
    def is_unsaid(self) -> bool:
        """Whether nothing is known of it."""
        return not self.known


@dataclass(frozen=True, slots=True)
class Uncovered:
    """A place that is in no grid, and holds none."""

    check: str
    place: str


def sizes(pack: Pack, facts: Mapping[str, Mapping[str, Value]], on: date) -> tuple[OutsideRange, ...]:
    """Return the places that lie outside all ranges of a check, those of which nothing is known among them.

    Args:
        facts: of places, by their keys.
        on: the local day meant: a place that has ended by then is not looked at.
    """
    checks = pack.teams.checks.values() if pack.teams else ()
    return tuple(found for check in checks if check.ranges for found in _outside(pack, check, facts, on))


def uncovered(pack: Pack, on: date) -> tuple[Uncovered, ...]:
    """Return the places that are not, lie not in, and hold no place of a check's level."""
    checks = pack.teams.checks.values() if pack.teams else ()
    return tuple(found for check in checks if check.every_place for found in _uncovered(pack, check, on))


def _outside(
    pack: Pack, check: GridCheck, facts: Mapping[str, Mapping[str, Value]], on: date
) -> Iterator[OutsideRange]:
    for place in places_at(pack, pack.noun(check.level), on):
        if check.of and not set(check.of) & set(places_of(pack, place.key)):
            continue
        said = facts.get(place.key, {})
        known = {fact: said[fact] for fact in check.ranges if fact in said}
        if not any(_lies_in(value, check.ranges[fact]) for fact, value in known.items()):
            yield OutsideRange(check.key, place.key, known)


def _lies_in(value: Value, bounds: tuple[int | None, int | None]) -> bool:
    low, high = bounds
    number = float(value)
    return (low is None or number >= low) and (high is None or number <= high)


def _uncovered(pack: Pack, check: GridCheck, on: date) -> Iterator[Uncovered]:
    grids = {place.key for place in places_at(pack, pack.noun(check.level), on)}
    around = {outer for grid in grids for outer in places_of(pack, grid)}
    for place in pack.places.values():
        is_asked = place.key in check.of if check.of else place.level is not None or place.part_of is not None
        if is_asked and place.takes_cases(on) and not _is_covered(pack, place.key, grids, around):
            yield Uncovered(check.key, place.key)


def _is_covered(pack: Pack, place: str, grids: set[str], around: set[str]) -> bool:
    """`around`: the places that hold a grid, the grids among them."""
    return place in around or bool(grids & set(places_of(pack, place)))
