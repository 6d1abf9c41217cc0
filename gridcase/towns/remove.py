"""A town leaves a house with all that it has there; nothing of another town is touched.

Decides what must be so before, and in which order the stores forget it: sla first, so that no deadline speaks of a case
that is gone; the registry last, so that a removal that broke off can be begun again.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass

import sqlalchemy as sa

from gridcase.house import NAMES
from gridcase.towns.export import Tick, attached
from gridcase.towns.quiet import Sleep, not_quiet, quiet_snapshots, unrest
from gridcase.towns.stores import Connections, TownStores, has_rows, house_time, metadata_of, tables_of_towns
from gridcase.towns.words import problem
from services.intake.bootstrap import FolderAttachments, TownMove, note_town_move
from shared.db.belonging import rows_of, town_in
from shared.kernel.keyring import Keyring

COMMITTED = ("sla", "notify", "routing", "intake", "registry")


@dataclass(frozen=True, slots=True)
class TownRemoval:
    """Takes a town away for good.

    Args:
        secrets: the house's, by which it is stated that the town was here.
        revoke: revokes the tokens that reach this town alone, and returns how many.
        progress: told after each table.
    """

    stores: TownStores
    attachments: FolderAttachments
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
            if "registry" not in gone and not _is_suspended(conns, town):
                raise problem("not-suspended", town=town)
            if within := _towns_within(conns, town):
                raise problem("others-within", town=town, others=", ".join(within))
        self.revoke(town)
        with quiet_snapshots(self.stores, town, self.sleep, passes_over=gone) as conns:
            files = attached(conns["intake"], town)
        with self.stores.writing() as writing:
            # Once more, now that nobody else writes to a store with one writer; elsewhere next to nothing lies between.
            if waits := list(unrest(writing.conns, town, gone)):
                raise not_quiet(town, waits)
            rows = self._delete(writing.conns, town)
            note_town_move(
                writing.conns["intake"],
                self.secrets,
                town,
                TownMove.REMOVED,
                house_time(writing.conns["intake"]),
            )
            writing.commit(*COMMITTED)
        # After the rows: a case must never be there without its file.
        for file in files:
            self.attachments.remove(file.id)
        return rows

    def _delete(self, conns: Connections, town: str) -> int:
        tables = [(name, table) for name in COMMITTED for table in reversed(tables_of_towns(name))]
        rows = 0
        for done, (name, table) in enumerate(tables, start=1):
            rows += conns[name].execute(sa.delete(table).where(rows_of(table, town))).rowcount
            self.progress(done, len(tables))
        return rows


def _is_suspended(conns: Connections, town: str) -> bool:
    table = metadata_of("registry").tables["jurisdictions"]
    return conns["registry"].scalar(sa.select(table.c.suspended_at).where(table.c.key == town)) is not None


def _towns_within(conns: Connections, town: str) -> list[str]:
    """Other towns that lie in this one: what they are part of would be gone."""
    table = metadata_of("registry").tables["jurisdictions"]
    wanted = sa.select(table.c.key, table.c.part_of).where(
        ~rows_of(table, town), table.c.part_of.is_not(None)
    )
    return sorted(row.key for row in conns["registry"].execute(wanted) if town_in(row.part_of) == town)
