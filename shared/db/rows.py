"""An identity map over one table within one transaction: read in bulk, changed in memory, written in bulk."""

from collections.abc import Iterable, Sequence
from functools import cache
from operator import itemgetter
from typing import Any

import sqlalchemy as sa

from shared.db.bulk import Key, Row, insert_many, select_many, update_many
from shared.db.types import JsonText


class Rows:
    """The rows of one table that a transaction has touched.

    Keys are the primary key's value, or the tuple of values where it has several columns.
    On PostgreSQL rows read through here are locked for the transaction. What is not there can't be locked: of two
    transactions that insert one key at the same moment the second fails when it writes, and is taken again whole.

    Args:
        conn: in a transaction.
        table: with a primary key; its rows are dictionaries by the columns' names.
    """

    def __init__(self, conn: sa.Connection, table: sa.Table) -> None:
        self._conn = conn
        self._table = table
        self._keys, self._mutable = _keys_of(table), _mutable_of(table)
        self._before: dict[Key, Row] = {}  # as read; never written to, unlike the copies handed out
        self._known: dict[Key, Row | None] = {}  # None: looked for, and not there
        self._new: dict[Key, Row] = {}
        self._changed: dict[Key, Row] = {}
        self._appended: list[Row] = []

    def prefetch(self, keys: Iterable[Any]) -> None:
        """Read many rows by key with one statement, in key order so that locks can't cross.

        Whoever knows beforehand which rows it will need asks for them at once: read one by one they would be locked
        in the order in which the messages happen to name them.

        Args:
            keys: those that were read before are passed over.
        """
        wanted = sorted({key for raw in keys if (key := _as_key(raw)) not in self._known})
        if not wanted:
            return
        # What the statement does not find is known not to be there, and is not looked for again.
        self._known.update(dict.fromkeys(wanted, None))
        for row in select_many(self._conn, self._table, wanted):
            key = self._key_of(row)
            self._known[key] = self._before[key] = row

    def hold(self, keys: Iterable[Any]) -> None:
        """Read many rows as `prefetch` does, and hold also those that are not there yet until the transaction ends.

        A row that does not exist can't be locked: two transactions could each find it absent and each act as the
        first. Whoever comes second waits here, and then finds what the first one has left.
        """
        wanted = sorted({_as_key(raw) for raw in keys})
        self.prefetch(wanted)
        absent = [key for key in wanted if self._known[key] is None]
        if not absent or self._conn.dialect.name != "postgresql":  # SQLite has one writer at a time anyway
            return
        names = [f"{self._table.fullname}/{key!r}" for key in absent]  # in key order, as rows are locked
        self._conn.execute(_HOLD, {"names": names})
        for key in absent:
            # Asked once more: a new statement sees what another has committed while this one waited for its lock.
            del self._known[key]
        self.prefetch(absent)

    def get(self, key: Any) -> Row | None:
        """Return a copy of the row as this transaction sees it, or None. Change it and `put` it back.

        Plain documents within it (`JsonText` without a shape) are not copied.

        Args:
            key: the primary key's value, or the tuple of its values.
        """
        known = _as_key(key)
        if known not in self._known:
            self.prefetch([known])
        found = self._known[known]
        return dict(found) if found is not None else None

    def put(self, row: Row) -> None:
        """Insert or replace a row at the flush.

        Args:
            row: every column whose value is to be kept, the key among them; rows of one flush have the same columns.
        """
        key = self._key_of(row)
        if key not in self._known:
            self.prefetch([key])
        # What was inserted in this transaction is inserted in its last form; it is not there yet to be updated.
        target = self._new if self._known[key] is None or key in self._new else self._changed
        target[key] = row
        self._known[key] = row

    def add(self, row: Row) -> None:
        """Insert a row whose key is known to be new: nothing is read, and nothing locked.

        Args:
            row: with its key; a key that is there after all makes the flush fail, and with it the transaction.
        """
        key = self._key_of(row)
        self._known[key] = row
        self._new[key] = row

    def append(self, row: Row) -> None:
        """Insert a row whose key the database gives; it can't be read back in this transaction.

        Args:
            row: without its key.
        """
        self._appended.append(row)

    def flush(self) -> bool:
        """Write what was put, added and appended, each kind with one bulk statement; tell whether there was any."""
        has_any = bool(self._new or self._appended or self._changed)
        insert_many(self._conn, self._table, [*self._new.values(), *self._appended])
        # One set of columns for all rows: where a row has not changed, what was read is written again. Nobody else can
        # have changed it since, for it was locked when it was read.
        changed = list(self._changed.values())
        update_many(self._conn, self._table, changed, self._columns_changed(changed))
        # From here on nobody knows any more what the store held before: what is put again is written whole.
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
        before = [known for row in rows if (known := self._before.get(self._key_of(row)))]
        if len(before) < len(rows) or not columns:
            return columns
        values = itemgetter(*rows[0])  # keys among them, so that there are several
        pairs = zip(
            rows[0], zip(*map(values, before), strict=True), zip(*map(values, rows), strict=True), strict=True
        )
        changed = {name for name, then, now in pairs if then != now}
        return [name for name in columns if name in changed or name in self._mutable]

    def _key_of(self, row: Row) -> Key:
        return tuple(row[key] for key in self._keys)


@cache
def _keys_of(table: sa.Table) -> list[str]:
    """Worked out once a table: a transaction makes an identity map for each one that it touches."""
    return [str(column.name) for column in table.primary_key.columns]


@cache
def _mutable_of(table: sa.Table) -> frozenset[str]:
    return frozenset(str(column.name) for column in table.columns if _is_mutable(column))


def _is_mutable(column: sa.Column[Any]) -> bool:
    """A document without a type of its own is plain lists and dictionaries."""
    return isinstance(column.type, JsonText) and column.type.shape is None


# One lock for each name, numbered by its hash; two names of one hash wait for each other needlessly and do no harm.
_HOLD = sa.text(
    "select pg_advisory_xact_lock(hashtextextended(name, 0)) "
    "from unnest(cast(:names as text[])) with ordinality as n(name, place) order by place"
)


def _as_key(raw: Any) -> Key:
    return raw if isinstance(raw, tuple) else (raw,)
