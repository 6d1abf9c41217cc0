"""A town leaves a house with all that it has there; nothing of another town is touched.

Decides what must be so before, and in which order the stores forget it: sla first, so that no deadline speaks of a case
that is gone; the registry last, so that a removal that broke off can be begun again.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass

import sqlalchemy as sa

from gridcase.house_stores import NAMES
from gridcase.towns.export import Tick
from gridcase.towns.files import HouseFiles, files_of
from gridcase.towns.quiet import Sleep, not_quiet, quiet_snapshots, unrest
from gridcase.towns.stores import (
    INTAKE,
    REGISTRY,
    Connections,
    TownStores,
    has_rows,
    house_time,
    tables_of_towns,
)
from gridcase.towns.words import problem
from services.intake.bootstrap import TownMove, note_town_move
from services.registry.bootstrap import is_suspended, towns_within
from shared.db.belonging import rows_of
from shared.kernel.keyring import Keyring

COMMITTED = ("assess", "sla", "notify", "routing", "ledger", "intake", "duties", "registry")


@dataclass(frozen=True, slots=True)
class TownRemoval:
    """Takes a town away for good.

    Args:
        secrets: the house's, by which it is stated that the town was here.
        revoke: revokes the tokens that reach this town alone, and returns how many.
        progress: told after each table.
    """

    stores: TownStores
    files: HouseFiles
    secrets: Keyring
    revoke: Callable[[str], int]
    progress: Tick = lambda _done, _of: None
    sleep: Sleep = time.sleep

    def run(self, town: str) -> int:
        """Remove a town that is suspended and quiet; return how many rows went.

        Raises:
            Problem: `no-town-here`, `not-suspended`, `others-within`, `town-not-quiet`, `not-owner`.
        """
        with self.stores.snapshots() as conns:
            gone = [name for name in NAMES if not has_rows(conns[name], name, town)]
            if len(gone) == len(NAMES):
                raise problem("no-town-here", town=town)
            if REGISTRY not in gone and not is_suspended(conns[REGISTRY], town):
                raise problem("not-suspended", town=town)
            if within := towns_within(conns[REGISTRY], town):
                raise problem("others-within", town=town, others=", ".join(within))
        self.revoke(town)
        with quiet_snapshots(self.stores, town, self.sleep, passes_over=gone) as conns:
            files = files_of(conns, town)
        with self.stores.writing() as writing:
            # Once more, now that nobody else writes to a store with one writer; elsewhere next to nothing lies between.
            if waits := list(unrest(writing.conns, town, gone)):
                raise not_quiet(town, waits)
            rows, intake = self._delete(writing.conns, town), writing.conns[INTAKE]
            note_town_move(intake, self.secrets, town, TownMove.REMOVED, house_time(intake))
            writing.commit(*COMMITTED)
        # After the rows: a case must never be there without its file.
        for file in files:
            self.files.remove(file.member)
        return rows

    def _delete(self, conns: Connections, town: str) -> int:
        tables = [(name, table) for name in COMMITTED for table in reversed(tables_of_towns(name))]
        rows = 0
        for done, (name, table) in enumerate(tables, start=1):
            rows += conns[name].execute(sa.delete(table).where(rows_of(table, town))).rowcount
            self.progress(done, len(tables))
        return rows
