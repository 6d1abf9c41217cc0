"""Statements without SQLAlchemy in between: what it makes of an answer costs several times what the database takes.

For the few statements of which every message or report needs some. Whoever listens to the engine's statements hears of
these too, and what fails does so as it does with SQLAlchemy. Parameters stand in a statement as its database has them,
'?' in SQLite and '$1' in PostgreSQL (`marks`): other marks psycopg looks for in each statement anew, if it is long.
"""

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

import sqlalchemy as sa

Values = Sequence[Any]
Converter = Callable[[Any], Any]
T = TypeVar("T")
POSTGRES = "postgresql"


def marks(dialect: str, number: int) -> list[str]:
    """Return the marks of a statement's parameters, so many, in their order."""
    return [f"${place + 1}" if dialect == POSTGRES else "?" for place in range(number)]


def fetch(conn: sa.Connection, statement: str, values: Values = ()) -> list[tuple[Any, ...]]:
    """Return the rows of one statement, as the driver gives them.

    Raises:
        sqlalchemy.exc.DBAPIError: as from `conn.exec_driver_sql`.
    """
    found: list[tuple[Any, ...]] = _by_driver(
        conn, statement, values, lambda cursor: cursor.execute(statement, values).fetchall()
    )
    return found


def run(conn: sa.Connection, statement: str, values: Values = ()) -> None:
    """Run one statement.

    Raises:
        sqlalchemy.exc.DBAPIError: as from `conn.exec_driver_sql`.
    """
    _by_driver(conn, statement, values, lambda cursor: cursor.execute(statement, values))


def run_for_each(conn: sa.Connection, statement: str, many: Sequence[Values]) -> None:
    """Run one statement for each of many rows of values; in PostgreSQL one after the other (`engines`: no pipeline).

    Raises:
        sqlalchemy.exc.DBAPIError: as from `conn.exec_driver_sql`.
    """
    _by_driver(conn, statement, many, lambda cursor: _each(cursor, conn.dialect.name, statement, many))


def _each(cursor: Any, dialect: str, statement: str, many: Sequence[Values]) -> None:
    if dialect != POSTGRES:
        cursor.executemany(statement, many)
        return
    for values in many:
        cursor.execute(statement, values)


class KeptQuery:
    """A query that is translated for its database once, and then given values; for what is asked for every report.

    Args:
        query: with a parameter for each value that changes.
    """

    def __init__(self, query: sa.Select[Any]) -> None:
        self._query = query
        self._names = query.selected_columns.keys()
        self._translated: dict[str, _Translated] = {}

    def fetch(self, conn: sa.Connection, **values: Any) -> list[tuple[Any, ...]]:
        """Return the rows, each value as its column's type has it.

        Args:
            values: by the parameters' names.

        Raises:
            sqlalchemy.exc.DBAPIError: as from `conn.execute`.
        """
        dialect = conn.dialect
        # Two threads that meet translate the same.
        known = self._translated.get(dialect.name)
        if known is None:
            known = self._translated[dialect.name] = _Translated(self._query, dialect)
        return [known.read(row) for row in fetch(conn, known.text, known.bound(**values))]

    def made(self, conn: sa.Connection, make: Callable[[Any], T], **values: Any) -> list[T]:
        """Return what is made of each row.

        Args:
            make: gets a row's values by the names of its columns.
            values: by the parameters' names.

        Raises:
            sqlalchemy.exc.DBAPIError: as from `conn.execute`.
        """
        return [make(dict(zip(self._names, row, strict=True))) for row in self.fetch(conn, **values)]

    def value(self, conn: sa.Connection, **values: Any) -> Any:
        """Return the first column of the first row; None where there is none.

        Args:
            values: by the parameters' names.

        Raises:
            sqlalchemy.exc.DBAPIError: as from `conn.execute`.
        """
        rows = self.fetch(conn, **values)
        return rows[0][0] if rows else None


class _Translated:
    """A query in the words of one database, and what its values look like there."""

    def __init__(self, query: sa.Select[Any], dialect: sa.Dialect) -> None:
        kind: Any = type(dialect)
        paramstyle = "numeric_dollar" if dialect.name == POSTGRES else "qmark"
        compiled: Any = query.compile(dialect=kind(paramstyle=paramstyle))
        binds = compiled.binds
        # What stands in the query itself, a limit's number or the values of an `in`, is set now and stays.
        whole = compiled.construct_expanded_state({name: None for name in binds if binds[name].required})
        listed = {part: name for name, parts in whole.parameter_expansion.items() for part in parts}
        self.text, self._set = whole.statement, whole.parameters
        self._bound = [(name, _to(binds[listed.get(name, name)].type, dialect)) for name in whole.positiontup]
        self._read = [_from(column.type, dialect) for column in query.selected_columns]

    def bound(self, **values: Any) -> Values:
        """Return the values in their places, as the driver takes them."""
        given = {**self._set, **values}
        return tuple(convert(given[name]) for name, convert in self._bound)

    def read(self, row: Sequence[Any]) -> tuple[Any, ...]:
        """Return a row as the columns' types have it."""
        return tuple(convert(value) for convert, value in zip(self._read, row, strict=True))


def _to(type_: sa.types.TypeEngine[Any], dialect: sa.Dialect) -> Converter:
    return type_.dialect_impl(dialect).bind_processor(dialect) or _as_it_is


def _from(type_: sa.types.TypeEngine[Any], dialect: sa.Dialect) -> Converter:
    return type_.dialect_impl(dialect).result_processor(dialect, None) or _as_it_is


def _as_it_is(value: Any) -> Any:
    return value


def _by_driver(conn: sa.Connection, statement: str, values: Any, act: Callable[[Any], Any]) -> Any:
    """Act with a cursor; what fails is told as SQLAlchemy tells it, and a lost connection is given up."""
    for listener in conn.engine.dispatch.before_cursor_execute:
        listener(conn, None, statement, values, None, False)
    driver, dbapi = _driver_of(conn), conn.dialect.loaded_dbapi
    try:
        return act(dbapi.RawCursor(driver) if conn.dialect.name == POSTGRES else driver.cursor())
    except dbapi.Error as failure:
        is_lost = conn.dialect.is_disconnect(failure, driver, None)
        if is_lost:
            conn.invalidate(failure)
        raise _told(conn, statement, values, failure, is_lost=is_lost) from failure


def _driver_of(conn: sa.Connection) -> Any:
    return conn.connection.driver_connection


def _told(
    conn: sa.Connection, statement: str, values: Any, failure: Exception, *, is_lost: bool
) -> BaseException:
    return sa.exc.DBAPIError.instance(
        statement,
        values,
        failure,
        conn.dialect.loaded_dbapi.Error,
        hide_parameters=True,
        connection_invalidated=is_lost,
        dialect=conn.dialect,
    )
