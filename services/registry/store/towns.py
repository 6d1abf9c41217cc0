"""Towns as a house has them as a whole: for whoever lists, moves or removes one."""

from collections.abc import Mapping, Sequence
from datetime import datetime

import sqlalchemy as sa
from msgspec import Struct

from services.registry.store.tables import jurisdictions, publications
from shared.db.belonging import rows_of, town_in
from shared.kernel.texts import Text


class TownNode(Struct, frozen=True):
    """A node of the tree.

    Args:
        suspended_at: since when it takes nothing new; None: it does.
    """

    name: Text
    suspended_at: datetime | None


def nodes(conn: sa.Connection) -> Mapping[str, TownNode]:
    """Return the tree's nodes by their keys."""
    return {
        row.key: TownNode(Text(row.name_zh, row.name_en), row.suspended_at)
        for row in conn.execute(sa.select(jurisdictions))
    }


def editions_in_force(conn: sa.Connection, now: datetime) -> Mapping[str, int | None]:
    """Return, for each town, the number of its edition in force; None where its first is still to come."""
    columns = (publications.c.town, publications.c.number, publications.c.effective_at)
    found: dict[str, int | None] = {}
    for town, number, at in conn.execute(
        sa.select(*columns).order_by(publications.c.effective_at, publications.c.number)
    ):
        found[town] = number if at <= now else found.get(town)
    return found


def is_suspended(conn: sa.Connection, town: str) -> bool:
    """Tell whether a town takes nothing new."""
    return conn.scalar(sa.select(jurisdictions.c.suspended_at).where(jurisdictions.c.key == town)) is not None


def mark_suspended(conn: sa.Connection, town: str, at: datetime) -> None:
    """Have a town stand as suspended where it does not yet; nobody is told."""
    is_free = sa.and_(jurisdictions.c.key == town, jurisdictions.c.suspended_at.is_(None))
    conn.execute(sa.update(jurisdictions).where(is_free).values(suspended_at=at))


def towns_within(conn: sa.Connection, town: str) -> Sequence[str]:
    """Return the jurisdictions of other towns that are part of this one."""
    others = sa.and_(~rows_of(jurisdictions, town), jurisdictions.c.part_of.is_not(None))
    found = conn.execute(sa.select(jurisdictions.c.key, jurisdictions.c.part_of).where(others))
    return sorted(row.key for row in found if town_in(row.part_of) == town)
