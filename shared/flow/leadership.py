"""One at a time: the right to run a store's relay, held by a database lock that ends with its connection.

The lock is PostgreSQL's advisory one of a session: no row has to be there, and the server lets go of it when the
connection ends, whatever became of the process. Between the loss and the next check, a second at most, two may lead;
what they do then arrives twice or out of order, which every inbox bears.
"""

import time
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Event

import sqlalchemy as sa

from shared.db.store import Store
from shared.kernel.scope import StorePart

ASK_AGAIN_SECONDS = 1.0
CHECK_SECONDS = 1.0
LONGEST_SILENCE_SECONDS = 5  # a leader that is frozen must not keep the others from its task


@contextmanager
def leading(
    store: Store, task: str, stop: Event, longest_silence_seconds: int = LONGEST_SILENCE_SECONDS
) -> Iterator["Lead"]:
    """Wait until this process is the only one that does `task` on the store; SQLite has one process anyway.

    Args:
        task: its name; each has a lock of its own.
        stop: ends the waiting; what is yielded then leads nothing, and is not to be used for anything.
        longest_silence_seconds: whoever does not call `check` for so long has lost the lead.

    Raises:
        sqlalchemy.exc.DBAPIError: the store is away.
    """
    if store.is_sqlite:
        yield Lead(None)
        return
    # Such a lock is the whole database's, which all services may share: so the service is part of its name. Not
    # `hash`, which differs from process to process.
    key = zlib.crc32(f"{store.service}/{task}".encode())
    # Without a transaction: within one a session's idle time does not count.
    with store.engine_for(StorePart.RELAY).connect().execution_options(isolation_level="AUTOCOMMIT") as conn:
        # The server ends the session of a process that is frozen: its locks would else outlast the freeze.
        conn.exec_driver_sql(f"set idle_session_timeout = '{longest_silence_seconds}s'")
        # Asked again and again: a wait within the server would not hear of `stop`.
        while not conn.scalar(sa.text("select pg_try_advisory_lock(:key)"), {"key": key}):
            if stop.wait(ASK_AGAIN_SECONDS):
                yield Lead(None)
                return
        try:
            yield Lead(conn)
        finally:
            conn.invalidate()  # the lock must not outlive the task in a pooled connection


class Lead:
    """Leadership that was won; None for the connection: there is nobody to compete with."""

    def __init__(self, conn: sa.Connection | None) -> None:
        self._conn = conn
        self._checked_at = time.monotonic()

    def check(self) -> None:
        """Make sure that the lock is still held; asks the database once a second at most.

        Raises:
            sqlalchemy.exc.DBAPIError: the connection, and with it the lock, is gone.
        """
        if self._conn is not None and time.monotonic() - self._checked_at > CHECK_SECONDS:
            self._conn.execute(sa.text("select 1"))
            self._checked_at = time.monotonic()
