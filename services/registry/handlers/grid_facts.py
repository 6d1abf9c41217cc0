"""Saying something of a grid. Who has no part in it is refused, and that it was tried is kept."""

from dataclasses import dataclass

from services.registry.domain.attempts import TriedChange
from services.registry.domain.grid_facts import GridTold, check_may_state, check_told
from services.registry.handlers.refused import Refusals
from services.registry.store.grid_facts import SqlGridFacts
from services.registry.store.packs import PacksInForce
from shared.db.store import Store
from shared.kernel.problems import Problem
from shared.web.callers import Caller


@dataclass(frozen=True, slots=True)
class GridFactKeeper:
    """Keeps what is said of grids."""

    store: Store
    packs: PacksInForce
    facts: SqlGridFacts
    refusals: Refusals

    def state(self, town: str, place: str, told: GridTold, by: Caller) -> str:
        """Keep what somebody says of a grid; return the statement's id.

        Raises:
            Problem: `no-edition`, and what `domain.grid_facts` raises.
        """
        with self.store.read() as conn:
            found = self.packs.of(conn, town)
        checked = check_told(found.pack, place, told, found.today)
        try:
            check_may_state(found.pack, place, by)
        except Problem as no:
            self.refusals.note(town, TriedChange.GRID_FACTS, no, by)
            raise
        with self.store.begin() as work:
            return self.facts.state(work, town, place, checked, by)
