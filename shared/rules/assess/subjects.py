"""Of whom figures are: grids, villages, units, persons, categories.

Decides which grid a row belongs to, and that who did nothing is there too: no logins is a figure.
"""

from collections.abc import Iterable

from shared.rules.assess.counted import Tallied
from shared.rules.pack.model import Pack, Per


class Subjects:
    """A town's subjects, its places looked up once."""

    def __init__(self, pack: Pack) -> None:
        self._pack = pack
        outer = {place.part_of for place in pack.places.values()}
        self._grids = {
            key: place.part_of or key for key, place in pack.places.items() if key not in outer
        }  # places in which there are no others → their village

    def of(self, per: Per, row: Tallied) -> str | None:
        """Return whose figure a row counts for; None: nobody's of the kind."""
        if per is Per.TOWN:
            return self._pack.town
        if per is Per.GRID:
            return row.place if row.place in self._grids else None
        if per is Per.VILLAGE:
            return self.village(row.place)
        return {Per.UNIT: row.unit, Per.PERSON: row.person, Per.CATEGORY: row.category}[per]

    def all(self, per: Per, rows: Iterable[Tallied]) -> list[str]:
        """Return everybody who has a figure: all that the pack knows; of persons and units those who are in rows."""
        if per is Per.TOWN:
            return [self._pack.town]
        if per is Per.GRID:
            return list(self._grids)
        if per is Per.VILLAGE:
            return list(dict.fromkeys(self._grids.values()))
        if per is Per.CATEGORY:
            return list(self._pack.categories)
        found = {self.of(per, row) for row in rows}
        return sorted(subject for subject in found if subject is not None)

    def village(self, place: str | None) -> str | None:
        """Return the village of a grid; of a place that has grids, itself; None: the pack knows no such place."""
        if place is None or place not in self._pack.places:
            return None
        return self._grids.get(place, place)
