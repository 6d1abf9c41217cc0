"""Opening database engines with the settings that the promises need."""

import select
import sqlite3
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any
from urllib.parse import quote

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.pool import NullPool, StaticPool

from shared.db.sqlite_driver import ToldConnection
from shared.kernel.addresses import Server, address_of

LONGEST_IDLE_SECONDS = 10
# To read a page anywhere costs little more than to read the next one: stores lie on flash, and what is asked for lately
# in memory. PostgreSQL takes it for four times as much, as on a turning disk, and then rather reads whole tables.
_READS_ANYWHERE = "-crandom_page_cost=1.1"
# A server that vanished without a word is noticed within seconds, not when the system gives up after hours: by
# keepalives (all but the count in seconds) where nothing is under way, else by the time, in milliseconds, that what was
# sent may wait for its acknowledgement.
_ALIVE = {
    "connect_timeout": 5,
    "keepalives_idle": 5,
    "keepalives_interval": 2,
    "keepalives_count": 3,
    "tcp_user_timeout": 10_000,
}


def with_ca(url: str, ca: str) -> str:
    """Return a store's address as one that is reached over TLS; that of a file as it is.

    The server's certificate is held against the authority, and its name against the address: TLS without that would
    keep nobody out who stands in between.

    Args:
        ca: file of the authority's certificate.
    """
    if not url.startswith("postgresql"):
        return url
    return f"{url}{'&' if '?' in url else '?'}sslmode=verify-full&sslrootcert={quote(ca, safe='/')}"


def open_engine(
    url: str, service: str, *, pool_size: int = 5, longest_idle_seconds: int = LONGEST_IDLE_SECONDS
) -> sa.Engine:
    """Open the store of `service`; connections are made when they are first needed.

    Args:
        url: 'sqlite://' (in memory), 'sqlite:///DIR/{service}.db' or 'postgresql+psycopg://…', filled in by
            `shared.kernel.addresses`; in PostgreSQL the schema of the service's name is used.
        service: name of the owning service.
        pool_size: connections kept open, of which as many again may be opened for a while; 0 for a command that asks
            once: none outlives its use. SQLite passes it over.
        longest_idle_seconds: a process that says nothing for so long within a transaction is taken for frozen:
            PostgreSQL rolls it back, so that others get at what it had locked.
    """
    # The driver is ours to choose, also where an address comes from elsewhere.
    url = address_of(url, service, Server.STORE).replace("postgresql://", "postgresql+psycopg://", 1)
    if url.startswith("sqlite"):
        return _open_sqlite(url)
    # `pool_pre_ping`: a connection that the server has ended meanwhile is replaced before anybody works on it.
    kept: dict[str, Any] = {"pool_size": pool_size, "max_overflow": pool_size, "pool_pre_ping": True}
    engine = sa.create_engine(
        url,
        hide_parameters=True,  # a failed statement must not repeat what somebody reported
        **(kept if pool_size else {"poolclass": NullPool}),
        connect_args={
            "options": f"-csearch_path={service} -ctimezone=UTC {_READS_ANYWHERE} "
            f"-cidle_in_transaction_session_timeout={longest_idle_seconds}s",
            **_ALIVE,
        },
    )
    engine.dialect.do_ping = _is_open  # type: ignore[assignment,method-assign]
    event.listen(engine, "do_executemany", _one_by_one)
    return engine


def _one_by_one(cursor: Any, statement: str, rows: Sequence[Any], _context: object) -> bool:
    """Send a statement with one row after the other, each answered before the next; what is much travels in `bulk`.

    The driver would send them all in a pipeline. Within one PostgreSQL counts no idle time: a process that is frozen
    there would keep what it has locked until it goes on, and nobody could take its place (`longest_idle_seconds`).
    """
    for row in rows:
        cursor.execute(statement, row)
    return True  # done: the driver's own way is not taken


def _is_open(connection: Any) -> bool:
    """Tell whether the server has not ended a connection, without a round trip for each transaction.

    Between transactions a server says nothing, unless it is that this is the end.
    """
    looked = select.poll()
    looked.register(connection.fileno(), select.POLLIN)
    return not looked.poll(0)


def _open_sqlite(url: str) -> sa.Engine:
    """The pool hands connections from thread to thread; `Store` sees to it that one thread at a time writes."""
    path = sa.make_url(url).database
    if path:
        Path(path).parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        _make_private(Path(path))
    engine = sa.create_engine(
        url,
        hide_parameters=True,
        # In memory each connection would have a database of its own: all share one.
        poolclass=None if path else StaticPool,
        # The half minute is for other processes, such as a command beside a running house: threads wait in `Store`.
        connect_args={
            "check_same_thread": False,
            "timeout": 30,
            "factory": sqlite3.Connection if path else ToldConnection,
        },
    )
    event.listen(engine, "connect", _on_sqlite_connect)
    return engine


def _make_private(path: Path) -> None:
    """See to it that its owner alone reads the store; SQLite gives what it writes beside the file the same permissions.

    Also for a store of before: what it holds is as private as what comes.
    """
    # What is there is not opened: closing it here would end the locks that this process holds on it through SQLite.
    with suppress(FileExistsError):
        path.touch(mode=0o600, exist_ok=False)
    for file in (path, path.with_name(f"{path.name}-wal"), path.with_name(f"{path.name}-shm")):
        with suppress(OSError):  # there is none, or it is another user's: theirs to guard
            file.chmod(0o600)


def _on_sqlite_connect(connection: Any, _record: object) -> None:
    """WAL with full synchronisation: what was answered survives a killed process and a power cut.

    The driver's own transaction handling is off: `Store.begin` begins them as 'immediate'. A deferred one, which reads
    first and writes later, fails where another has written in between, and waiting does not help it.
    """
    connection.isolation_level = None
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=FULL")
    # SQLite leaves them unchecked unless each connection asks for it.
    connection.execute("PRAGMA foreign_keys=ON")
