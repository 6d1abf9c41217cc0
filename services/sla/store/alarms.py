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
        """Tell whether this alarm was not raised before, and remember that it now is.

        Written at once and not at the flush: another transaction that meets the same cause waits here for this one, so
        that of the two only one raises it.
        """
        found = work.conn.execute(_REMEMBER, {"town": town, "code": code, "about": about, "at": work.at})
        return found.first() is not None

    def forget(self, work: Work, town: str, code: str, abouts: Sequence[str]) -> None:
        """Let an alarm be raised again: its cause has gone."""
        work.conn.execute(
            sa.delete(raised).where(
                raised.c.town == town, raised.c.code == code, raised.c.about.in_(list(abouts))
            )
        )
