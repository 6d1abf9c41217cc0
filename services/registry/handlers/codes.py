"""Giving out codes of grids: one scheme for a district, no code twice (P002A.8)."""

from collections.abc import Mapping
from dataclasses import dataclass

from services.registry.domain.admission import check_makes_grids
from services.registry.domain.attempts import TriedChange
from services.registry.domain.codes import GridCode, GridName, code_of
from services.registry.domain.grids import is_same
from services.registry.domain.keys import check_key
from services.registry.domain.refusals import refusal
from services.registry.handlers.refused import Refusals
from services.registry.handlers.tree import Tree
from services.registry.store.grids import SqlGridCodes, SqlGridMaps
from shared.db.store import Store
from shared.db.work import Work
from shared.kernel.problems import Problem
from shared.web.callers import Caller


@dataclass(frozen=True, slots=True)
class Codes:
    """Gives out codes."""

    store: Store
    given: SqlGridCodes
    maps: SqlGridMaps
    tree: Tree
    refusals: Refusals

    def give(
        self,
        town: str,
        name: GridName,
        *,
        chosen: Mapping[str, str] | None = None,
        separator: str = "",
        by: Caller | None = None,
    ) -> GridCode:
        """Give a grid its code and keep it, parts apart.

        Args:
            name: what the code is made from; chosen: how characters of several readings are read.
            separator: stands between the parts.
            by: whoever gives it; None at the command line.

        Raises:
            Problem: `not-admitted` (P003.5), which is kept, `code-taken`, and all that `domain.codes.code_of` raises.
        """
        check_key(town)
        self._check_admitted(town, by)
        code = code_of(name, chosen, separator)
        with self.store.begin() as work:
            self.tree.hold(work, town)
            part_of = self.tree.part_of(work, town)
            if part_of is not None:
                self.tree.hold(work, part_of)  # the district's scheme: one code at a time
            self._check_free(work, self.given.district_of(work, town, part_of), town, code)
            self.given.add(work, town, code, by.person if by else None)
        return code

    def _check_admitted(self, town: str, by: Caller | None) -> None:
        with self.store.read() as conn:
            found = self.maps.packs.find(conn, town)
        try:
            if found is not None:
                check_makes_grids(found.pack, by)
        except Problem as no:
            self.refusals.note(town, TriedChange.GRID_CODE, no, by)
            raise

    def _check_free(self, work: Work, towns: list[str], town: str, code: GridCode) -> None:
        given = self.given.alike(work, towns, code)
        drawn = [
            (place, other)
            for place, other in self.maps.codes_in(work.conn, towns)
            if not (place == town and is_same(other.name, code.name))  # this very grid
        ]
        for where, other in (*given, *drawn):
            if other.clashes_with(code):
                raise _taken(where, other, code)


def _taken(town: str, other: GridCode, code: GridCode) -> Problem:
    name = other.name
    return refusal(
        "code-taken",
        written=code.text,
        town=town,
        street=name.street,
        community=name.community,
        serial=name.serial,
    )
