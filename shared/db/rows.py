"""An identity map over one table within one transaction: read in bulk, changed in memory, written in bulk."""

from collections.abc import Iterable
from typing import Any

import sqlalchemy as sa

Row = dict[str, Any]
Key = tuple[Any, ...]


class Rows:
    """The rows of one table that a transaction has touched.

    Keys are the primary key's value, or the tuple of values where it has several columns.
    On PostgreSQL rows read through here are locked for the transaction.
    """

    def __init__(self, conn: sa.Connection, table: sa.Table) -> None:
        self._conn = conn
        self._table = table
        self._keys = [column.name for column in table.primary_key.columns]
        self._known: dict[Key, Row | None] = {}
        self._new: dict[Key, Row] = {}
        self._changed: dict[Key, Row] = {}
        self._appended: list[Row] = []

    def prefetch(self, keys: Iterable[Any]) -> None:
        """Read many rows by key with one statement, in key order so that locks can't cross."""
        wanted = sorted({key for raw in keys if (key := _as_key(raw)) not in self._known})
        if not wanted:
            return
        self._known.update(dict.fromkeys(wanted, None))
        for row in self._select(wanted):
            self._known[self._key_of(row)] = row

    def get(self, key: Any) -> Row | None:
        """Return the row as this transaction sees it, or None. Change it and `put` it back."""
        self.prefetch([key])
        found = self._known[_as_key(key)]
        return dict(found) if found is not None else None

    def put(self, row: Row) -> None:
        """Insert or replace a row at the flush."""
        key = self._key_of(row)
        if key not in self._known:
            self.prefetch([key])
        target = self._new if self._known[key] is None or key in self._new else self._changed
        target[key] = row
        self._known[key] = row

    def add(self, row: Row) -> None:
        """Insert a row whose key is known to be new (nothing is read)."""
        key = self._key_of(row)
        self._known[key] = row
        self._new[key] = row

    def append(self, row: Row) -> None:
        """Insert a row whose key the database gives; it can't be read back in this transaction."""
        self._appended.append(row)

    def flush(self) -> None:
        """Write what was put, added and appended, each kind with one bulk statement."""
        if inserts := [*self._new.values(), *self._appended]:
            self._conn.execute(sa.insert(self._table), inserts)
        if self._changed:
            self._update(list(self._changed.values()))
        self._new.clear()
        self._appended.clear()
        self._changed.clear()

    def _update(self, rows: list[Row]) -> None:
        columns = [name for name in rows[0] if name not in self._keys]
        where = sa.and_(*(self._table.c[key] == sa.bindparam(f"key_{key}") for key in self._keys))
        statement = sa.update(self._table).where(where).values({name: sa.bindparam(name) for name in columns})
        self._conn.execute(statement, [
            {**{name: row[name] for name in columns}, **{f"key_{key}": row[key] for key in self._keys}}
            for row in rows])

    def _select(self, keys: list[Key]) -> list[Row]:
        statement = sa.select(self._table).where(self._among(keys)).order_by(
            *(self._table.c[key] for key in self._keys))
        if self._conn.dialect.name == "postgresql":
            statement = statement.with_for_update()
        return [dict(row) for row in self._conn.execute(statement).mappings()]

    def _among(self, keys: list[Key]) -> sa.ColumnElement[bool]:
        if len(self._keys) == 1:
            return self._table.c[self._keys[0]].in_([key[0] for key in keys])
        return sa.tuple_(*(self._table.c[key] for key in self._keys)).in_(keys)

    def _key_of(self, row: Row) -> Key:
        return tuple(row[key] for key in self._keys)


def _as_key(raw: Any) -> Key:
    return raw if isinstance(raw, tuple) else (raw,)
