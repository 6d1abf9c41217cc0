"""Heads of days that the file channel has still to write; none stays once it is written."""

from collections.abc import Sequence

import sqlalchemy as sa

from services.notify.store.tables import history_heads
from shared.contracts.messages import HistoriesAnchored
from shared.db.driver import KeptQuery
from shared.db.work import Work

_ALL = KeptQuery(sa.select(history_heads.c.head))


def add_head(work: Work, head: HistoriesAnchored) -> None:
    """Keep a head for the file; one that was said twice is kept once."""
    work.rows(history_heads).put({"seal": head.seal, "head": head})


def unwritten_heads(conn: sa.Connection, limit: int) -> list[HistoriesAnchored]:
    """Return the heads that are not in the file yet, oldest first."""
    found = (head for (head,) in _ALL.fetch(conn))
    return sorted(found, key=lambda head: head.until)[:limit]


def forget_heads(work: Work, heads: Sequence[HistoriesAnchored]) -> None:
    """Forget heads that are in the file."""
    seals = [head.seal for head in heads]
    work.conn.execute(sa.delete(history_heads).where(history_heads.c.seal.in_(seals)))
