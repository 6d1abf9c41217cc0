"""A town's grids as its edition in force has them, with who works there, and the codes that were given out."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from services.registry.domain.codes import GridCode, GridName
from services.registry.domain.grids import GridMap, MappedGrid, Surroundings, codes_of, grid_map, mapped_grid
from services.registry.domain.members import Membership
from services.registry.domain.refusals import refusal
from services.registry.store.packs import PackInForce, PacksInForce
from services.registry.store.tables import grid_codes, jurisdictions, members
from shared.db.store import Store
from shared.db.work import Work
from shared.flow.editions import current_edition
from shared.rules.decide.where import place_at

_WORDS = ("code", "编码")  # of which a pack has one where any of its grids has a code


class SqlGridCodes:
    """Codes that were given out."""

    def alike(self, work: Work, towns: Sequence[str], code: GridCode) -> list[tuple[str, GridCode]]:
        """Return town and code of those that are written alike, separators aside."""
        found = sa.select(grid_codes).where(
            grid_codes.c.joined == code.joined, grid_codes.c.town.in_(list(towns))
        )
        return [(row["town"], code_of_row(row)) for row in work.conn.execute(found).mappings()]

    def district_of(self, work: Work, town: str, part_of: str | None) -> list[str]:
        """Return the towns that share one scheme with this one: all that are part of the same jurisdiction."""
        if part_of is None:
            return [town]
        found = sa.select(jurisdictions.c.key).where(jurisdictions.c.part_of == part_of)
        return [town, *work.conn.scalars(found)]

    def add(self, work: Work, town: str, code: GridCode, by: str | None) -> None:
        """Enter a code.

        Args:
            by: reference of whoever gave it; None: the command line.
        """
        work.rows(grid_codes).add(
            {
                "id": work.new_id(),
                "town": town,
                "street": code.street,
                "community": code.community,
                "serial": code.serial,
                "street_name": code.name.street,
                "community_name": code.name.community,
                "separator": code.separator,
                "joined": code.joined,
                "given_at": work.at,
                "given_by": by,
            }
        )


def code_of_row(row: Mapping[Any, Any]) -> GridCode:
    """Return the code that a row holds."""
    name = GridName(row["street_name"], row["community_name"], row["serial"])
    return GridCode(row["street"], row["community"], row["serial"], name, row["separator"])


@dataclass(frozen=True, slots=True)
class SqlGridMaps:
    """Reads grids."""

    store: Store
    packs: PacksInForce

    def of_town(self, town: str) -> GridMap:
        """Return a town's grids by its edition in force.

        Raises:
            Problem: `no-edition`.
        """
        with self.store.read() as conn:
            found = self.packs.of(conn, town)
            return grid_map(found.pack, _around(conn, found))

    def at(self, town: str, lon: float, lat: float) -> MappedGrid:
        """Return the grid that lies at a point today.

        Args:
            lon, lat: degrees east and north, WGS 84.

        Raises:
            Problem: `no-edition` or `no-grid-there`.
        """
        with self.store.read() as conn:
            found = self.packs.of(conn, town)
            around = _around(conn, found)
            key = place_at(found.pack, lon, lat, around.on)
            if key is None:
                raise refusal("no-grid-there")
            return mapped_grid(found.pack, found.pack.places[key], around)

    def codes_in(self, conn: sa.Connection, towns: Sequence[str]) -> list[tuple[str, GridCode]]:
        """Return town and code of every grid that has one by its town's edition in force.

        A code that must still be asked about is left out; packs that hold none are not compiled.
        """
        editions, at = self.store.flow.editions, self.store.now(conn)
        found = []
        for town in dict.fromkeys(towns):
            edition = current_edition(conn, editions, town, at)
            if edition is not None and _may_have_codes(conn, editions, edition):
                found += [
                    (town, code) for code in codes_of(self.packs.pack_cache.of(conn, editions, edition))
                ]
        return found


def _may_have_codes(conn: sa.Connection, editions: sa.Table, edition: str) -> bool:
    files = conn.scalar(sa.select(editions.c.files).where(editions.c.edition == edition)) or {}
    return any(word in text for text in files.values() for word in _WORDS)


def _around(conn: sa.Connection, found: PackInForce) -> Surroundings:
    held = conn.execute(
        sa.select(members.c.person, members.c.unit, members.c.role)
        .where(members.c.town == found.pack.town, members.c.held)
        .order_by(members.c.unit, members.c.person, members.c.role)
    )
    codes = conn.execute(sa.select(grid_codes).where(grid_codes.c.town == found.pack.town)).mappings()
    return Surroundings(
        tuple(Membership(*row) for row in held),
        tuple(code_of_row(row) for row in codes),
        found.today,
    )
