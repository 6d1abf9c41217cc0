"""Of whom figures are: grids, villages, units, persons, categories.

Decides which places are grids, and that who did nothing is there too: no logins is a figure.
"""

from collections.abc import Iterable, Mapping

from shared.rules.assess.counted import Tallied
from shared.rules.case.addresses import places_of
from shared.rules.pack.model import Pack, Per


class Subjects:
    """A town's subjects, its places looked up once."""

    def __init__(self, pack: Pack) -> None:
        self._pack = pack
        grids = _grids(pack)
        villages = list(
            dict.fromkeys([*(pack.places[grid].part_of or grid for grid in grids), *_undivided(pack)])
        )
        self._known: Mapping[Per, list[str]] = {
            Per.TOWN: [pack.town],
            Per.GRID: grids,
            Per.VILLAGE: villages,
            Per.CATEGORY: list(pack.categories),
        }
        self._grid = _nearest(pack, grids)
        self._village = _nearest(pack, villages)

    def of(self, per: Per, row: Tallied) -> str | None:
        """Return whose figure a row counts for; None: nobody's of the kind."""
        if per is Per.TOWN:
            return self._pack.town
        if per is Per.GRID:
            return self._grid.get(row.place or "")
        if per is Per.VILLAGE:
            return self._village.get(row.place or "")
        return {Per.UNIT: row.unit, Per.PERSON: row.person, Per.CATEGORY: row.category}[per]

    def all(self, per: Per, rows: Iterable[Tallied]) -> list[str]:
        """Return everybody who has a figure: all that the pack knows; of persons and units those who are in rows."""
        if per in self._known:
            return list(self._known[per])
        found = {self.of(per, row) for row in rows}
        return sorted(subject for subject in found if subject is not None)


def _grids(pack: Pack) -> list[str]:
    """Places within others that have a level, or where none has, those in which there are no others.

    Premises within a grid are not one; where nothing is part of anything all places are.
    """
    outer = {place.part_of for place in pack.places.values()} - {None}
    levelled = {key for key, place in pack.places.items() if place.level}
    around = {pack.places[key].part_of for key in levelled}
    named = [key for key in pack.places if key in levelled - around and pack.places[key].part_of]
    return named or [
        key for key, place in pack.places.items() if key not in outer and (place.part_of or not outer)
    ]


def _undivided(pack: Pack) -> list[str]:
    """Villages that have no grid yet, in a town that has some."""
    outer = {place.part_of for place in pack.places.values()} - {None}
    return [
        key
        for key, place in pack.places.items()
        if outer and place.level and not place.part_of and key not in outer
    ]


def _nearest(pack: Pack, among: Iterable[str]) -> dict[str, str]:
    """Each place → the nearest one around it, or itself, that is among some."""
    wanted = set(among)
    around = {
        key: next((each for each in places_of(pack, key) if each in wanted), None) for key in pack.places
    }
    return {key: found for key, found in around.items() if found is not None}
