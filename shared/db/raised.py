"""Alarms that are raised once, however many transactions meet their cause at the same time."""

from collections.abc import Sequence

import sqlalchemy as sa

from shared.db.confinement import ASKED, Asked
from shared.db.types import Instant
from shared.db.work import Work


def raised_table(metadata: sa.MetaData, asked: Asked) -> sa.Table:
    """Return the table of alarms that were raised, each once, as part of a service's own tables.

    Args:
        asked: what a request may do with it.
    """
    return sa.Table(
        "raised",
        metadata,
        sa.Column("town", sa.String, primary_key=True),
        sa.Column("code", sa.String, primary_key=True),
        sa.Column("about", sa.String, primary_key=True),
        sa.Column("raised_at", Instant, nullable=False),
        info={ASKED: asked},
    )


class RaisedAlarms:
    """What was raised, in a service's own store.

    Args:
        table: made by `raised_table`.
    """

    def __init__(self, table: sa.Table) -> None:
        self._table = table
        self._remember = sa.text(
            f"insert into {table.name} (town, code, about, raised_at) values (:town, :code, :about, :at) "  # noqa: S608
            "on conflict (town, code, about) do nothing returning about"
        ).bindparams(sa.bindparam("at", type_=Instant()))

    def is_first(self, work: Work, town: str, code: str, about: str) -> bool:
        """Tell whether this alarm was not raised before, and remember that it now is.

        Written at once and not at the flush: another transaction that meets the same cause waits here for this one, so
        that of the two only one raises it.
        """
        found = work.conn.execute(self._remember, {"town": town, "code": code, "about": about, "at": work.at})
        return found.first() is not None

    def forget(self, work: Work, town: str, code: str, abouts: Sequence[str]) -> None:
        """Let an alarm be raised again: its cause has gone."""
        columns = self._table.c
        work.conn.execute(
            sa.delete(self._table).where(
                columns.town == town, columns.code == code, columns.about.in_(list(abouts))
            )
        )
