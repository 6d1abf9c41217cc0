"""Which grid takes over from one that has ended: dated mergers and splits of grids (P000.4).

Decides the successor: the only one, or the one in which the point lies; otherwise a person is asked. Must not know
cases, stores, nor when anybody looks.
"""

from dataclasses import dataclass
from datetime import date

from shared.rules.case.addresses import places_of
from shared.rules.decide.where import place_at
from shared.rules.pack.model import Pack
from shared.rules.pack.succession import heirs


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
    choices = heirs(pack.places, place, on)
    if len(choices) == 1:
        return GridSuccessor(choices[0])
    found = place_at(pack, *point, on) if choices and point else None
    inside = next((key for key in places_of(pack, found) if key in choices), None)
    return GridSuccessor(found) if inside is not None else GridSuccessor(None, choices)
