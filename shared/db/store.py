"""Opening a service's own store and its transactions, in SQLite and PostgreSQL alike.

Decides how a transaction begins, which rows it may reach, what time it is inside, when the store is a simulated one.
Must not know what is stored.
"""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime

import sqlalchemy as sa

from shared.db.driver import fetch, run
from shared.db.driver_values import as_utc
from shared.db.flow_tables import FlowTables
from shared.db.pulse import Pulse, write_something
from shared.db.roles import RoleEngines, set_town, set_town_and_tell_time
from shared.db.table_versions import TableVersions
from shared.db.work import Work
from shared.kernel.clock import SystemClock, TimeSource
from shared.kernel.failpoints import reach
from shared.kernel.ids import NewId, new_id
from shared.kernel.instants import format_instant, parse_instant
from shared.kernel.scope import HOUSE, StorePart, StoreScope, present


class NotSimulated(RuntimeError):
    """Somebody tried to set the time of a store that was not created as simulated."""


class Store:
    """One service's database.

    Args:
        service: name of the owning service; also its schema's name in PostgreSQL.
        engine: opened by `shared.db.engines`; who works does so by another one, in the role of the work at hand.
        flow: the store's message tables.
        clock: used where the database has none of its own (SQLite).
        make_id: source of new ids.

    Attributes:
        is_sqlite: whether it has one writer and one process.
        committed: set after each commit that wrote to the outbox; the relay waits on it and clears it.
        versions: of the tables of a store in memory; None for any other.
    """

    def __init__(
        self,
        service: str,
        engine: sa.Engine,
        flow: FlowTables,
        *,
        clock: TimeSource | None = None,
        make_id: NewId = new_id,
    ) -> None:
        self.service = service
        self.engine = engine
        self._engines = RoleEngines(engine)
        self.flow = flow
        self.make_id = make_id
        self.is_sqlite = engine.dialect.name == "sqlite"
        self._clock = clock or SystemClock()
        self._writer = threading.RLock()
        self._simulated: bool | None = None
        self._set_to: datetime | None = None  # the simulated instant, where nobody else could have moved it
        self._is_replay = False
        self._is_unheard: Callable[[str], bool] | None = None
        self.committed = threading.Event()
        self._pulse = Pulse(service)
        # Others may write to any other store unseen.
        tables = flow.outbox.metadata.tables
        self.versions = TableVersions(engine, tables) if self._is_in_memory() else None

    @contextmanager
    def begin(self) -> Iterator[Work]:
        """Open a writing transaction; its buffered writes are flushed and committed at the end, or nothing is.

        It reaches what the present scope does (`shared.kernel.scope`): a request one town's rows.

        Raises:
            sqlalchemy.exc.DBAPIError: the store is away, or refused a write; nothing was kept.
        """
        # In this order, and let go in the opposite one: the next writer begins only after this one has committed.
        scope = present()
        with (
            self._pulse.noting(),
            self._one_writer(),
            self.engine_for(scope.part).connect() as conn,
            conn.begin(),
        ):
            if self.is_sqlite:
                # The right to write is taken at once: taken with the first write, it may come too late (`engines`).
                run(conn, "BEGIN IMMEDIATE")
            work = Work(
                conn,
                self.flow,
                self.service,
                self._enter(conn, scope),
                self.make_id,
                is_replay=self._is_replay,
                is_unheard=self._is_unheard,
            )
            yield work
            work.flush()
            if work.wrote:
                reach("before-commit")
        # From here on it is durable, and the lock is free: what is counted and who is woken now learn of nothing that
        # could still be taken back.
        if work.wrote:
            reach("after-commit")
        work.run_after_commit()
        if work.has_emitted:
            self.committed.set()

    @contextmanager
    def replaying(self, is_unheard: Callable[[str], bool] | None = None) -> Iterator[None]:
        """Let every transaction within live the past again: it writes what it held, and tells nobody.

        It holds for the store and not for a thread: nothing else may work on the store meanwhile.

        Args:
            is_unheard: asked for each message, in order, by its stream: whether it is one that nobody has heard yet,
                which is emitted after all; None: all have been heard.
        """
        self._is_replay, self._is_unheard = True, is_unheard
        try:
            yield
        finally:
            self._is_replay, self._is_unheard = False, None

    @contextmanager
    def read(self) -> Iterator[sa.Connection]:
        """Open a connection for reading only: nothing is locked, and what is written through it is not kept.

        It reaches what the present scope does (`shared.kernel.scope`): a request one town's rows.

        Raises:
            sqlalchemy.exc.DBAPIError: the store is away.
        """
        scope = present()
        with self.engine_for(scope.part).connect() as conn:
            if scope.town:
                set_town(conn, scope.town)
            yield conn

    def engine_for(self, part: StorePart) -> sa.Engine:
        """Return the connections of one part of the work, for what is no transaction of `begin` or `read`."""
        return self._engines.of(part)

    def _enter(self, conn: sa.Connection, scope: StoreScope) -> datetime:
        """Name the town that a writing transaction is for, and return its instant: both cost one round trip."""
        if self.is_sqlite or not scope.town:
            return self.now(conn)
        if self.is_simulated(conn):
            set_town(conn, scope.town)
            return self.now(conn)
        return set_town_and_tell_time(conn, scope.town)

    def now(self, conn: sa.Connection) -> datetime:
        """Return the instant of a transaction: the simulated one, or the database's clock; aware UTC.

        All processes of a service ask one database and so agree on the time, as clocks of several machines do not.
        """
        if self._set_to is not None:
            return self._set_to
        if self.is_simulated(conn):
            text = conn.scalar(sa.select(self.flow.meta.c.value).where(self.flow.meta.c.key == "now"))
            return parse_instant(str(text))
        if self.is_sqlite:
            return self._clock.now()
        ((at,),) = fetch(conn, "select clock_timestamp()")
        return as_utc(at)

    def ping(self) -> str | None:
        """Ask the store for the time, and from time to time to take a small write: a check of health.

        Returns:
            None where it answers and takes writes, else a word: 'full', 'away', 'failing'; a `Ping` of
            `shared.obs.health`. Where the store hangs, so does this.
        """
        return self._pulse.ping(self._read_time, self._try_a_write)

    def _read_time(self) -> None:
        with self.read() as conn:
            self.now(conn)

    def _try_a_write(self) -> None:
        """Write one row. Not as others write: what is tried says nothing to anybody, and reaches no fail point."""
        with self._one_writer(), self.engine_for(HOUSE.part).begin() as conn:
            write_something(conn, format_instant(self._clock.now()))

    def is_simulated(self, conn: sa.Connection) -> bool:
        """Tell whether the store was created as simulated; asked of the database once, for a real one stays real."""
        if self._simulated is None:
            self._simulated = (
                conn.scalar(sa.select(self.flow.meta.c.value).where(self.flow.meta.c.key == "simulated"))
                == "yes"
            )
        return self._simulated

    def make_simulated(self, at: datetime) -> None:
        """Declare a store simulated; only a store that has never taken or given a message can become one.

        Args:
            at: what time it is there from now on; aware.

        Raises:
            NotSimulated: the store has been in real use.
        """
        with self._one_writer(), self.engine_for(HOUSE.part).begin() as conn:
            used = conn.scalar(sa.select(sa.func.count()).select_from(self.flow.stream_out)) or conn.scalar(
                sa.select(sa.func.count()).select_from(self.flow.stream_in)
            )
            # What real people were told would not be true any more if its time could be set back.
            if used and not self.is_simulated(conn):
                raise NotSimulated(f"the {self.service} store is in real use and can't be back-dated")
            conn.execute(sa.delete(self.flow.meta).where(self.flow.meta.c.key.in_(["simulated", "now"])))
            told = {"simulated": "yes", **({} if self._is_in_memory() else {"now": format_instant(at)})}
            conn.execute(
                sa.insert(self.flow.meta), [{"key": key, "value": value} for key, value in told.items()]
            )
        self._simulated = True
        self._set_to = at if self._is_in_memory() else None

    def set_now(self, at: datetime) -> None:
        """Move the time of a simulated store; forward only, which whoever calls sees to.

        Args:
            at: aware.

        Raises:
            NotSimulated: the store is a real one.
        """
        if self._set_to is not None:
            self._set_to = at
            return
        with self._one_writer(), self.engine_for(HOUSE.part).begin() as conn:
            if not self.is_simulated(conn):
                raise NotSimulated(f"the {self.service} store is real: its time can't be set")
            conn.execute(
                sa.update(self.flow.meta)
                .where(self.flow.meta.c.key == "now")
                .values(value=format_instant(at))
            )

    def _is_in_memory(self) -> bool:
        return isinstance(self.engine.pool, sa.StaticPool)

    @contextmanager
    def _one_writer(self) -> Iterator[None]:
        """SQLite has one writer: wait for it here and not in the database's busy loop.

        There a thread asks again and again, in no order, and gives up in the end; here it sleeps until it is its turn.
        """
        if not self.is_sqlite:
            yield
            return
        with self._writer:
            yield

    def close(self) -> None:
        """Give the connections back."""
        self._engines.dispose()
