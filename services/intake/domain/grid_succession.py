"""Which grid takes over from one that has ended: dated mergers and splits of grids (P000.4).

Decides the successor: the only one, or the one in which the point lies; otherwise a person is asked. Must not know
cases, stores, nor when anybody looks.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from shared.rules.case.addresses import places_of
from shared.rules.decide.where import place_at
from shared.rules.pack.model import NamedPlace, Pack


@dataclass(frozen=True, slots=True)
class GridSuccessor:
    """Where cases of a place belong.

    Args:
        key: the place; None: a person has to say.
        choices: successors to choose from; none where the place ended without any.
    """

    key: str | None
    choices: tuple[str, ...] = ()


def successor_of(pack: Pack, place: str, on: date, point: tuple[float, float] | None = None) -> GridSuccessor:
    """Return where a case of `place` belongs on a local day: there, as long as the place takes cases (P000.4).

    Args:
        point: longitude and latitude of the case in degrees, where they are known.
    """
    known = pack.places.get(place)
    if known is None or known.takes_cases(on):
        return GridSuccessor(place)
    heirs = tuple(dict.fromkeys(_heirs(pack, known, on, frozenset())))
    if len(heirs) == 1:
        return GridSuccessor(heirs[0])
    found = place_at(pack, *point, on) if heirs and point else None
    inside = next((key for key in places_of(pack, found) if key in heirs), None)
    return GridSuccessor(found) if inside is not None else GridSuccessor(None, heirs)


def _heirs(pack: Pack, place: NamedPlace, on: date, seen: frozenset[str]) -> Iterator[str]:
    """Successors that take cases on that day; those that ended meanwhile are followed by their own."""
    for key in place.becomes:
        heir = pack.places.get(key)
        if heir is not None and heir.takes_cases(on):
            yield key
        elif heir is not None and key not in seen:
            yield from _heirs(pack, heir, on, seen | {place.key, key})
