"""Reads a town's units: its edition in force beside its members."""

from dataclasses import dataclass

import sqlalchemy as sa

from services.registry.domain.members import ListedMember
from services.registry.domain.units import HeldUnit, held_units
from services.registry.store.packs import PacksInForce
from services.registry.store.tables import HELD, members
from shared.db.store import Store


@dataclass(frozen=True, slots=True)
class SqlUnits:
    """Reads units."""

    store: Store
    packs: PacksInForce

    def of_town(self, town: str) -> list[HeldUnit]:
        """Return every unit of a town with who holds it, in order of their addresses.

        Raises:
            Problem: `no-edition`.
        """
        with self.store.read() as conn:
            pack = self.packs.of(conn, town).pack
            key = (members.c.unit, members.c.person, members.c.role)
            held = sa.select(*key, members.c.changed_at).where(members.c.town == town, sa.text(HELD))
            return held_units(pack, [ListedMember(*row) for row in conn.execute(held.order_by(*key))])
