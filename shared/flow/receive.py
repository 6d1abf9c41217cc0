"""Taking messages: many in one transaction, each once, each stream in order, whatever fails on the way.

Decides what becomes of a batch whose transaction fails: taken one by one, put off, parked; every message ends as an
inbox row. Must not know what messages mean.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from shared.contracts.envelope import Envelope, decode
from shared.db.absence import is_away
from shared.flow.inbox import due_again, new_row
from shared.flow.legs import Legs
from shared.flow.service import Service
from shared.flow.taking import TakenBatch, Tally, in_order
from shared.kernel.clock import SystemClock, TimeSource
from shared.obs.failures import told_whole

__all__ = ["BACKOFF", "MAX_ATTEMPTS", "Receiver", "Tally"]

MAX_ATTEMPTS = 8
# One wait fewer than there are attempts. The first are short, for two workers in each other's way or a neighbour's
# hiccup; all together some quarter of an hour, for what a deployment or a restart mends. A message that only waits for
# something (`TryLater`) goes on being tried at the last of them.
BACKOFF = tuple(timedelta(seconds=seconds) for seconds in (0.2, 1, 5, 15, 60, 300, 600))


class Receiver:
    """Takes messages for one service.

    Args:
        clock: real time for retries, also where the store is simulated.
        legs: where it is shown how long messages were under way; None: nowhere.
    """

    def __init__(self, service: Service, clock: TimeSource | None = None, legs: Legs | None = None) -> None:
        self.service = service
        self._legs = legs
        self._clock = clock or SystemClock()

    def take(self, messages: Sequence[Envelope]) -> Tally:
        """Take a batch; when this returns, every message is durably accounted for and may be acknowledged.

        A batch with a message whose handler fails unexpectedly is rolled back and taken one by one.

        Args:
            messages: one at least, in any order, repetitions among them.

        Raises:
            sqlalchemy.exc.SQLAlchemyError: the store is away. Some messages may be taken already and none may be
                acknowledged: the same batch is to be taken again.
        """
        try:
            return self._take_together(messages)
        except Exception as failure:
            if is_away(failure):
                raise  # no fault of the messages: put off, they would be parked by an outage
            if len(messages) == 1:
                # In a transaction of its own: the one in which it failed is given up.
                return self._put_off(messages[0], failure)
            return self._take_singly(messages)

    def retry(self, limit: int = 200) -> int:
        """Take again what was put off and is due for another attempt; return how many were taken.

        Args:
            limit: messages at most. Each has a transaction of its own: what failed once may fail again.

        Raises:
            sqlalchemy.exc.SQLAlchemyError: the store is away.
        """
        with self.service.store.read() as conn:
            rows = due_again(conn, self.service.store.flow.inbox, self._clock.now(), limit)
        for row in rows:
            # Read without a lock: what another worker has taken meanwhile is passed over as known. Once it is done,
            # what was held behind it follows in the same transaction.
            self.take([decode(row["frame"])])
        return len(rows)

    def _take_singly(self, messages: Sequence[Envelope]) -> Tally:
        total = Tally()
        for message in in_order(messages):
            total.add(self.take([message]))
        return total

    def _take_together(self, messages: Sequence[Envelope]) -> Tally:
        with self.service.store.begin() as work:
            batch = TakenBatch(self.service, work, self.retry_at)
            batch.take(in_order(messages))
        if self._legs is not None:
            self._legs.passed(batch.acted_on, work.at)
        return batch.tally

    def _put_off(self, message: Envelope, failure: Exception) -> Tally:
        """Record a failed message as 'later', or 'parked' when it has failed too often.

        Unless another worker has taken it meanwhile: two that take one at the same moment are in each other's way.
        The stream's count is read first, as every receiver does, so that their locks can't cross.
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
                    # Its places in the code and not its words: a driver's repeat what it was given to store.
                    "detail": "\n".join(told_whole(failure))[:2000],
                    "retry_at": None if is_final else self.retry_at(attempts),
                }
            )
        return Tally(parked=1) if is_final else Tally(later=1)

    def retry_at(self, attempts: int) -> datetime:
        """Return when a message is tried again.

        Args:
            attempts: how often it has been tried, 1 at least; after the last wait of `BACKOFF` that one is repeated.
        """
        return self._clock.now() + BACKOFF[min(attempts, len(BACKOFF)) - 1]
