"""The last alarms in intake's store: one row a key, locked while its transaction counts."""

from collections.abc import Collection
from datetime import datetime

import sqlalchemy as sa

from services.intake.ports.alarms import LastAlarm
from services.intake.store import tables
from shared.db.work import Work


class StoredAlarms:
    """Implements `ports.alarms.Alarms`.

    The row is written before it is read, so that two at the same moment follow each other in any database.
    """

    def take(self, work: Work, keys: Collection[str]) -> dict[str, LastAlarm]:
        """Hold keys, in their order so that two transactions can't cross; return the last alarms."""
        found: dict[str, LastAlarm] = {}
        for key in sorted(keys):
            row = work.conn.execute(_HOLD, {"key": key}).one()
            if row.case_id is not None:
                found[key] = LastAlarm(row.case_id, row.last_at)
        return found

    def keep(self, work: Work, key: str, case: str, at: datetime) -> None:
        """Note an alarm under a key that this transaction holds."""
        work.rows(tables.alarms).put({"key": key, "case_id": case, "last_at": at})


_HOLD = sa.text(
    "insert into machine_alarms (key) values (:key) on conflict (key) do update set key = excluded.key "
    "returning case_id, last_at"
).columns(tables.alarms.c.case_id, tables.alarms.c.last_at)
