"""Writing what a transaction said: sequence numbers without holes, then the frames, both in bulk."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson
import sqlalchemy as sa

from shared.contracts.envelope import Envelope
from shared.db.bulk import insert_many
from shared.db.flow_tables import FlowTables


@dataclass(slots=True)
class Said:
    """A message that waits for its sequence number."""

    id: str
    type: str
    stream: str
    town: str
    data: dict[str, Any]
    edition: str | None
    trace: str | None


def write_outbox(
    conn: sa.Connection, flow: FlowTables, service: str, at: datetime, said: Sequence[Said]
) -> None:
    """Number the messages within their streams and store them for the relay.

    The stream's counter row stays locked until the commit: numbers follow the order of commits.
    """
    if not said:
        return
    last = _reserve(conn, Counter(message.stream for message in said))
    rows = []
    for message in said:
        last[message.stream] += 1
        rows.append(_row(message, service, last[message.stream], at))
    insert_many(conn, flow.outbox, rows)


def _reserve(conn: sa.Connection, wanted: Counter[str]) -> dict[str, int]:
    """Reserve numbers and return, for each stream, the last number used before."""
    streams = sorted(wanted)  # in one order everywhere, so that the counters' locks can't cross
    given: dict[str, Any] = {"streams": streams, "counts": [wanted[stream] for stream in streams]}
    if conn.dialect.name != "postgresql":
        given = {"counts": orjson.dumps(dict(wanted)).decode()}
    found = conn.execute(_RESERVE[conn.dialect.name], given)
    return {stream: last - wanted[stream] for stream, last in found}


_RESERVE = {
    dialect: sa.text(
        f"insert into stream_out (stream, last) {wanted} "
        "on conflict (stream) do update set last = stream_out.last + excluded.last returning stream, last"
    )
    for dialect, wanted in {
        "postgresql": "select * from unnest(cast(:streams as text[]), cast(:counts as bigint[]))",
        "sqlite": "select key, value from json_each(:counts) where true",  # else 'on' would belong to a join
    }.items()
}


def _row(message: Said, service: str, sequence: int, at: datetime) -> dict[str, Any]:
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
