"""A house under simulated time: in-memory stores, one edition after another, emptied of its cases between two runs.

Decides when a store is emptied; which of its tables outlive cases is said where they are defined.
"""

import secrets
import tempfile
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

import sqlalchemy as sa

from gridcase.house import HousePlan, build_house, passing_stores
from gridcase.simulation.world import World
from shared.db.flow_tables import OUTLIVES_CASES
from shared.db.store import Store
from shared.flow.editions import PackCache
from shared.flow.service import Service
from shared.obs.metrics import Metrics
from shared.rules.pack.model import Pack

ENTERED = 1_000_000  # number of an edition that no registry published


class SimulatedHouse:
    """All services on simulated stores in memory."""

    def __init__(self, at: datetime, engine: str = "both") -> None:
        self._began_at = at
        self._folder = tempfile.TemporaryDirectory(prefix="gridcase-simulation-")
        self.packs = PackCache()
        plan = HousePlan("sqlite://", secrets.token_bytes(32), engine, Path(self._folder.name), self.packs)
        stores = passing_stores(plan)
        for store in stores.values():
            store.make_simulated(at)
        self.metrics = Metrics()
        self.secret = plan.secret
        self.services: Mapping[str, Service] = build_house(plan, stores, self.metrics)
        self.world = World(self.services, at)
        self._emptied: Mapping[str, dict[str, int]] = {name: {} for name in self.services}

    def forget_cases(self, at: datetime) -> None:
        """Empty every store of its cases and begin anew at `at`."""
        self.world.finish()
        for name, service in self.services.items():
            _empty(service.store, self._emptied[name])
        self.world.back_to(at)

    def enter(self, pack: Pack) -> None:
        """Put a pack in force in its town from the beginning of time, as every service's copy has it.

        For packs that stand in no file: the registry is not asked, and nothing is checked or said. What was
        entered before is taken back.
        """
        self.take_back(pack.town)
        self.packs.put(pack.edition, pack)
        entered = {
            "edition": pack.edition,
            "town": pack.town,
            "number": ENTERED,
            "effective_at": self._began_at,
            # Never read: `packs` holds the pack itself.
            "files": {},
            "as_of": self._began_at,
        }
        for service in self.services.values():
            with service.store.begin() as work:
                work.conn.execute(sa.insert(service.store.flow.editions), entered)

    def take_back(self, town: str) -> None:
        """Have a town stand as it was published, without what was entered."""
        for service in self.services.values():
            editions = service.store.flow.editions
            with service.store.begin() as work:
                entered = (editions.c.town == town) & (editions.c.number >= ENTERED)
                work.conn.execute(sa.delete(editions).where(entered))

    def close(self) -> None:
        """Give memory and files back."""
        for service in self.services.values():
            service.store.close()
        self._folder.cleanup()


def _empty(store: Store, emptied: dict[str, int]) -> None:
    """Empty the tables that were written to since they last were.

    Args:
        emptied: how often each table had been written to by then; kept up.
    """
    assert store.versions is not None
    with store.begin() as work:
        # Those that refer to others first.
        for table in reversed(store.flow.meta.metadata.sorted_tables):
            is_empty = emptied.get(table.name) == store.versions.count((table.name,))
            if not is_empty and not table.info.get(OUTLIVES_CASES):
                work.conn.execute(sa.delete(table))
                emptied[table.name] = store.versions.count((table.name,))
