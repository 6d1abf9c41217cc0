"""Alarms that are raised once, however many transactions meet their cause at the same time."""

from collections.abc import Sequence

import sqlalchemy as sa

from services.sla.store.tables import raised
from shared.db.work import Work

_REMEMBER = sa.text(
    "insert into raised (town, code, about, raised_at) values (:town, :code, :about, :at) "
    "on conflict (town, code, about) do nothing returning about"
).bindparams(sa.bindparam("at", type_=raised.c.raised_at.type))


class SqlAlarms:
    """What was raised, in this service's own store."""

    def is_first(self, work: Work, town: str, code: str, about: str) -> bool:
        """Tell whether this alarm is new; another transaction that meets the same cause waits for this one."""
        found = work.conn.execute(_REMEMBER, {"town": town, "code": code, "about": about, "at": work.at})
        return found.first() is not None

    def forget(self, work: Work, town: str, code: str, abouts: Sequence[str]) -> None:
        """Let the alarm be raised again."""
        work.conn.execute(
            sa.delete(raised).where(
                raised.c.town == town, raised.c.code == code, raised.c.about.in_(list(abouts))
            )
        )
