"""Reading the outbox for a relay, and marking what every subscriber has."""

from collections import OrderedDict, deque
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson
import sqlalchemy as sa

from shared.db.driver_values import as_array
from shared.db.store import Store
from shared.db.types import Instant

LOOK_AHEAD = 8  # how many times the wanted number is looked at, to find towns behind a flood


@dataclass(frozen=True, slots=True)
class Outgoing:
    """One message as the relay handles it: never decoded.

    Args:
        id: of its outbox row; ids grow in the order in which messages were made.
        message_id: its own, which a repetition carries too.
        stream: what it is about and ordered by.
        frame: the encoded message.
    """

    id: int
    message_id: str
    stream: str
    frame: bytes


def pick(store: Store, limit: int, in_flight: Collection[int] = ()) -> list[Outgoing]:
    """Return up to `limit` unsent messages that are not in flight: in turn over the towns, oldest first in each.

    Nothing stays idle: while fewer than `limit` wait, all of them are returned.

    Args:
        limit: messages at most.
        in_flight: ids of those that were picked before and are not settled yet.

    Returns:
        In the order of their making, so that each stream is in its own.
    """
    parameters = {"in_flight": _ids(store, in_flight), "look": limit * LOOK_AHEAD, "most": limit}
    # No row is claimed: one relay alone reads here. Several that skip what others have locked would let messages of
    # one stream overtake each other.
    with store.read() as conn:
        return [
            Outgoing(id_, message_id, stream, bytes(frame))
            for id_, message_id, stream, frame in conn.execute(_PICK[conn.dialect.name], parameters)
        ]


def _ids(store: Store, ids: Iterable[int]) -> Any:
    """A set of ids as one parameter, however many."""
    return orjson.dumps(list(ids)).decode() if store.is_sqlite else as_array(ids)


_AMONG = {
    "postgresql": "id = any(cast(cast(:{name} as text) as bigint[]))",
    "sqlite": "id in (select value from json_each(:{name}))",
}
# waiting: the oldest that are unsent, several times as many as are wanted (of the index `outbox_unsent`, so that rows
#   long sent cost nothing).
# turns: each town's messages numbered by age. A stream belongs to one town, so none of its messages has an earlier turn
#   than one before it.
# chosen: everybody's first, then everybody's second … until there are enough.
# The frames, the bulk of a row, are read of the chosen alone, and in the order of making: streams stay in order.
_PICK_OF = """
with waiting as (
    select id, town from outbox where sent_at is null and not {in_flight} order by id limit :look
), turns as (
    select id, row_number() over (partition by town order by id) as turn from waiting
), chosen as (
    select id from turns order by turn, id limit :most
)
select o.id, o.message_id, o.stream, o.frame from chosen join outbox o on o.id = chosen.id order by o.id
"""
_PICK = {
    dialect: sa.text(_PICK_OF.format(in_flight=among.format(name="in_flight")))
    for dialect, among in _AMONG.items()
}
_MARK_OF = "update outbox set sent_at = :at where {ids}"
_MARK = {
    dialect: sa.text(_MARK_OF.format(ids=among.format(name="ids"))).bindparams(
        sa.bindparam("at", type_=Instant())
    )
    for dialect, among in _AMONG.items()
}


def in_turn(waiting: Iterable[tuple[str, int]], limit: int) -> list[int]:
    """Choose `limit` ids, one from each town in turn, so that one town's flood delays the others by its share only.

    Args:
        waiting: town and id, oldest first.
        limit: ids at most.

    Returns:
        In the order of turns.
    """
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
    """Mark messages as delivered: confirmed by the broker, or committed by every subscriber.

    A process that dies before it sends them again: repetitions end at the inbox, while a message marked too early
    would be lost.

    Args:
        ids: of outbox rows.
        at: real time; aware.
    """
    if not ids:
        return
    with store.begin() as work:
        work.conn.execute(_MARK[work.conn.dialect.name], {"ids": _ids(store, ids), "at": at})


def depth(conn: sa.Connection, outbox: sa.Table) -> tuple[int, datetime | None]:
    """Return how many messages wait, and since when the oldest does; None where none does."""
    row: Any = conn.execute(
        sa.select(sa.func.count(), sa.func.min(outbox.c.made_at)).where(outbox.c.sent_at.is_(None))
    ).one()
    return row[0], row[1]
