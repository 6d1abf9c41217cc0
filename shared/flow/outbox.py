"""Reading the outbox for a relay, and marking what every subscriber has."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from shared.db.store import Store


@dataclass(frozen=True, slots=True)
class Outgoing:
    """One message as the relay handles it: never decoded."""

    id: int
    message_id: str
    stream: str
    town: str
    frame: bytes


def pick(store: Store, limit: int, *, after: int = 0) -> list[Outgoing]:
    """Return up to `limit` unsent messages with ids above `after`, oldest first."""
    outbox = store.flow.outbox
    statement = (sa.select(outbox.c.id, outbox.c.message_id, outbox.c.stream, outbox.c.town, outbox.c.frame)
                 .where(outbox.c.sent_at.is_(None), outbox.c.id > after).order_by(outbox.c.id).limit(limit))
    with store.read() as conn:
        return [Outgoing(*row) for row in conn.execute(statement)]


def mark_sent(store: Store, ids: Sequence[int], at: datetime) -> None:
    """Mark messages as delivered: confirmed by the broker, or committed by every subscriber."""
    if not ids:
        return
    outbox = store.flow.outbox
    with store.begin() as work:
        work.conn.execute(sa.update(outbox).where(outbox.c.id.in_(list(ids))).values(sent_at=at))


def depth(conn: sa.Connection, outbox: sa.Table) -> tuple[int, datetime | None]:
    """Return how many messages wait, and since when the oldest does."""
    row: Any = conn.execute(sa.select(sa.func.count(), sa.func.min(outbox.c.made_at))
                            .where(outbox.c.sent_at.is_(None))).one()
    return row[0], row[1]
