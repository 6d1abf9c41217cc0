"""A town's grids as its edition in force has them, with who works there and which codes were given out."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from services.registry.domain.codes import GridCode
from services.registry.domain.grids import Surroundings, codes_of, feature, features
from services.registry.domain.members import Place
from services.registry.domain.refusals import refusal
from services.registry.store.people_and_grids import code_of_row
from services.registry.store.tables import grid_codes, members
from shared.db.store import Store
from shared.flow.editions import PackShelf, current_edition
from shared.rules.decide.where import place_at
from shared.rules.pack.model import Pack

_WORDS = ("code", "编码")


@dataclass(frozen=True, slots=True)
class Maps:
    """Reads grids.

    Args:
        packs: editions that are compiled already.
    """

    store: Store
    packs: PackShelf

    def collection(self, town: str) -> dict[str, Any]:
        """Return the GeoJSON collection of a town's grids.

        Raises:
            Problem: `no-edition`.
        """
        with self.store.read() as conn:
            pack, at = self._pack(conn, town)
            found = list(features(pack, _around(conn, pack, at)))
        return {"type": "FeatureCollection", "edition": pack.edition, "features": found}

    def at(self, town: str, lon: float, lat: float) -> dict[str, Any]:
        """Return the feature of the grid that lies at a point today.

        Raises:
            Problem: `no-edition` or `no-grid-there`.
        """
        with self.store.read() as conn:
            pack, at = self._pack(conn, town)
            around = _around(conn, pack, at)
            key = place_at(pack, lon, lat, around.on)
            if key is None:
                raise refusal("no-grid-there")
            return feature(pack, pack.places[key], around)

    def codes_in(self, conn: sa.Connection, towns: Sequence[str]) -> list[tuple[str, GridCode]]:
        """Return town and code of every grid that has one by its town's edition in force.

        A code that must still be asked about is left out; packs that hold none are not compiled.
        """
        editions, at = self.store.flow.editions, self.store.now(conn)
        found = []
        for town in dict.fromkeys(towns):
            edition = current_edition(conn, editions, town, at)
            if edition is not None and _may_have_codes(conn, editions, edition):
                found += [(town, code) for code in codes_of(self.packs.of(conn, editions, edition))]
        return found

    def _pack(self, conn: sa.Connection, town: str) -> tuple[Pack, datetime]:
        at, editions = self.store.now(conn), self.store.flow.editions
        edition = current_edition(conn, editions, town, at)
        if edition is None:
            raise refusal("no-edition")
        return self.packs.of(conn, editions, edition), at


def _may_have_codes(conn: sa.Connection, editions: sa.Table, edition: str) -> bool:
    files = conn.scalar(sa.select(editions.c.files).where(editions.c.edition == edition)) or {}
    return any(word in text for text in files.values() for word in _WORDS)


def _around(conn: sa.Connection, pack: Pack, at: datetime) -> Surroundings:
    posts = conn.execute(
        sa.select(members.c.person, members.c.unit, members.c.role)
        .where(members.c.town == pack.town, members.c.held)
        .order_by(members.c.unit, members.c.person, members.c.role)
    )
    codes = conn.execute(sa.select(grid_codes).where(grid_codes.c.town == pack.town)).mappings()
    return Surroundings(
        tuple(Place(*row) for row in posts),
        tuple(code_of_row(row) for row in codes),
        at.astimezone(ZoneInfo(pack.zone)).date(),
    )
