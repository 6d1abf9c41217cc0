"""One writing transaction as handlers see it: reads go through at once, writes wait and go out in bulk.

Decides the order and grouping of writes, and the sequence numbers of what is emitted. Buffered rows are kept in
identity maps (`rows`), so that the second message of a case in a batch sees what the first one did.
"""

from collections.abc import Callable, Mapping
from datetime import datetime
from functools import cache
from typing import Any

import sqlalchemy as sa
from msgspec import Struct

from shared.contracts.envelope import Envelope
from shared.db.flow_tables import FlowTables
from shared.db.outgoing import PendingMessage, write_outbox
from shared.db.roles import set_town
from shared.db.rows import Rows
from shared.kernel.ids import NewId
from shared.kernel.scope import EVERYWHERE


@cache
def _dependencies(metadata: sa.MetaData) -> Mapping[str, int]:
    """The place of each table in the order in which rows must be written."""
    return {table.name: index for index, table in enumerate(metadata.sorted_tables)}


class Work:
    """A transaction under way.

    Attributes:
        conn: for reading; writing goes through `rows` and `emit`.
        at: the transaction's instant, aware UTC; in a replay that of the message being handled.
        is_replay: the past is lived again to fill a store: nobody is told, nothing is counted, and of what is emitted
            only that is kept which nobody has heard yet.
        cause: the message being handled, or None for a person's request.
        trace: W3C traceparent of the person's request, passed on in what is emitted; None: the cause's own.
        has_emitted: whether anything was put into the outbox.
        wrote: whether the flush had anything to write.
    """

    def __init__(
        self,
        conn: sa.Connection,
        flow: FlowTables,
        service: str,
        at: datetime,
        make_id: NewId,
        *,
        is_replay: bool = False,
        is_unheard: Callable[[str], bool] | None = None,
    ) -> None:
        self.conn = conn
        self.flow = flow
        self.service = service
        self._at = at
        self.is_replay = is_replay
        self._is_unheard = is_unheard
        self.new_id = make_id
        self.cause: Envelope | None = None
        self.trace: str | None = None
        self.has_emitted = False
        self.wrote = False
        self._rows: dict[str, Rows] = {}
        self._pending: list[PendingMessage] = []
        self._after: list[Callable[[], None]] = []

    @property
    def at(self) -> datetime:
        """The transaction's instant; in a replay that of the message being handled."""
        return self.cause.at if self.is_replay and self.cause is not None else self._at

    def rows(self, table: sa.Table) -> Rows:
        """Return the identity map of `table` in this transaction: the same at every call.

        Args:
            table: of the service's own metadata.
        """
        if table.name not in self._rows:
            self._rows[table.name] = Rows(self.conn, table)
        return self._rows[table.name]

    def emit(
        self, type_: str, body: Struct | dict[str, Any], *, stream: str, town: str, edition: str | None = None
    ) -> str:
        """Put a message into the outbox, published after the commit; return its id.

        Its sequence number within `stream` is given at the flush, under the stream's row lock: taken here, the lock
        would be held for as long as the handlers of a whole batch work.

        Args:
            type_: what happened, without prefix and version, such as 'case.admitted'; one that this service produces.
            body: the type that carries this message's data, or its plain values where thousands are made a second.
            stream: what it is about and ordered by: a case's id, or such as 'town/<key>'.
            town: jurisdiction whose data it is; '*': of none.
            edition: content hash of the edition that the stream is bound to; None: it is bound to none.

        Returns:
            The id that the message will have. In a replay nobody gets the message, and the id is a new one.
        """
        trace = self.trace or (self.cause.trace if self.cause else None)
        message = PendingMessage(self.new_id(), type_, stream, town, body, edition, trace)
        self._pending.append(message)
        return message.id

    def reach_everywhere(self) -> None:
        """Reach all towns' rows until the transaction's end: a matter goes from the request's town to another one.

        Until the end and not for a moment: what is written waits until then.
        """
        set_town(self.conn, EVERYWHERE)

    def after_commit(self, act: Callable[[], None]) -> None:
        """Have `act` done once the transaction is durable, such as counting in a metric; in a replay never.

        Args:
            act: must not fail, and must not be needed: a process that dies after the commit never does it.
        """
        if not self.is_replay:
            self._after.append(act)

    def checkpoint(self) -> tuple[int, int]:
        """Return how much was emitted and planned so far, for `forget_since`."""
        return len(self._pending), len(self._after)

    def forget_since(self, checkpoint: tuple[int, int]) -> None:
        """Drop what was emitted since a checkpoint: for a message that turned out to be refused or early.

        Rows are not taken back: a handler that gives up does so before it writes any (decision 3).

        Args:
            checkpoint: what `checkpoint` returned.
        """
        emitted, planned = checkpoint
        del self._pending[emitted:]
        del self._after[planned:]

    def flush(self) -> None:
        """Write everything buffered: rows in the order of their tables' dependencies, then the outbox.

        The outbox comes last, since everybody who emits on one of its streams waits from there until the commit.

        Raises:
            sqlalchemy.exc.DBAPIError: the store is away, or refused a write; the transaction is to be given up.
        """
        order = _dependencies(self.flow.outbox.metadata)
        for name in sorted(self._rows, key=lambda key: order.get(key, 0)):
            self.wrote |= self._rows[name].flush()
        # Chosen before they are numbered: what was heard already must not use up a number again.
        messages = self._unheard() if self.is_replay else self._pending
        self.has_emitted = bool(messages)
        self.wrote |= self.has_emitted
        write_outbox(self.conn, self.flow, self.service, self.at, messages)
        self._pending.clear()

    def _unheard(self) -> list[PendingMessage]:
        """In a replay all else was emitted when it happened, and its number in the stream is spent."""
        ask = self._is_unheard
        return [message for message in self._pending if ask is not None and ask(message.stream)]

    def write(self, table: sa.Table) -> None:
        """Write what is buffered of one table now, before the store is asked about all of its rows.

        A statement more for each time: for questions that few transactions ask.
        """
        self.wrote |= self.rows(table).flush()

    def run_after_commit(self) -> None:
        """Do what was to be done after the commit; `Store.begin` calls it, nobody else."""
        for act in self._after:
            act()
