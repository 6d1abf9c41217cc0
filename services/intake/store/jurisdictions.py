"""This service's copy of the tree of jurisdictions, and what lies around what."""

from collections.abc import Iterator
from datetime import datetime

import sqlalchemy as sa

from services.intake.store.tables import jurisdictions
from shared.contracts.messages import JurisdictionChanged
from shared.db.work import Work

_DEEPEST = 64  # the registry refuses a tree that loops; a copy may be half way to another form


class SqlJurisdictionCopies:
    """The nodes of the tree as the registry last told them."""

    def keep(self, work: Work, told: JurisdictionChanged, as_of: datetime) -> None:
        """Keep a node."""
        row = {
            "key": told.key,
            "part_of": told.part_of,
            "name": told.name,
            "as_of": as_of,
            "suspended_at": told.suspended_at,
        }
        work.rows(jurisdictions).put(row)

    def around(self, work: Work, key: str, part_of: str | None) -> Iterator[str]:
        """Yield the jurisdictions around one, from the inside out.

        Read without locks: the tree changes seldom, and cases of many towns look at it at once.

        Args:
            part_of: what the town's own rules say that it is part of; None: they say nothing, the tree does.
        """
        found = part_of or self._above(work, key)
        for _ in range(_DEEPEST):
            if found is None:
                return
            yield found
            found = self._above(work, found)

    def _above(self, work: Work, key: str) -> str | None:
        above: str | None = work.conn.scalar(
            sa.select(jurisdictions.c.part_of).where(jurisdictions.c.key == key)
        )
        return above
