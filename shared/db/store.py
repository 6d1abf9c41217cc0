"""Opening a service's own store and its transactions, in SQLite and PostgreSQL alike.

Decides how a transaction begins, what time it is inside, and when the store is a simulated one.
Must not know what is stored.
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa

from shared.db.flow_tables import FlowTables
from shared.db.work import Work
from shared.kernel.clock import Clock, SystemClock
from shared.kernel.failpoints import reach
from shared.kernel.ids import NewId, new_id
from shared.kernel.instants import format_instant, parse_instant


class NotSimulated(RuntimeError):
    """Somebody tried to set the time of a store that was not created as simulated."""


class Store:
    """One service's database.

    Args:
        service: name of the owning service; also its schema's name in PostgreSQL.
        engine: opened by `shared.db.engines`.
        flow: the store's message tables.
        clock: used where the database has none of its own (SQLite).
        make_id: source of new ids.
    """

    def __init__(
        self,
        service: str,
        engine: sa.Engine,
        flow: FlowTables,
        *,
        clock: Clock | None = None,
        make_id: NewId = new_id,
    ) -> None:
        self.service = service
        self.engine = engine
        self.flow = flow
        self.make_id = make_id
        self.is_sqlite = engine.dialect.name == "sqlite"
        self._clock = clock or SystemClock()
        self._writer = threading.RLock()
        self._simulated: bool | None = None
        self.committed = threading.Event()  # set after each commit that wrote to the outbox

    @contextmanager
    def begin(self) -> Iterator[Work]:
        """Open a writing transaction; its buffered writes are flushed and committed at the end, or nothing is."""
        with self._one_writer(), self.engine.connect() as conn, conn.begin():
            if self.is_sqlite:
                conn.exec_driver_sql("BEGIN IMMEDIATE")
            work = Work(conn, self.flow, self.service, self.now(conn), self.make_id)
            yield work
            work.flush()
            if work.wrote:
                reach("before-commit")
        if work.wrote:
            reach("after-commit")
        work.run_after_commit()
        if work.spoke:
            self.committed.set()

    @contextmanager
    def read(self) -> Iterator[sa.Connection]:
        """Open a connection for reading only."""
        with self.engine.connect() as conn:
            yield conn

    def now(self, conn: sa.Connection) -> datetime:
        """Return the instant of a transaction: the simulated one, or the database's clock."""
        if self.is_simulated(conn):
            text = conn.scalar(sa.select(self.flow.meta.c.value).where(self.flow.meta.c.key == "now"))
            return parse_instant(str(text))
        if self.is_sqlite:
            return self._clock.now()
        at: datetime = conn.execute(sa.text("select clock_timestamp()")).scalar_one()
        return at.astimezone(UTC)

    def is_simulated(self, conn: sa.Connection) -> bool:
        """Tell whether the store was created as simulated; asked of the database once."""
        if self._simulated is None:
            self._simulated = (
                conn.scalar(sa.select(self.flow.meta.c.value).where(self.flow.meta.c.key == "simulated"))
                == "yes"
            )
        return self._simulated

    def make_simulated(self, at: datetime) -> None:
        """Declare a store simulated; only a store that has never taken or given a message can become one.

        Raises:
            NotSimulated: the store has been in real use.
        """
        with self._one_writer(), self.engine.begin() as conn:
            used = conn.scalar(sa.select(sa.func.count()).select_from(self.flow.stream_out)) or conn.scalar(
                sa.select(sa.func.count()).select_from(self.flow.stream_in)
            )
            if used and not self.is_simulated(conn):
                raise NotSimulated(f"the {self.service} store is in real use and can't be back-dated")
            conn.execute(sa.delete(self.flow.meta).where(self.flow.meta.c.key.in_(["simulated", "now"])))
            conn.execute(
                sa.insert(self.flow.meta),
                [{"key": "simulated", "value": "yes"}, {"key": "now", "value": format_instant(at)}],
            )
        self._simulated = True

    def set_now(self, at: datetime) -> None:
        """Move the time of a simulated store forward.

        Raises:
            NotSimulated: the store is a real one.
        """
        with self._one_writer(), self.engine.begin() as conn:
            if not self.is_simulated(conn):
                raise NotSimulated(f"the {self.service} store is real: its time can't be set")
            conn.execute(
                sa.update(self.flow.meta)
                .where(self.flow.meta.c.key == "now")
                .values(value=format_instant(at))
            )

    @contextmanager
    def _one_writer(self) -> Iterator[None]:
        """SQLite has one writer: wait for it here and not in the database's busy loop."""
        if not self.is_sqlite:
            yield
            return
        with self._writer:
            yield

    def close(self) -> None:
        """Give the connections back."""
        self.engine.dispose()


Row = dict[str, Any]
