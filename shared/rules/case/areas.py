"""Where a unit sits, as the places of its town that are within its reach: its own place and all that lie in it.

Decides that who sits for the town, or for what the town is part of, has the whole town. Knows no people and no rights.
"""

from dataclasses import dataclass

from shared.rules.case.addresses import places_of
from shared.rules.pack.model import Pack


@dataclass(frozen=True, slots=True)
class Area:
    """Where a unit sits.

    Args:
        places: its own place and all within it; None: the whole town.
    """

    places: frozenset[str] | None

    def holds(self, place: str) -> bool:
        """Tell whether a place lies in it."""
        return self.places is None or place in self.places


NOWHERE = Area(frozenset())


def area_of(pack: Pack, unit: str | None) -> Area:
    """Return where a unit sits.

    Args:
        unit: 'jurisdiction/unit'; None: nowhere.
    """
    jurisdiction, _, key = (unit or "").rpartition("/")
    if jurisdiction and jurisdiction == pack.part_of:
        return Area(None)
    if jurisdiction != pack.town and not jurisdiction.startswith(f"{pack.town}."):
        return NOWHERE
    # 'elm.east-village/east-1' and 'elm.east-1/grid' are ways of one and the same grid.
    own = key if key in pack.places else jurisdiction.removeprefix(pack.town).removeprefix(".")
    if not own:
        return Area(None)
    return Area(frozenset(place for place in pack.places if own in places_of(pack, place)))
