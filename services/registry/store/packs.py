"""The packs in force, as the registry itself reads them."""

from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from services.registry.domain.refusals import refusal
from shared.db.store import Store
from shared.flow.editions import PackCache, current_edition
from shared.rules.pack.model import Pack, Teams


@dataclass(frozen=True, slots=True)
class PackInForce:
    """A town's pack, and the instant at which it is in force."""

    pack: Pack
    at: datetime

    @property
    def today(self) -> date:
        """The town's own day."""
        return self.at.astimezone(ZoneInfo(self.pack.zone)).date()

    @property
    def teams(self) -> Teams:
        """What the pack says of grids and their people; where it says nothing, nothing."""
        return self.pack.teams or Teams()


@dataclass(frozen=True, slots=True)
class PacksInForce:
    """Reads packs.

    Args:
        pack_cache: editions that are compiled already.
    """

    store: Store
    pack_cache: PackCache

    def of(self, conn: sa.Connection, town: str) -> PackInForce:
        """Return the pack of a town's edition in force.

        Raises:
            Problem: `no-edition`.
        """
        found = self.find(conn, town)
        if found is None:
            raise refusal("no-edition")
        return found

    def find(self, conn: sa.Connection, town: str) -> PackInForce | None:
        """Return the same; None where the town has no edition in force."""
        at, editions = self.store.now(conn), self.store.flow.editions
        edition = current_edition(conn, editions, town, at)
        return None if edition is None else PackInForce(self.pack_cache.of(conn, editions, edition), at)
