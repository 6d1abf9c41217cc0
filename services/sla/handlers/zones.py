"""In which zone a town's days begin and end, by its rules in force."""

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from shared.flow.editions import PackCache, current_edition

_NO_TOWN = "UTC"  # a town without rules has no limits either


@dataclass(frozen=True, slots=True)
class TownZones:
    """Asks the rules."""

    editions: sa.Table
    packs: PackCache

    def zone(self, conn: sa.Connection, town: str, at: datetime) -> str:
        """Return the zone's IANA name."""
        edition = current_edition(conn, self.editions, town, at)
        return self.packs.of(conn, self.editions, edition).zone if edition else _NO_TOWN
