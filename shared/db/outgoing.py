"""Writing what a transaction emits: sequence numbers without holes, then the frames, both in bulk."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson
import sqlalchemy as sa
from msgspec import Struct

from shared.contracts.envelope import Envelope
from shared.contracts.routes import minor_of
from shared.db.bulk import insert_many
from shared.db.driver import fetch
from shared.db.driver_values import as_array
from shared.db.flow_tables import FlowTables


@dataclass(slots=True)
class PendingMessage:
    """A message that waits for its sequence number.

    Args:
        id: its id for good.
        type: without prefix and version, such as 'case.admitted'.
        stream: what it is about and ordered by.
        town: jurisdiction whose data it is.
        data: the type that carries its data, or the plain values of the wire.
        edition: content hash of the edition that the stream is bound to; None: it is bound to none.
        trace: W3C traceparent of the request that began it; None: a duty did.
    """

    id: str
    type: str
    stream: str
    town: str
    data: Struct | dict[str, Any]
    edition: str | None
    trace: str | None


def write_outbox(
    conn: sa.Connection, flow: FlowTables, service: str, at: datetime, messages: Sequence[PendingMessage]
) -> None:
    """Number the messages within their streams and store them for the relay.

    The stream's counter row stays locked until the commit: numbers follow the order of commits.

    Args:
        conn: in the transaction of everything that the messages tell of; both are kept, or neither.
        flow: the store's message tables.
        service: the producer.
        at: when it became true: the transaction's instant, aware.
        messages: in the order in which they were emitted; each stream is numbered in it.
    """
    if not messages:
        return
    last = _reserve(conn, Counter(message.stream for message in messages))
    rows = []
    for message in messages:
        last[message.stream] += 1
        rows.append(_row(message, service, last[message.stream], at))
    # After the counters are locked: so the rows of a stream get ids in the order of their numbers, and the relay may
    # go by ids.
    insert_many(conn, flow.outbox, rows)


def _reserve(conn: sa.Connection, wanted: Counter[str]) -> dict[str, int]:
    """Reserve numbers and return, for each stream, the last number used before.

    A sequence of the database would not do: it leaves a hole where a transaction is given up, and its numbers do not
    follow the order of commits. Readers take a hole for a message that is lost.
    """
    if conn.dialect.name != "postgresql":
        # SQLite needs no order: its one writer holds the whole database.
        return _before(wanted, fetch(conn, _RESERVE_SQLITE, (orjson.dumps(dict(wanted)).decode(),)))
    streams = sorted(wanted)  # in one order everywhere, so that the counters' locks can't cross
    counts = (wanted[stream] for stream in streams)
    return _before(wanted, fetch(conn, _RESERVE_POSTGRES, (as_array(streams), as_array(counts))))


def _before(wanted: Counter[str], after: Iterable[Sequence[Any]]) -> dict[str, int]:
    return {stream: last - wanted[stream] for stream, last in after}


# One statement makes a stream's counter, or adds to it and locks it, for all streams of a transaction at once. The
# streams come as one parameter, so that the text is the same for every number of them.
_RESERVE_OF = (
    "insert into stream_out (stream, last) {wanted} "
    "on conflict (stream) do update set last = stream_out.last + excluded.last returning stream, last"
)
_RESERVE_POSTGRES = _RESERVE_OF.format(wanted="select * from unnest($1::text::text[], $2::text::bigint[])")
# `where true`: else 'on' would belong to a join.
_RESERVE_SQLITE = _RESERVE_OF.format(wanted="select key, value from json_each(?) where true")


def _row(message: PendingMessage, service: str, sequence: int, at: datetime) -> dict[str, Any]:
    envelope = Envelope(
        id=message.id,
        source=service,
        type=message.type,
        stream=message.stream,
        sequence=sequence,
        town=message.town,
        at=at,
        data=message.data,
        edition=message.edition,
        trace=message.trace,
        minor=minor_of(message.type),
    )
    return {
        "message_id": message.id,
        "stream": message.stream,
        "sequence": sequence,
        "type": message.type,
        "town": message.town,
        "made_at": at,
        "sent_at": None,
        "frame": envelope.encode(),
    }
