"""One writing transaction as handlers see it: reads go through at once, writes wait and go out in bulk.

Decides the order and grouping of writes, and the sequence numbers of what is said. Buffered rows are kept in
identity maps (`rows`), so that the second message of a case in a batch sees what the first one did.
"""

from collections.abc import Callable, Mapping
from datetime import datetime
from functools import cache
from typing import Any

import sqlalchemy as sa

from shared.contracts.envelope import Envelope
from shared.db.flow_tables import FlowTables
from shared.db.outgoing import Said, write_outbox
from shared.db.rows import Rows
from shared.kernel.ids import NewId


@cache
def _dependencies(metadata: sa.MetaData) -> Mapping[str, int]:
    """The place of each table in the order in which rows must be written."""
    return {table.name: index for index, table in enumerate(metadata.sorted_tables)}


class Work:
    """A transaction under way.

    Attributes:
        conn: for reading; writing goes through `rows` and `say`.
        at: the transaction's instant, aware UTC.
        cause: the message being handled, or None for a person's request.
        wrote: whether the flush had anything to write.
    """

    def __init__(
        self, conn: sa.Connection, flow: FlowTables, service: str, at: datetime, make_id: NewId
    ) -> None:
        self.conn = conn
        self.flow = flow
        self.service = service
        self.at = at
        self.new_id = make_id
        self.cause: Envelope | None = None
        self.trace: str | None = None
        self.spoke = False
        self.wrote = False
        self._rows: dict[str, Rows] = {}
        self._said: list[Said] = []
        self._after: list[Callable[[], None]] = []

    def rows(self, table: sa.Table) -> Rows:
        """Return the identity map of `table` in this transaction."""
        if table.name not in self._rows:
            self._rows[table.name] = Rows(self.conn, table)
        return self._rows[table.name]

    def say(
        self, type_: str, *, stream: str, town: str, data: Mapping[str, Any], edition: str | None = None
    ) -> str:
        """Put a message into the outbox, published after the commit; return its id.

        Its sequence number within `stream` is given at the flush, under the stream's row lock.
        """
        said = Said(
            self.new_id(),
            type_,
            stream,
            town,
            dict(data),
            edition,
            self.trace or (self.cause.trace if self.cause else None),
        )
        self._said.append(said)
        self.spoke = True
        return said.id

    def after_commit(self, act: Callable[[], None]) -> None:
        """Have `act` done once the transaction is durable, such as counting in a metric."""
        self._after.append(act)

    def checkpoint(self) -> tuple[int, int]:
        """Return a mark of what was said and planned so far, for `forget_since`."""
        return len(self._said), len(self._after)

    def forget_since(self, mark: tuple[int, int]) -> None:
        """Drop what was said since `mark`: for a message that turned out to be refused or early."""
        del self._said[mark[0] :]
        del self._after[mark[1] :]

    def flush(self) -> None:
        """Write everything buffered: rows in the order of their tables' dependencies, then the outbox."""
        order = _dependencies(self.flow.outbox.metadata)
        for name in sorted(self._rows, key=lambda key: order.get(key, 0)):
            self.wrote |= self._rows[name].flush()
        self.wrote |= bool(self._said)
        write_outbox(self.conn, self.flow, self.service, self.at, self._said)
        self._said.clear()

    def run_after_commit(self) -> None:
        """Do what was to be done after the commit."""
        for act in self._after:
            act()
