"""One at a time: the right to run a store's relay, held by a database lock that ends with its connection."""

import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Event

import sqlalchemy as sa

from shared.db.store import Store

ASK_AGAIN_SECONDS = 1.0


@contextmanager
def leading(store: Store, task: str, stop: Event) -> Iterator["Lead"]:
    """Wait until this process is the only one that does `task` on the store; SQLite has one process anyway."""
    if store.is_sqlite:
        yield Lead(None)
        return
    key = zlib.crc32(f"{store.service}/{task}".encode())
    with store.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as conn:
        while not conn.scalar(sa.text("select pg_try_advisory_lock(:key)"), {"key": key}):
            if stop.wait(ASK_AGAIN_SECONDS):
                yield Lead(None)
                return
        try:
            yield Lead(conn)
        finally:
            conn.invalidate()  # the lock must not outlive the task in a pooled connection


class Lead:
    """Leadership that was won."""

    def __init__(self, conn: sa.Connection | None) -> None:
        self._conn = conn

    def check(self) -> None:
        """Make sure that the lock is still held.

        Raises:
            sqlalchemy.exc.DBAPIError: the connection, and with it the lock, is gone.
        """
        if self._conn is not None:
            self._conn.execute(sa.text("select 1"))
