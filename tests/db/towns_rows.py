"""The same rows for two towns, one of every table that keeps towns apart."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa

from shared.db.confinement import asked_of
from shared.db.store import Store
from shared.db.types import Instant, JsonText

TOWNS = ("t-one", "t-two")
AT = datetime(2026, 3, 9, tzinfo=UTC)


def fill(store: Store, tables: Sequence[sa.Table]) -> dict[str, int]:
    """Write one row for each town, past all rules; return how many of a town each table has.

    What names a row of another table names that of the same town: every key is the town's own.
    """
    written = {}
    with store.begin() as work:
        for table in tables:
            if asked_of(table).rows == "true" or not asked_of(table).verbs:
                continue
            for town in TOWNS:
                row = {
                    column.name: _value(column, town) for column in table.columns if column.identity is None
                }
                own = {name: value for name, value in row.items() if not _is_given(table, name)}
                work.conn.execute(sa.text(_insert(table, own)), own)
            written[table.name] = 1
    return written


def _is_given(table: sa.Table, name: str) -> bool:
    """Whether the database numbers it."""
    return name == "id" and isinstance(table.c[name].type, sa.BigInteger)


def _insert(table: sa.Table, row: dict[str, Any]) -> str:
    names = ", ".join(f'"{name}"' for name in row)
    return f'insert into "{table.name}" ({names}) values ({", ".join(f":{name}" for name in row)})'


def _value(column: sa.Column[Any], town: str) -> Any:
    if column.nullable and not column.primary_key:
        return None
    for kind, value in (
        (Instant, AT), (JsonText, "{}"), (sa.LargeBinary, b""), (sa.Boolean, False), (sa.Integer, 1),
    ):  # fmt: skip
        if isinstance(column.type, kind):
            return value
    return town
