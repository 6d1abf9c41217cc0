"""The rows of a service's inbox: how a message just arrived is written down, and which are still open.

Decides nothing about messages; `taking` does. Must not know what they mean.
"""

from datetime import datetime
from typing import Any

import orjson
import sqlalchemy as sa

from shared.contracts.envelope import Envelope
from shared.db.driver import fetch
from shared.db.driver_values import as_array

Row = dict[str, Any]
StreamKey = tuple[str, str]  # source, stream


def new_row(message: Envelope, at: datetime) -> Row:
    """Return the inbox row of a message just arrived, in state 'done' until something else is decided.

    Args:
        at: the transaction's instant; aware.
    """
    return {
        "source": message.source,
        "message_id": message.id,
        "stream": message.stream,
        "sequence": message.sequence,
        "type": message.type,
        "state": "done",
        "reason": None,
        "detail": None,
        "attempts": 0,
        "retry_at": None,
        "received_at": at,
        "frame": None,
    }


def open_rows(conn: sa.Connection, streams: set[StreamKey]) -> list[tuple[str, str, str, bytes]]:
    """Return source, id, state and frame of what is held, put off or parked in these streams, in their order.

    Args:
        streams: one at least.
    """
    ordered = sorted(streams)
    if conn.dialect.name != "postgresql":
        return fetch(conn, _OPEN_SQLITE, (orjson.dumps(ordered).decode(),))
    return fetch(conn, _OPEN_POSTGRES, tuple(map(as_array, zip(*ordered, strict=True))))


def due_again(conn: sa.Connection, inbox: sa.Table, now: datetime, limit: int) -> list[Row]:
    """Return what was put off and is due for another attempt, in the order of its streams.

    Args:
        now: real time, aware: retries wait for a machine to recover, also where the store's own time is simulated.
    """
    found = conn.execute(
        sa.select(inbox)
        .where(inbox.c.state == "later", inbox.c.retry_at <= now)
        .order_by(inbox.c.source, inbox.c.stream, inbox.c.sequence)
        .limit(limit)
    )
    return [dict(row) for row in found.mappings()]


# What is open in the streams of a batch: the index `inbox_open` holds just these states, and is joined with the streams
# that come as one parameter (two arrays, or one JSON array), whatever their number. The states must stand here as the
# index has them, or it is not used. Sorted, since what is held follows in its stream's order.
_OPEN_OF = (
    "select i.source, i.message_id, i.state, i.frame from inbox i {wanted} "
    "i.state in ('held', 'later', 'parked') order by i.source, i.stream, i.sequence"
)
_OPEN_POSTGRES = _OPEN_OF.format(
    wanted="join unnest($1::text::text[], $2::text::text[]) as w(source, stream) "
    "on i.source = w.source and i.stream = w.stream where"
)
_OPEN_SQLITE = _OPEN_OF.format(
    wanted="where (i.source, i.stream) in "
    "(select json_extract(value, '$[0]'), json_extract(value, '$[1]') from json_each(?)) and"
)
