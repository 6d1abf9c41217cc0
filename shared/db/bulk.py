"""Reading and writing many rows of one table with one statement, at the least cost on both sides.

Decides how a batch travels: `copy` and one joined update in PostgreSQL, `executemany` on the driver in SQLite.
Values are bound and read here by the columns' own types; a table with a type unknown here is refused when it is
first used. Must not know which rows, or why.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import cache
from operator import itemgetter
from typing import Any

import orjson
import psycopg
import sqlalchemy as sa

from shared.db.types import Instant, JsonText

Row = dict[str, Any]
Key = tuple[Any, ...]
Turn = Callable[[Any], Any]

_WORTH_COPYING = 8  # rows; below that, plain inserts are cheaper for the server
_POSTGRES = "postgresql"


def insert_many(conn: sa.Connection, table: sa.Table, rows: Sequence[Row]) -> None:
    """Insert rows that all carry the same columns; columns that they lack are the database's to fill."""
    if not rows:
        return
    given = _given(table, tuple(rows[0]), conn.dialect.name)
    tuples = [given.bound(row) for row in rows]
    if conn.dialect.name == _POSTGRES and len(rows) >= _WORTH_COPYING:
        _copy(conn, given, tuples)
    else:
        conn.exec_driver_sql(given.insert, tuples)


def update_many(conn: sa.Connection, table: sa.Table, rows: Sequence[Row], columns: Sequence[str]) -> None:
    """Give existing rows, found by their primary keys, new values in `columns`."""
    if not rows or not columns:
        return
    if conn.dialect.name == _POSTGRES:
        names = (*_keys(table), *columns)
        travelling = orjson.dumps([_travelling(table, names)(row) for row in rows]).decode()
        conn.exec_driver_sql(_joined_update(table, tuple(columns)), (travelling,))
        return
    given = _given(table, (*columns, *_keys(table)), conn.dialect.name)
    conn.exec_driver_sql(_plain_update(table, tuple(columns)), [given.bound(row) for row in rows])


def select_many(conn: sa.Connection, table: sa.Table, keys: Sequence[Key]) -> list[Row]:
    """Return the rows with these primary keys in key order; PostgreSQL locks them for the transaction."""
    parameters: tuple[Any, ...]
    if conn.dialect.name == _POSTGRES:
        parameters = tuple(list(part) for part in zip(*keys, strict=True))
    else:
        parameters = (orjson.dumps([list(key) for key in keys]).decode(),)
    found = conn.exec_driver_sql(_selection(table, conn.dialect.name), parameters)
    read = _reading(table, conn.dialect.name)
    return [read(row) for row in found]


class _Given:
    """How rows with certain columns are written to one table."""

    def __init__(self, table: sa.Table, names: tuple[str, ...], dialect: str) -> None:
        self.table = table
        self.columns = _listed(names)
        self.types = [_postgres_type(table.c[name]) for name in names]
        mark = "%s" if dialect == _POSTGRES else "?"
        marks = ", ".join([mark] * len(names))
        self.insert = f'insert into "{table.name}" ({self.columns}) values ({marks})'  # noqa: S608 - own names
        self._pick = itemgetter(*names) if len(names) > 1 else lambda row: (row[names[0]],)
        turns = ((place, _binding(table.c[name], dialect)) for place, name in enumerate(names))
        self._turns = [(place, turn) for place, turn in turns if turn is not None]

    def bound(self, row: Mapping[str, Any]) -> Sequence[Any]:
        """Return a row's values as the driver takes them."""
        values = list(self._pick(row))
        for place, turn in self._turns:
            if values[place] is not None:
                values[place] = turn(values[place])
        return tuple(values)


@cache
def _given(table: sa.Table, names: tuple[str, ...], dialect: str) -> _Given:
    return _Given(table, names, dialect)


def _copy(conn: sa.Connection, given: _Given, rows: Sequence[Sequence[Any]]) -> None:
    words = f'copy "{given.table.name}" ({given.columns}) from stdin (format binary)'
    driver: psycopg.Connection[Any] = conn.connection.driver_connection  # type: ignore[assignment]
    with _as_sqlalchemy_tells(conn, words), driver.cursor() as cursor, cursor.copy(words) as copy:
        copy.set_types(given.types)
        for row in rows:
            copy.write_row(row)


@contextmanager
def _as_sqlalchemy_tells(conn: sa.Connection, words: str) -> Iterator[None]:
    """A failure of the driver looks the same whichever way it was called: an absent store is told by its type."""
    try:
        yield
    except psycopg.Error as failure:
        raise sa.exc.DBAPIError.instance(
            words, None, failure, psycopg.Error, dialect=conn.dialect,
            connection_invalidated=isinstance(failure, psycopg.OperationalError)) from failure  # fmt: skip


@cache
def _joined_update(table: sa.Table, columns: tuple[str, ...]) -> str:
    typed = ", ".join(f'"{name}" {_travelling_type(table.c[name])}' for name in (*_keys(table), *columns))
    changes = ", ".join(f'"{name}" = {_arrived(table.c[name])}' for name in columns)
    found = " and ".join(f't."{key}" = v."{key}"' for key in _keys(table))
    arrived = f"json_to_recordset(%s::json) as v({typed})"
    return f'update "{table.name}" t set {changes} from {arrived} where {found}'  # noqa: S608 - own names


@cache
def _plain_update(table: sa.Table, columns: tuple[str, ...]) -> str:
    changes = ", ".join(f'"{name}" = ?' for name in columns)
    found = " and ".join(f'"{key}" = ?' for key in _keys(table))
    return f'update "{table.name}" set {changes} where {found}'  # noqa: S608 - own names


@cache
def _selection(table: sa.Table, dialect: str) -> str:
    keys = _keys(table)
    order = ", ".join(f't."{key}"' for key in keys)
    columns = ", ".join(f't."{column.name}"' for column in table.columns)
    if dialect != _POSTGRES:
        places = ", ".join(f"json_extract(value, '$[{place}]')" for place in range(len(keys)))
        among = f"({order}) in (select {places} from json_each(?))"  # noqa: S608 - own names
        return f'select {columns} from "{table.name}" t where {among} order by {order}'  # noqa: S608 - own names
    arrays = ", ".join(f"%s::{_postgres_type(table.c[key])}[]" for key in keys)
    found = " and ".join(f't."{key}" = w."{key}"' for key in keys)
    wanted = f"unnest({arrays}) as w({_listed(keys)}) on {found} order by {order} for update of t"
    return f'select {columns} from "{table.name}" t join {wanted}'  # noqa: S608 - own names


@cache
def _reading(table: sa.Table, dialect: str) -> Callable[[Sequence[Any]], Row]:
    names = [str(column.name) for column in table.columns]
    turns = [
        (str(column.name), turn)
        for column in table.columns
        if (turn := _loading(column, dialect)) is not None
    ]

    def read(values: Sequence[Any]) -> Row:
        row = dict(zip(names, values, strict=True))
        for name, turn in turns:
            if row[name] is not None:
                row[name] = turn(row[name])
        return row

    return read


@cache
def _travelling(table: sa.Table, names: tuple[str, ...]) -> Callable[[Row], Row]:
    """Rows travel as JSON to be joined with: JSON columns as they are, bytes in hexadecimal."""
    in_bytes = [name for name in names if isinstance(table.c[name].type, sa.LargeBinary)]
    instants = [name for name in names if isinstance(table.c[name].type, Instant)]

    def travel(row: Row) -> Row:
        chosen = {name: row[name] for name in names}
        for name in in_bytes:
            chosen[name] = None if row[name] is None else f"\\x{row[name].hex()}"
        for name in instants:
            chosen[name] = None if row[name] is None else _aware(row[name])
        return chosen

    return travel


def _travelling_type(column: sa.Column[Any]) -> str:
    return "json" if isinstance(column.type, JsonText) else _postgres_type(column)


def _arrived(column: sa.Column[Any]) -> str:
    return f'v."{column.name}"::text' if isinstance(column.type, JsonText) else f'v."{column.name}"'


def _binding(column: sa.Column[Any], dialect: str) -> Turn | None:
    if isinstance(column.type, JsonText):
        return lambda value: orjson.dumps(value).decode()
    if isinstance(column.type, Instant):
        return _aware if dialect == _POSTGRES else _sqlite_instant
    return None


def _loading(column: sa.Column[Any], dialect: str) -> Turn | None:
    if isinstance(column.type, JsonText):
        return orjson.loads
    if isinstance(column.type, Instant):
        return _utc if dialect == _POSTGRES else _read_sqlite_instant
    if isinstance(column.type, sa.Boolean) and dialect != _POSTGRES:
        return bool
    return None


_POSTGRES_TYPES: tuple[tuple[type[sa.types.TypeEngine[Any]], str], ...] = (
    (Instant, "timestamptz"), (JsonText, "text"), (sa.LargeBinary, "bytea"), (sa.Boolean, "bool"),
    (sa.BigInteger, "int8"), (sa.Integer, "int4"), (sa.String, "text"),
)  # fmt: skip


@cache
def _postgres_type(column: sa.Column[Any]) -> str:
    for type_, name in _POSTGRES_TYPES:
        if isinstance(column.type, type_):
            return name
    raise TypeError(f"{column} has a type that is not written in bulk: {column.type!r}")


def _aware(at: datetime) -> datetime:
    if at.tzinfo is None:
        raise ValueError(f"{at!r} is no instant: it has no offset")
    return at


def _utc(at: datetime) -> datetime:
    return at.astimezone(UTC)


def _sqlite_instant(at: datetime) -> str:
    return _aware(at).astimezone(UTC).replace(tzinfo=None).isoformat(" ", "microseconds")


def _read_sqlite_instant(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@cache
def _keys(table: sa.Table) -> tuple[str, ...]:
    return tuple(str(column.name) for column in table.primary_key.columns)


def _listed(names: Sequence[str]) -> str:
    return ", ".join(f'"{name}"' for name in names)
