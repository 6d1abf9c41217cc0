"""Every unit of a town with those who hold it, so that one that nobody holds is seen.

Decides which units a town has: those of its edition in force, each once in every place that its level stands for, and
whatever else somebody holds a place in (grid workers' units, those of an earlier edition).
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from services.registry.domain.members import ListedMember
from shared.rules.case.addresses import address
from shared.rules.pack.model import Pack


@dataclass(frozen=True, slots=True)
class HeldUnit:
    """A unit and who holds it.

    Args:
        unit: 'jurisdiction/unit'.
        in_edition: False: the edition in force does not name it, and somebody holds it all the same.
        members: none: it is vacant.
    """

    unit: str
    in_edition: bool
    members: tuple[ListedMember, ...]


def held_units(pack: Pack, members: Sequence[ListedMember]) -> list[HeldUnit]:
    """Return a town's units in order of their addresses.

    Args:
        members: who holds a place in the town, in order of units.
    """
    known = frozenset(units_of(pack))
    held = {unit: tuple(found) for unit, found in groupby(members, lambda member: member.unit)}
    return [HeldUnit(unit, unit in known, held.get(unit, ())) for unit in sorted(known | held.keys())]


def units_of(pack: Pack) -> Iterator[str]:
    """Yield the addresses of a town's own units, some more than once; a level above keeps its people itself."""
    own = (f"{pack.town}/", f"{pack.town}.")
    places: Iterable[str | None] = (None, *pack.places)
    for place in places:
        yield from (found for unit in pack.units if (found := address(pack, unit, place)).startswith(own))
