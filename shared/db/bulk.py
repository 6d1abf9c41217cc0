"""Reading and writing many rows of one table with one statement, at the least cost on both sides.

Decides how a batch travels: joined (`joined`) in PostgreSQL, by `executemany` in SQLite.
Values are bound and read here by the columns' own types; a table with a type unknown here is refused when it is
first used. Must not know which rows, or why.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cache
from operator import itemgetter
from typing import Any

import orjson
import sqlalchemy as sa

from shared.db.driver import POSTGRES, fetch, marks, run, run_for_each
from shared.db.driver_values import as_array, from_driver, postgres_type, to_driver
from shared.db.joined import as_texts, joined_insert, joined_update

Row = dict[str, Any]
Key = tuple[Any, ...]

# Two at least can travel together (`as_texts`). Above so many, texts are as long as a server likes to take at once.
_LEAST_IN_A_JOIN, _MOST_IN_A_JOIN = 2, 100


def insert_many(conn: sa.Connection, table: sa.Table, rows: Sequence[Row]) -> None:
    """Insert rows that all carry the same columns; columns that they lack are the database's to fill.

    Args:
        conn: in a transaction.
        rows: in the order in which the database is to number them, where it gives the key.

    Raises:
        KeyError: a row lacks a column that the first one has.
        TypeError: the table has a column of a type unknown here.
        sqlalchemy.exc.IntegrityError: a key is there already. Handlers must not learn that from here (decision 3):
            PostgreSQL has given the whole transaction up by then.
    """
    if not rows:
        return
    names = tuple(rows[0])
    binder = _binder(table, names, conn.dialect.name)
    for part in _parts(conn, rows):
        texts = _texts(conn, binder, part)
        if texts:
            run(conn, joined_insert(table, names), texts)
        else:
            _run(conn, binder.insert, [binder.bound(row) for row in part])


def update_many(conn: sa.Connection, table: sa.Table, rows: Sequence[Row], columns: Sequence[str]) -> None:
    """Give existing rows, found by their primary keys, new values in `columns`.

    Args:
        conn: in a transaction.
        rows: each with its key and all of `columns`; a row that is not there is passed over.
        columns: names, without those of the key; none: nothing is written.

    Raises:
        KeyError: a row lacks one of the columns.
        TypeError: the table has a column of a type unknown here.
    """
    if not rows or not columns:
        return
    keys = _keys(table)
    binder = _binder(table, (*columns, *keys), conn.dialect.name)
    for part in _parts(conn, rows):
        texts = _texts(conn, binder, part)
        if texts:
            # The server joins with the rows as with a table instead of being asked once for each.
            run(conn, joined_update(table, tuple(columns), keys), texts)
        else:
            update = _plain_update(table, tuple(columns), conn.dialect.name)
            _run(conn, update, [binder.bound(row) for row in part])


def _parts(conn: sa.Connection, rows: Sequence[Row]) -> Iterator[Sequence[Row]]:
    most = _MOST_IN_A_JOIN if conn.dialect.name == POSTGRES else len(rows)
    return (rows[first : first + most] for first in range(0, len(rows), most))


def _texts(conn: sa.Connection, binder: "_Binder", rows: Sequence[Row]) -> list[str] | None:
    """Return rows as they travel together, or None where each goes for itself."""
    if conn.dialect.name != POSTGRES or len(rows) < _LEAST_IN_A_JOIN:
        return None
    return as_texts(binder.table, binder.names, map(binder.pick, rows))


def select_many(conn: sa.Connection, table: sa.Table, keys: Sequence[Key]) -> list[Row]:
    """Return the rows with these primary keys in key order; PostgreSQL locks them for the transaction.

    Args:
        conn: in a transaction.
        keys: one at least, each a tuple of the primary key's values in the order of its columns; those that are not
            there are left out of the answer.
    """
    read = _reader(table, conn.dialect.name)
    return [read(row) for row in _selected(conn, table, keys)]


def _selected(conn: sa.Connection, table: sa.Table, keys: Sequence[Key]) -> Sequence[Sequence[Any]]:
    statement = _selection(table, conn.dialect.name)
    if conn.dialect.name == POSTGRES:
        return fetch(conn, statement, tuple(map(as_array, zip(*keys, strict=True))))
    return fetch(conn, statement, (orjson.dumps([list(key) for key in keys]).decode(),))


def _run(conn: sa.Connection, statement: str, many: Sequence[Sequence[Any]]) -> None:
    if len(many) == 1:
        run(conn, statement, many[0])
    else:
        run_for_each(conn, statement, many)


class _Binder:
    """How rows with certain columns are written to one table: the statement, and their values as the driver takes them.

    SQLAlchemy would look at every value's type again for every row; here it is done once for each set of columns.
    """

    def __init__(self, table: sa.Table, names: tuple[str, ...], dialect: str) -> None:
        given = ", ".join(marks(dialect, len(names)))
        self.insert = f'insert into "{table.name}" ({_listed(names)}) values ({given})'  # noqa: S608 - own names
        self.table, self.names = table, names
        self.pick = itemgetter(*names) if len(names) > 1 else lambda row: (row[names[0]],)
        converters = ((place, to_driver(table.c[name], dialect)) for place, name in enumerate(names))
        self._converters = [(place, convert) for place, convert in converters if convert is not None]

    def bound(self, row: Mapping[str, Any]) -> Sequence[Any]:
        """Return a row's values as the driver takes them."""
        values = list(self.pick(row))
        for place, convert in self._converters:
            if values[place] is not None:
                values[place] = convert(values[place])
        return tuple(values)


@cache  # tables and sets of columns come from the code: there are few, and none ever goes
def _binder(table: sa.Table, names: tuple[str, ...], dialect: str) -> _Binder:
    return _Binder(table, names, dialect)


@cache
def _plain_update(table: sa.Table, columns: tuple[str, ...], dialect: str) -> str:
    """One row by its key; where it is alone, or the database runs within the process."""
    given = iter(marks(dialect, len(columns) + len(_keys(table))))
    changes = ", ".join(f'"{name}" = {next(given)}' for name in columns)
    found = " and ".join(f'"{key}" = {next(given)}' for key in _keys(table))
    return f'update "{table.name}" set {changes} where {found}'  # noqa: S608 - own names


@cache
def _selection(table: sa.Table, dialect: str) -> str:
    """Rows by their keys, which come as one parameter however many they are: a JSON array, or an array a key column.

    The lock of `for update` is taken as the rows come, so the order by key is the order of locks: whoever reads the
    same rows at the same time takes them in the same order, and none waits for one who waits for it. `of t` leaves the
    list of keys out, which has no rows to lock. SQLite locks nothing: its one writer has the whole database.
    """
    keys = _keys(table)
    order = ", ".join(f't."{key}"' for key in keys)
    columns = ", ".join(f't."{column.name}"' for column in table.columns)
    if dialect != POSTGRES:
        places = ", ".join(f"json_extract(value, '$[{place}]')" for place in range(len(keys)))
        among = f"({order}) in (select {places} from json_each(?))"  # noqa: S608 - own names
        return f'select {columns} from "{table.name}" t where {among} order by {order}'  # noqa: S608 - own names
    given = zip(keys, marks(dialect, len(keys)), strict=True)
    arrays = ", ".join(f"{mark}::text::{postgres_type(table.c[key])}[]" for key, mark in given)
    found = " and ".join(f't."{key}" = w."{key}"' for key in keys)
    wanted = f"unnest({arrays}) as w({_listed(keys)}) on {found} order by {order} for update of t"
    return f'select {columns} from "{table.name}" t join {wanted}'  # noqa: S608 - own names


@cache
def _reader(table: sa.Table, dialect: str) -> Callable[[Sequence[Any]], Row]:
    names = [str(column.name) for column in table.columns]
    converters = [
        (str(column.name), convert)
        for column in table.columns
        if (convert := from_driver(column, dialect)) is not None
    ]

    def read(values: Sequence[Any]) -> Row:
        row = dict(zip(names, values, strict=True))
        for name, convert in converters:
            if row[name] is not None:
                row[name] = convert(row[name])
        return row

    return read


@cache
def _keys(table: sa.Table) -> tuple[str, ...]:
    return tuple(str(column.name) for column in table.primary_key.columns)


def _listed(names: Sequence[str]) -> str:
    return ", ".join(f'"{name}"' for name in names)
