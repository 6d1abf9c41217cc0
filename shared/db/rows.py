"""An identity map over one table within one transaction: read in bulk, changed in memory, written in bulk."""

from collections.abc import Iterable, Sequence
from typing import Any

import sqlalchemy as sa

from shared.db.bulk import Key, Row, insert_many, select_many, update_many
from shared.db.types import JsonText


class Rows:
    """The rows of one table that a transaction has touched.

    Keys are the primary key's value, or the tuple of values where it has several columns.
    On PostgreSQL rows read through here are locked for the transaction.
    """

    def __init__(self, conn: sa.Connection, table: sa.Table) -> None:
        self._conn = conn
        self._table = table
        self._keys = [str(column.name) for column in table.primary_key.columns]
        self._mutable = {str(column.name) for column in table.columns if isinstance(column.type, JsonText)}
        self._before: dict[Key, Row] = {}  # as read; never written to, unlike the copies handed out
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
        for row in select_many(self._conn, self._table, wanted):
            key = self._key_of(row)
            self._known[key] = self._before[key] = row

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

    def flush(self) -> bool:
        """Write what was put, added and appended, each kind with one bulk statement; tell whether there was any."""
        has_any = bool(self._new or self._appended or self._changed)
        insert_many(self._conn, self._table, [*self._new.values(), *self._appended])
        changed = list(self._changed.values())
        update_many(self._conn, self._table, changed, self._columns_changed(changed))
        self._before.clear()
        self._new.clear()
        self._appended.clear()
        self._changed.clear()
        return has_any

    def _columns_changed(self, rows: Sequence[Row]) -> list[str]:
        """Columns in which any of the rows differs from what was read.

        A JSON value may have been changed in place, in what was read as well: it always counts as changed.
        """
        columns = [name for name in (rows[0] if rows else ()) if name not in self._keys]
        pairs = [(row, self._before.get(self._key_of(row))) for row in rows]
        if any(before is None for _, before in pairs):
            return columns
        return [
            name
            for name in columns
            if name in self._mutable
            or any(before is not None and row[name] != before[name] for row, before in pairs)
        ]

    def _key_of(self, row: Row) -> Key:
        return tuple(row[key] for key in self._keys)


def _as_key(raw: Any) -> Key:
    return raw if isinstance(raw, tuple) else (raw,)
