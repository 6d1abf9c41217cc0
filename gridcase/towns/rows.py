"""A row of a table as a line of JSON, and back, letter by letter: documents stay the texts that they are.

Decides how bytes and instants are written; keys that the database draws are left out.
"""

import base64
import re
from collections.abc import Callable, Iterator, Sequence
from functools import cache
from typing import Any

import msgspec
import sqlalchemy as sa

from shared.db.belonging import KEYED, drawn_key, rows_of
from shared.db.types import Instant, JsonText
from shared.kernel.instants import format_instant, parse_instant

PAGE = 500
_KEY = re.compile("[0-9a-f]{8}")
_SEALED = re.compile(r"g1\.([0-9a-f]{8})\.")
Row = dict[str, Any]
Convert = Callable[[Any], Any]


def rows_in(conn: sa.Connection, table: sa.Table, town: str) -> Iterator[Row]:
    """Yield a town's rows of a table, in the order of their keys; never the whole table in memory."""
    names = _written_columns(table)
    chosen = [_plain_column(table.c[name]).label(name) for name in names]
    wanted = sa.select(*chosen).where(rows_of(table, town)).order_by(*table.primary_key.columns)
    with conn.execute(wanted.execution_options(yield_per=PAGE)) as found:
        for values in found:
            yield dict(zip(names, values, strict=True))


def line_of(table: sa.Table, row: Row) -> bytes:
    """Return a row as a line."""
    return msgspec.json.encode(_converted(row, _conversions(table, _to_json))) + b"\n"


def keys_named(table: sa.Table, row: Row) -> set[str]:
    """Return the ids of the secrets by which something in a row was closed or signed."""
    said = row[table.info[KEYED]] if KEYED in table.info else None
    text = said.decode() if isinstance(said, bytes) else said or ""
    return {text} if _KEY.fullmatch(text) else set(_SEALED.findall(text))


def row_of(table: sa.Table, line: bytes) -> Row:
    """Return the row that a line says.

    Raises:
        msgspec.DecodeError, KeyError: it is no line of this table.
    """
    said = msgspec.json.decode(line, type=Row)
    row = {name: said[name] for name in _written_columns(table)}
    return _converted(row, _conversions(table, _from_json))


@cache
def plain_table(table: sa.Table) -> sa.Table:
    """Return a table by whose columns documents are written as the texts that they are."""
    columns = [
        sa.Column(column.name, sa.Text if isinstance(column.type, JsonText) else column.type,
                  primary_key=column.primary_key, nullable=column.nullable)
        for column in table.columns
    ]  # fmt: skip
    return sa.Table(table.name, sa.MetaData(), *columns)


@cache
def _written_columns(table: sa.Table) -> Sequence[str]:
    drawn = drawn_key(table)
    return tuple(column.name for column in table.columns if column.name != drawn)


@cache
def _conversions(
    table: sa.Table, how: Callable[[sa.types.TypeEngine[Any]], Convert | None]
) -> dict[str, Convert]:
    found = {name: how(table.c[name].type) for name in _written_columns(table)}
    return {name: convert for name, convert in found.items() if convert is not None}


def _converted(given: Row, conversions: dict[str, Convert]) -> Row:
    row = dict(given)
    for name, convert in conversions.items():
        if row[name] is not None:
            row[name] = convert(row[name])
    return row


def _to_json(type_: sa.types.TypeEngine[Any]) -> Convert | None:
    if isinstance(type_, Instant):
        return format_instant
    return (lambda value: base64.b64encode(value).decode()) if isinstance(type_, sa.LargeBinary) else None


def _from_json(type_: sa.types.TypeEngine[Any]) -> Convert | None:
    if isinstance(type_, Instant):
        return parse_instant
    return base64.b64decode if isinstance(type_, sa.LargeBinary) else None


def _plain_column(column: sa.Column[Any]) -> sa.ColumnElement[Any]:
    return sa.type_coerce(column, sa.Text) if isinstance(column.type, JsonText) else column
