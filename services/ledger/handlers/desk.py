"""Somebody at work on a town's ledger: the rules in force, who it is, what day it is there."""

from dataclasses import dataclass, field
from datetime import date
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from services.ledger.domain.reach import LedgerReach, reach_of
from services.ledger.domain.refusal import refusal
from services.ledger.domain.statements import Author
from shared.contracts.messages import LedgerEntryChanged
from shared.db.store import Store
from shared.flow.editions import PackCache, current_edition
from shared.kernel.roles import Viewer
from shared.rules.pack.model import Pack, TownLedger


@dataclass(frozen=True, slots=True)
class Desk:
    """What a request about a town's ledger is judged by.

    Args:
        reach: what whoever asks may read; its area is where they work.
        changes: what other services are to hear of what is done here.
    """

    pack: Pack
    ledger: TownLedger
    who: Viewer
    today: date
    reach: LedgerReach
    changes: list[LedgerEntryChanged] = field(default_factory=list)

    @property
    def author(self) -> Author:
        """By whom statements are entered."""
        return Author(self.who.role, self.who.unit, self.who.person)


@dataclass(frozen=True, slots=True)
class Desks:
    """Opens the ledger of a town for whoever asks."""

    store: Store
    packs: PackCache

    def of(self, conn: sa.Connection, who: Viewer) -> Desk:
        """Return a desk under the edition in force.

        Raises:
            Problem: `no-edition`, or `no-ledger` where the town's rules keep none.
        """
        now = self.store.now(conn)
        editions = self.store.flow.editions
        edition = current_edition(conn, editions, who.town, now)
        if edition is None:
            raise refusal("no-edition", town=who.town)
        pack = self.packs.of(conn, editions, edition)
        if pack.ledger is None:
            raise refusal("no-ledger")
        today = now.astimezone(ZoneInfo(pack.zone)).date()
        return Desk(pack, pack.ledger, who, today, reach_of(pack, pack.ledger, who))
