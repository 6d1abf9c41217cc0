"""Reading the outbox for a relay, and marking what every subscriber has."""

from collections import OrderedDict, deque
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from shared.db.store import Store

LOOK_AHEAD = 8  # how many times the wanted number is looked at, to find towns behind a flood


@dataclass(frozen=True, slots=True)
class Outgoing:
    """One message as the relay handles it: never decoded."""

    id: int
    message_id: str
    stream: str
    frame: bytes


def pick(store: Store, limit: int, in_flight: Collection[int] = ()) -> list[Outgoing]:
    """Return up to `limit` unsent messages that are not in flight: in turn over the towns, oldest first in each.

    Nothing stays idle: while fewer than `limit` wait, all of them are returned.
    """
    outbox = store.flow.outbox
    with store.read() as conn:
        waiting = conn.execute(
            sa.select(outbox.c.id, outbox.c.town).where(outbox.c.sent_at.is_(None), outbox.c.id.not_in(list(in_flight)))
            .order_by(outbox.c.id).limit(limit * LOOK_AHEAD)).all()
        ids = in_turn(((row.town, row.id) for row in waiting), limit)
        found = conn.execute(
            sa.select(outbox.c.id, outbox.c.message_id, outbox.c.stream, outbox.c.frame)
            .where(outbox.c.id.in_(ids)).order_by(outbox.c.id))
        return [Outgoing(*row) for row in found]


def in_turn(waiting: Iterable[tuple[str, int]], limit: int) -> list[int]:
    """Choose `limit` ids, one from each town in turn, so that one town's flood delays the others by its share only."""
    queues: OrderedDict[str, deque[int]] = OrderedDict()
    for town, id_ in waiting:
        queues.setdefault(town, deque()).append(id_)
    chosen: list[int] = []
    while queues and len(chosen) < limit:
        for town in list(queues):
            chosen.append(queues[town].popleft())
            if not queues[town]:
                del queues[town]
    return chosen[:limit]


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
