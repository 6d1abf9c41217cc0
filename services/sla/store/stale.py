"""Finding clocks that were counted with an older revision of their town's days, and keeping what moved."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from services.sla.ports.cases import Stale
from services.sla.store.tables import clocks, flow, moved
from shared.db.work import Work

_calendars = flow.calendars
# One probe of a partial index for each town that has ever amended its days.
_BEHIND = sa.and_(
    clocks.c.town == _calendars.c.town, clocks.c.revision < _calendars.c.revision, clocks.c.is_unsettled
)


class SqlStaleClocks:
    """Stale clocks in this service's own store."""

    def some(self, work: Work, limit: int) -> Sequence[Stale]:
        """Return clocks that are behind. Nothing is locked yet: cases are locked before their clocks, as
        handlers do.
        """
        statement = sa.select(clocks.c.clock_id, clocks.c.case_id).select_from(
            _calendars.join(clocks, _BEHIND)
        )
        return [Stale(*row) for row in work.conn.execute(statement.limit(limit))]

    def note_moved(self, work: Work, town: str, revision: int, rows: Sequence[Mapping[str, Any]]) -> None:
        """Keep what moved, once for each revision and clock."""
        for row in rows:
            work.rows(moved).add({"town": town, "revision": revision, "recorded_at": work.at, **row})

    def since(self, conn: sa.Connection) -> datetime | None:
        """Return since when the days wait."""
        found: datetime | None = conn.scalar(
            sa.select(_calendars.c.as_of).select_from(_calendars.join(clocks, _BEHIND)).limit(1)
        )
        return found
