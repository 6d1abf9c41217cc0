"""Reads a town's units: its edition in force beside its members."""

from dataclasses import dataclass

from services.registry.domain.units import HeldUnit, held_units
from services.registry.store.packs import PacksInForce
from services.registry.store.people import held_members
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
            return held_units(pack, held_members(conn, town))
