"""The roles in PostgreSQL by which a house works, and connections in each of them.

  <house>_owner           owns schemas and tables; nobody signs in as it, migrations alone take it on
  <house>_<service>       signs in, with a password of its own; may do nothing but take on one of the next
  <house>_<service>_town  requests: rows of the one town that the transaction names (`confinement`)
  <house>_<service>_work  messages, duties and commands: all towns
  <house>_<service>_…     further parts that need less: the relay, an engine

The house is its database's name: a second house on the same server has roles of its own. A store without these roles
(SQLite, a database that nobody has provisioned) is worked on as the address says.
"""

import threading
from datetime import datetime
from functools import partial
from typing import Any

import sqlalchemy as sa
from sqlalchemy import event

from shared.db.driver import fetch, run
from shared.db.driver_values import as_utc
from shared.kernel.scope import StorePart

LONGEST_NAME = 63  # bytes; PostgreSQL cuts the rest off without a word, and two houses would share a role
TOWN = "gridcase.town"


def owner_of(house: str) -> str:
    """Return the role that owns a house's tables."""
    return _name(house, "owner")


def login_of(house: str, service: str) -> str:
    """Return the role with which a service signs in."""
    return _name(house, service)


def part_of(house: str, service: str, part: str) -> str:
    """Return the role that does one part of a service's work."""
    return _name(house, service, part)


def _name(*words: str) -> str:
    name = "_".join(words)
    if len(name.encode()) > LONGEST_NAME:
        raise ValueError(f"{name!r} is longer than the {LONGEST_NAME} bytes that a role's name may have")
    return name


class RoleEngines:
    """A store's connections, each part of the work with its own; shared by all threads of a process.

    Not one pool whose connections change their role: plans that rest on row-level security hold for one role alone and
    would be made anew with every change, and requests could wait for connections that the house's own work holds.

    Args:
        engine: of the service's address, as `shared.db.engines` opens it.
    """

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine
        self._engines: dict[StorePart, sa.Engine] = {}
        self._lock = threading.Lock()

    def of(self, part: StorePart) -> sa.Engine:
        """Return the engine for a part of the work; SQLite, which has no roles, has one for all."""
        if self._engine.dialect.name == "sqlite":
            return self._engine
        with self._lock:
            if part not in self._engines:
                self._engines[part] = _in_role(self._engine, part)
            return self._engines[part]

    def dispose(self) -> None:
        """Close all connections; disposing of the address's own engine does so too."""
        self._engine.dispose()


def _in_role(engine: sa.Engine, part: StorePart) -> sa.Engine:
    """The same address with a pool of its own, whose connections take a role on before anybody gets them."""
    own = sa.Engine(
        engine.pool.recreate(), engine.dialect, engine.url, hide_parameters=engine.hide_parameters
    )
    event.listen(own, "connect", partial(_take_on, part.value))
    # Whoever opened the address may know of no roles.
    event.listen(engine, "engine_disposed", lambda _engine: own.dispose())
    return own


# For the session, so that nothing has to be said again in every transaction; whoever signs in as somebody without such
# a role (an administrator, a store from before there were any) goes on as who they are.
_TAKE_ON = (
    "select set_config('role', rolname, false) from pg_roles "
    "where rolname = session_user || '_' || %s and pg_has_role(session_user, oid, 'member')"
)


def _take_on(part: str, connection: Any, _record: object) -> None:
    with connection.cursor() as cursor:
        cursor.execute(_TAKE_ON, (part,))
    connection.commit()  # a rollback would take the role off again


_SET_TOWN = f"select set_config('{TOWN}', $1, true)"
_SET_TOWN_AND_TELL_TIME = f"select clock_timestamp(), set_config('{TOWN}', $1, true)"


def set_town(conn: sa.Connection, town: str) -> None:
    """Name the town whose rows this transaction may reach; it is forgotten at the transaction's end.

    Args:
        conn: in a transaction, in PostgreSQL; elsewhere nothing is done.
        town: `EVERYWHERE` for all.
    """
    if conn.dialect.name != "sqlite":
        run(conn, _SET_TOWN, (town,))


def set_town_and_tell_time(conn: sa.Connection, town: str) -> datetime:
    """Do the same and return the database's time: one round trip for what every writing transaction asks."""
    ((at, _),) = fetch(conn, _SET_TOWN_AND_TELL_TIME, (town,))
    return as_utc(at)
