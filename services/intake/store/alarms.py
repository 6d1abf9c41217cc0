"""The last alarm of each device in intake's store: one row a key, locked while its transaction counts."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from services.intake.store import tables
from shared.db.work import Work


@dataclass(frozen=True, slots=True)
class LastAlarm:
    """Where the last alarm of a device went, and when it came."""

    case: str
    at: datetime


class SqlMachineAlarms:
    """The last alarms, by key.

    The row is written before it is read, so that two at the same moment follow each other in any database.
    """

    def take(self, work: Work, keys: Collection[str]) -> dict[str, LastAlarm]:
        """Hold keys until the transaction ends: whoever wants one of them waits; return the last alarms.

        They are taken in their order, so that two transactions can't cross.
        """
        found: dict[str, LastAlarm] = {}
        for key in sorted(keys):
            row = work.conn.execute(_HOLD, {"key": key}).one()
            if row.case_id is not None:
                found[key] = LastAlarm(row.case_id, row.last_at)
        return found

    def keep(self, work: Work, key: str, case: str, at: datetime) -> None:
        """Note an alarm under a key that this transaction holds."""
        work.rows(tables.alarms).put({"key": key, "case_id": case, "last_at": at})


# A row that is there is written with what it holds: that locks it and gives it back, where 'do nothing' would not.
_HOLD = sa.text(
    "insert into machine_alarms (key) values (:key) on conflict (key) do update set key = excluded.key "
    "returning case_id, last_at"
).columns(tables.alarms.c.case_id, tables.alarms.c.last_at)
