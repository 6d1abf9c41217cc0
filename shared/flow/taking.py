"""Many messages in one transaction: each once, each stream in order.

Decides what becomes of every message: done, refused, held (early) or later (try again). Must not know what they mean,
nor what happens where a transaction fails (`receive`).
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from shared.contracts.bodies import body_of
from shared.contracts.envelope import Envelope, decode
from shared.db.work import Work
from shared.flow.inbox import Row, StreamKey, new_row, open_rows
from shared.flow.service import Refused, Service, TryLater
from shared.kernel.failpoints import reach
from shared.kernel.problems import Problem


@dataclass(slots=True)
class Tally:
    """What became of a batch, for metrics and tests: how many messages, by outcome.

    Attributes:
        done: handled, or of a type without a handler.
        duplicate: taken before.
        refused: understood and never to be acted on.
        held: early; they wait for the ones before them.
        later: to be tried again.
        parked: failed too often; a person has to look.
    """

    done: int = 0
    duplicate: int = 0
    refused: int = 0
    held: int = 0
    later: int = 0
    parked: int = 0

    def add(self, part: "Tally") -> None:
        """Add what became of a part of the batch."""
        for name in Tally.__slots__:
            setattr(self, name, getattr(self, name) + getattr(part, name))


class TakenBatch:
    """One transaction over many messages.

    Args:
        work: the transaction; whoever opened it commits it.
        retry_at: attempts so far → when a message is tried again.

    Attributes:
        tally: what became of the messages so far.
        acted_on: messages that a handler has acted on.
    """

    def __init__(self, service: Service, work: Work, retry_at: Callable[[int], datetime]) -> None:
        self._service = service
        self._work = work
        self._retry_at = retry_at
        self._streams = work.rows(work.flow.stream_in)
        self._inbox = work.rows(work.flow.inbox)
        self._open: set[tuple[str, str]] = set()  # source and id of messages that have a row already
        self.tally = Tally()
        self.acted_on: list[Envelope] = []

    def take(self, messages: Sequence[Envelope]) -> None:
        """Take messages that are sorted as `in_order` sorts them.

        Raises:
            Exception: what a handler failed with; the transaction must be given up.
        """
        # First the counts of all streams, in one order everywhere: their locks are what keeps two workers that take
        # the same streams from crossing, and from here to the commit nobody else takes a message of these.
        self._streams.prefetch({(message.source, message.stream) for message in messages})
        fresh = [message for message in messages if not self._is_duplicate(message)]
        fresh = self._with_held(fresh)
        if self._service.prefetch:
            self._service.prefetch(self._work, fresh)
        for message in fresh:
            self._take_in_turn(message)
            reach("in-batch")

    def _with_held(self, fresh: Sequence[Envelope]) -> list[Envelope]:
        """Put what came early before into its place: this batch may bring what it waited for."""
        held = self._read_open({(message.source, message.stream) for message in fresh})
        known = {(message.source, message.id) for message in fresh}
        return in_order([*fresh, *(message for message in held if (message.source, message.id) not in known)])

    def _read_open(self, streams: set[StreamKey]) -> list[Envelope]:
        """Note which messages of these streams are in the inbox and not finished; return those held.

        Whatever is neither open nor passed by its stream has no row yet: nothing else need be looked for.
        """
        if not streams:
            return []
        found = open_rows(self._work.conn, streams)
        self._open.update((source, id_) for source, id_, _, _ in found)
        self._inbox.prefetch(self._open)
        # What was put off or parked is not taken along: it has its own time, or waits for a person.
        return [decode(frame) for _, _, state, frame in found if state == "held"]

    def _take_in_turn(self, message: Envelope) -> None:
        """Handle the message that its stream expects, hold a later one, pass over an earlier one."""
        expected = self._expected(message)
        if message.sequence < expected:
            # Repeated within this batch: when the batch began, its stream had not passed it yet.
            self.tally.duplicate += 1
        elif message.sequence > expected:
            self._hold(message)
        else:
            self._handle(message)

    def _handle(self, message: Envelope) -> None:
        """Have it acted on, and write down what became of it.

        What was emitted before a refusal is forgotten, so that the batch needs no savepoint: handlers write nothing
        before they refuse. Any other failure leaves the whole transaction.
        """
        checkpoint = self._work.checkpoint()
        self._work.cause = message
        try:
            self._call_handler(message)
        except Refused as refusal:
            self._work.forget_since(checkpoint)
            refused = {"state": "refused", "reason": refusal.reason, "detail": refusal.detail}
            self._write(
                message, {**self._row(message), **refused, "retry_at": None, "frame": message.encode()}
            )
            self._pass(message)
            self.tally.refused += 1
        except TryLater as wait:
            self._work.forget_since(checkpoint)
            self._put_off(message, wait)
        else:
            self._settle(message)
            self._pass(message)
            self.tally.done += 1
        finally:
            self._work.cause = None

    def _call_handler(self, message: Envelope) -> None:
        handler = self._service.handlers.get(message.type)
        # Passed over and not refused: its number counts all the same, or its stream would stand still.
        if handler is None:
            return
        try:
            body = body_of(message)
        except Problem as wrong:
            if wrong.code == "unknown-version":
                # Its sender is newer: refused, it would be lost to the newer code that is about to come.
                raise TryLater(wrong.code, str(wrong)) from wrong
            raise Refused(wrong.code, str(wrong)) from wrong
        handler(self._work, message, body)
        self.acted_on.append(message)

    def _settle(self, message: Envelope) -> None:
        """Write down that what waited here is done; whatever went through at once leaves no row, only its number."""
        if (message.source, message.id) in self._open:
            done = {"state": "done", "reason": None, "detail": None, "retry_at": None, "frame": None}
            self._inbox.put({**self._row(message), **done})

    def _pass(self, message: Envelope) -> None:
        """Expect the next of the stream: by its number alone a repetition is known."""
        self._streams.put({"source": message.source, "stream": message.stream, "next": message.sequence + 1})

    def _hold(self, message: Envelope) -> None:
        """Keep an early message; one that is open already is behind another that waits, and stays as it is."""
        if (message.source, message.id) not in self._open:
            self._write(message, {**self._row(message), "state": "held", "frame": message.encode()})
        self.tally.held += 1

    def _put_off(self, message: Envelope, wait: TryLater) -> None:
        """Keep a message for another attempt. Its stream's count stays: what follows is held until it was taken.

        It is never parked, however often it is put off: what it lacks is on its way.
        """
        row = self._row(message)
        attempts = row["attempts"] + 1
        self._write(
            message,
            {
                **row,
                "state": "later",
                "reason": wait.reason,
                "detail": wait.detail,
                "attempts": attempts,
                "frame": message.encode(),
                "retry_at": self._retry_at(attempts),
            },
        )
        self.tally.later += 1

    def _row(self, message: Envelope) -> Row:
        key = (message.source, message.id)
        known = self._inbox.get(key) if key in self._open else None
        return known or new_row(message, self._work.at)

    def _write(self, message: Envelope, row: Row) -> None:
        """Write a message's row; one that is known to be new is added without looking for it."""
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


def in_order(messages: Sequence[Envelope]) -> list[Envelope]:
    """Return messages stream by stream, each stream by its numbers; streams in one order everywhere."""
    return sorted(messages, key=lambda message: (message.source, message.stream, message.sequence))
