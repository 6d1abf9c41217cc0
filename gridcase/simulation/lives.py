"""A house for simulated lives: in-memory stores, one edition after another, emptied between two lives."""

import secrets
import tempfile
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path

import sqlalchemy as sa

from gridcase.house import Plan, build_house, passing_stores
from gridcase.simulation.world import World
from shared.db.store import Store
from shared.flow.editions import PackShelf
from shared.flow.service import Service
from shared.obs.metrics import Metrics
from shared.rules.pack.model import Pack

# What outlives a life: the tables' version, the simulated mark, and the registry's facts and their copies.
KEPT = frozenset(
    {
        "schema_version",
        "meta",
        "editions",
        "tokens",
        "stream_in",
        "stream_out",
        "memberships",
        "rosters",
        "jurisdictions",
    }
)
REGISTRY = "registry"
ENTERED = 1_000_000  # number of an edition that no registry published


class SimulatedHouse:
    """All services on simulated stores in memory."""

    def __init__(self, at: datetime, engine: str = "both") -> None:
        self._began_at = at
        self._folder = tempfile.TemporaryDirectory(prefix="gridcase-simulation-")
        self.packs = PackShelf()
        plan = Plan("sqlite://", secrets.token_bytes(32), engine, Path(self._folder.name), self.packs)
        stores = passing_stores(plan)
        for store in stores.values():
            store.make_simulated(at)
        self.metrics = Metrics()
        self.secret = plan.secret
        self.services: Mapping[str, Service] = build_house(plan, stores, self.metrics)
        self.world = World(self.services, at)

    def forget_cases(self, at: datetime) -> None:
        """Empty every store of its cases and start another life at `at`."""
        for name, service in self.services.items():
            _empty(service.store, ["calendars"] if name == REGISTRY else None)
        self.world.back_to(at)

    def enter(self, pack: Pack) -> None:
        """Put a pack in force in its town from the beginning of time, as every service's copy has it.

        For packs that stand in no file: the registry is not asked, and nothing is checked or said. What was
        entered before is taken back.
        """
        self.packs.put(pack.edition, pack)
        for service in self.services.values():
            editions = service.store.flow.editions
            with service.store.begin() as work:
                entered = (editions.c.town == pack.town) & (editions.c.number >= ENTERED)
                work.conn.execute(sa.delete(editions).where(entered))
                work.conn.execute(
                    sa.insert(editions).values(
                        edition=pack.edition,
                        town=pack.town,
                        number=ENTERED,
                        effective_at=self._began_at,
                        files={},
                        as_of=self._began_at,
                    )
                )

    def close(self) -> None:
        """Give memory and files back."""
        for service in self.services.values():
            service.store.close()
        self._folder.cleanup()


def _empty(store: Store, only: Sequence[str] | None = None) -> None:
    metadata = store.flow.outbox.metadata
    with store.begin() as work:
        for table in reversed(metadata.sorted_tables):
            if table.name in only if only is not None else table.name not in KEPT:
                work.conn.execute(sa.delete(table))
