"""Statements on SQLite without SQLAlchemy in between: what it makes of an answer costs several times what SQLite takes.

For the few statements of which every message needs some. Whoever listens to the engine's statements hears of these too,
and what fails does so as it does with SQLAlchemy.
"""

import sqlite3
from collections.abc import Callable, Sequence
from typing import Any, Self

import sqlalchemy as sa

Values = Sequence[Any]


class ToldConnection(sqlite3.Connection):
    """A connection of which somebody hears every statement before it is run.

    Attributes:
        hear: gets its text.
    """

    hear: Callable[[str], None] = staticmethod(lambda _: None)

    def cursor(self, *args: Any) -> Any:
        """Return what statements are run by."""
        return super().cursor(*args or (_ToldCursor,))


class _ToldCursor(sqlite3.Cursor):
    connection: ToldConnection

    def execute(self, statement: str, *values: Any) -> Self:
        self.connection.hear(statement)
        return super().execute(statement, *values)

    def executemany(self, statement: str, many: Any, /) -> Self:
        self.connection.hear(statement)
        return super().executemany(statement, many)


def fetch(conn: sa.Connection, statement: str, values: Values) -> list[tuple[Any, ...]]:
    """Return the rows of one statement, as the driver gives them.

    Args:
        conn: in a transaction.

    Raises:
        sqlalchemy.exc.DBAPIError: as from `conn.exec_driver_sql`.
    """
    driver = _driver_of(conn, statement, values)
    try:
        found: list[tuple[Any, ...]] = driver.cursor().execute(statement, values).fetchall()
    except sqlite3.Error as failure:
        raise _told(conn, statement, values, failure) from failure
    return found


def run_for_each(conn: sa.Connection, statement: str, many: Sequence[Values]) -> None:
    """Run one statement for each of many rows of values.

    Args:
        conn: in a transaction.

    Raises:
        sqlalchemy.exc.DBAPIError: as from `conn.exec_driver_sql`.
    """
    driver = _driver_of(conn, statement, many)
    try:
        driver.cursor().executemany(statement, many)
    except sqlite3.Error as failure:
        raise _told(conn, statement, many, failure) from failure


def _driver_of(conn: sa.Connection, statement: str, values: Any) -> sqlite3.Connection:
    for listener in conn.engine.dispatch.before_cursor_execute:
        listener(conn, None, statement, values, None, False)
    driver: Any = conn.connection.driver_connection
    found: sqlite3.Connection = driver
    return found


def _told(conn: sa.Connection, statement: str, values: Any, failure: sqlite3.Error) -> BaseException:
    return sa.exc.DBAPIError.instance(
        statement, values, failure, sqlite3.Error, hide_parameters=True, dialect=conn.dialect
    )
