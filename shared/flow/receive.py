"""Taking messages: many in one transaction, each once, each stream in order.

Decides what becomes of every message: done, refused, held (early), later (try again) or parked; all of them are
inbox rows. Must not know what messages mean.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

import orjson
import sqlalchemy as sa

from shared.contracts.envelope import Envelope, decode
from shared.contracts.validate import validate
from shared.db.absence import is_away
from shared.db.work import Work
from shared.flow.service import Refused, Service, TryLater
from shared.kernel.clock import Clock, SystemClock
from shared.kernel.failpoints import reach
from shared.kernel.problems import Problem

MAX_ATTEMPTS = 8
BACKOFF = tuple(timedelta(seconds=seconds) for seconds in (0.2, 1, 5, 15, 60, 300, 600))
Row = dict[str, Any]
StreamKey = tuple[str, str]


@dataclass(slots=True)
class Tally:
    """What became of a batch, for metrics and tests."""

    done: int = 0
    duplicate: int = 0
    refused: int = 0
    held: int = 0
    later: int = 0
    parked: int = 0


class Receiver:
    """Takes messages for one service.

    Args:
        clock: real time for retries, also where the store is simulated.
    """

    def __init__(self, service: Service, clock: Clock | None = None) -> None:
        self.service = service
        self._clock = clock or SystemClock()

    def take(self, messages: Sequence[Envelope]) -> Tally:
        """Take a batch; when this returns, every message is durably accounted for and may be acknowledged.

        A batch with a message whose handler fails unexpectedly is rolled back and taken one by one.
        """
        try:
            return self._take_together(messages)
        except Exception as failure:
            if is_away(failure):
                raise  # no fault of the messages
            if len(messages) == 1:
                return self._put_off(messages[0], failure)
            return self._take_singly(messages)

    def retry(self, limit: int = 200) -> int:
        """Take again what was put off and is due for another attempt; return how many were taken."""
        rows = self._due_again(limit)
        for row in rows:
            self.take([decode(row["frame"])])
        return len(rows)

    def _take_singly(self, messages: Sequence[Envelope]) -> Tally:
        total = Tally()
        for message in _in_order(messages):
            part = self.take([message])
            for name in Tally.__slots__:
                setattr(total, name, getattr(total, name) + getattr(part, name))
        return total

    def _take_together(self, messages: Sequence[Envelope]) -> Tally:
        with self.service.store.begin() as work:
            batch = _Batch(self, work)
            batch.take(_in_order(messages))
            return batch.tally

    def _put_off(self, message: Envelope, failure: Exception) -> Tally:
        """Record a failed message as 'later', or 'parked' when it has failed too often.

        Unless another worker has taken it meanwhile: two that take one at the same moment are in each other's way.
        """
        with self.service.store.begin() as work:
            stream = work.rows(work.flow.stream_in).get((message.source, message.stream))
            if stream is not None and stream["next"] > message.sequence:
                return Tally(duplicate=1)
            inbox = work.rows(self.service.store.flow.inbox)
            row = inbox.get((message.source, message.id)) or new_row(message, work.at)
            attempts = row["attempts"] + 1
            is_final = attempts >= MAX_ATTEMPTS
            inbox.put(
                {
                    **row,
                    "attempts": attempts,
                    "frame": message.encode(),
                    "state": "parked" if is_final else "later",
                    "reason": type(failure).__name__,
                    "detail": str(failure)[:2000],
                    "retry_at": None if is_final else self.retry_at(attempts),
                }
            )
        return Tally(parked=1) if is_final else Tally(later=1)

    def retry_at(self, attempts: int) -> datetime:
        """Return when a message is tried again after its n-th attempt."""
        return self._clock.now() + BACKOFF[min(attempts, len(BACKOFF)) - 1]

    def _due_again(self, limit: int) -> list[Row]:
        inbox = self.service.store.flow.inbox
        with self.service.store.read() as conn:
            found = conn.execute(
                sa.select(inbox)
                .where(inbox.c.state == "later", inbox.c.retry_at <= self._clock.now())
                .order_by(inbox.c.source, inbox.c.stream, inbox.c.sequence)
                .limit(limit)
            )
            return [dict(row) for row in found.mappings()]


class _Batch:
    """One transaction over many messages."""

    def __init__(self, receiver: Receiver, work: Work) -> None:
        self._receiver = receiver
        self._service = receiver.service
        self._work = work
        self._streams = work.rows(work.flow.stream_in)
        self._inbox = work.rows(work.flow.inbox)
        self._open: set[tuple[str, str]] = set()
        self.tally = Tally()

    def take(self, messages: Sequence[Envelope]) -> None:
        self._streams.prefetch({(message.source, message.stream) for message in messages})
        fresh = [message for message in messages if not self._is_duplicate(message)]
        fresh = self._with_held(fresh)
        if self._service.prefetch:
            self._service.prefetch(self._work, fresh)
        for message in fresh:
            self._take_one(message)
            reach("in-batch")

    def _with_held(self, fresh: Sequence[Envelope]) -> list[Envelope]:
        """Put what came early before into its place: this batch may bring what it waited for."""
        held = self._read_open({(message.source, message.stream) for message in fresh})
        known = {(message.source, message.id) for message in fresh}
        return _in_order(
            [*fresh, *(message for message in held if (message.source, message.id) not in known)]
        )

    def _read_open(self, streams: set[StreamKey]) -> list[Envelope]:
        """Note which messages of these streams are in the inbox and not finished; return those held.

        Whatever is neither open nor passed by its stream has no row yet: nothing else need be looked for.
        """
        if not streams:
            return []
        found = open_rows(self._work.conn, streams)
        self._open.update((source, id_) for source, id_, _, _ in found)
        self._inbox.prefetch(self._open)
        return [decode(frame) for _, _, state, frame in found if state == "held"]

    def _take_one(self, message: Envelope) -> None:
        expected = self._expected(message)
        if message.sequence < expected:
            self.tally.duplicate += 1
        elif message.sequence > expected:
            self._hold(message)
        else:
            self._handle(message)

    def _handle(self, message: Envelope) -> None:
        mark = self._work.checkpoint()
        self._work.cause = message
        try:
            self._act(message)
        except Refused as refusal:
            self._work.forget_since(mark)
            self._finish(message, "refused", refusal.reason, refusal.detail)
            self.tally.refused += 1
        except TryLater as wait:
            self._work.forget_since(mark)
            self._wait(message, wait)
        else:
            self._finish(message, "done")
            self.tally.done += 1
        finally:
            self._work.cause = None

    def _act(self, message: Envelope) -> None:
        handler = self._service.handlers.get(message.type)
        if handler is None:
            return
        try:
            checked = replace(message, data=validate(message))
        except Problem as wrong:
            if (
                wrong.code == "unknown-version"
            ):  # its sender is newer: refused, it would be lost to the newer code
                raise TryLater(wrong.code, str(wrong)) from wrong
            raise Refused(wrong.code, str(wrong)) from wrong
        handler(self._work, checked)

    def _finish(
        self, message: Envelope, state: str, reason: str | None = None, detail: str | None = None
    ) -> None:
        self._keep(
            message,
            {
                **self._row(message),
                "state": state,
                "reason": reason,
                "detail": detail,
                "retry_at": None,
                "frame": message.encode() if state == "refused" else None,
            },
        )
        self._streams.put({"source": message.source, "stream": message.stream, "next": message.sequence + 1})

    def _hold(self, message: Envelope) -> None:
        if (message.source, message.id) not in self._open:
            self._keep(message, {**self._row(message), "state": "held", "frame": message.encode()})
        self.tally.held += 1

    def _wait(self, message: Envelope, wait: TryLater) -> None:
        row = self._row(message)
        attempts = row["attempts"] + 1
        self._keep(
            message,
            {
                **row,
                "state": "later",
                "reason": wait.reason,
                "detail": wait.detail,
                "attempts": attempts,
                "frame": message.encode(),
                "retry_at": self._receiver.retry_at(attempts),
            },
        )
        self.tally.later += 1

    def _row(self, message: Envelope) -> Row:
        key = (message.source, message.id)
        known = self._inbox.get(key) if key in self._open else None
        return known or new_row(message, self._work.at)

    def _keep(self, message: Envelope, row: Row) -> None:
        key = (message.source, message.id)
        if key in self._open:
            self._inbox.put(row)
        else:
            self._inbox.add(row)
            self._open.add(key)

    def _is_duplicate(self, message: Envelope) -> bool:
        if message.sequence >= self._expected(message):
            return False
        self.tally.duplicate += 1
        return True

    def _expected(self, message: Envelope) -> int:
        row = self._streams.get((message.source, message.stream))
        return row["next"] if row else 1


def open_rows(conn: sa.Connection, streams: set[StreamKey]) -> list[tuple[str, str, str, bytes]]:
    """Return source, id, state and frame of what is held, put off or parked in these streams, in their order."""
    ordered = sorted(streams)
    given: dict[str, Any]
    if conn.dialect.name == "postgresql":
        given = {"sources": [source for source, _ in ordered], "streams": [stream for _, stream in ordered]}
    else:
        given = {"pairs": orjson.dumps(ordered).decode()}
    return [tuple(row) for row in conn.execute(_OPEN[conn.dialect.name], given)]


_OPEN_OF = (
    "select i.source, i.message_id, i.state, i.frame from inbox i {wanted} "
    "i.state in ('held', 'later', 'parked') order by i.source, i.stream, i.sequence"
)
_OPEN = {
    "postgresql": sa.text(_OPEN_OF.format(
        wanted="join unnest(cast(:sources as text[]), cast(:streams as text[])) as w(source, stream) "
        "on i.source = w.source and i.stream = w.stream where")),
    "sqlite": sa.text(_OPEN_OF.format(
        wanted="where (i.source, i.stream) in "
        "(select json_extract(value, '$[0]'), json_extract(value, '$[1]') from json_each(:pairs)) and")),
}  # fmt: skip


def new_row(message: Envelope, at: datetime) -> Row:
    """Return the inbox row of a message just arrived, in state 'done' until something else is decided."""
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


def _in_order(messages: Sequence[Envelope]) -> list[Envelope]:
    return sorted(messages, key=lambda message: (message.source, message.stream, message.sequence))
