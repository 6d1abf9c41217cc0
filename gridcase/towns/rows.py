"""A row of a table as a line of JSON, and back, letter by letter: documents stay the texts that they are.

Decides how bytes and instants are written. A line is a list of values, in the table's order of columns, without a key
that the database draws.
"""

import base64
import re
from collections.abc import Callable, Iterator, Sequence
from functools import cache
from typing import Any, TypeAlias

import msgspec
import sqlalchemy as sa

from shared.db.belonging import KEYED, drawn_key, rows_of
from shared.db.bulk import insert_many
from shared.db.types import Instant, JsonText
from shared.kernel.instants import format_instant, parse_instant

PAGE = 500
_KEY = re.compile("[0-9a-f]{8}")
_SEALED = re.compile(r"g1\.([0-9a-f]{8})\.")
Values: TypeAlias = tuple[Any, ...]  # of a row, in the order of `_written`
Convert = Callable[[Any], Any]
ConverterOf = Callable[[sa.types.TypeEngine[Any]], Convert | None]


def rows_in(conn: sa.Connection, table: sa.Table, town: str) -> Iterator[Values]:
    """Yield a town's rows of a table, in the order of their keys; never the whole table in memory."""
    chosen = [_plain_column(column) for column in _written(table)]
    wanted = sa.select(*chosen).where(rows_of(table, town)).order_by(*table.primary_key.columns)
    with conn.execute(wanted.execution_options(yield_per=PAGE)) as found:
        for row in found:
            yield tuple(row)


def columns_of(table: sa.Table) -> list[str]:
    """Return the names of the columns whose values stand in a line, in their order."""
    return [str(column.name) for column in _written(table)]


def line_of(table: sa.Table, row: Values) -> bytes:
    """Return a row as a line."""
    return msgspec.json.encode(_converted(row, _conversions(table, _to_json))) + b"\n"


def row_of(table: sa.Table, line: bytes) -> Values:
    """Return the row that a line says.

    Raises:
        msgspec.DecodeError: it is no line of this table.
    """
    row = msgspec.json.decode(line, type=Values)
    if len(row) != len(_written(table)):
        raise msgspec.DecodeError(f"a line of {table.name} has {len(row)} values")
    return _converted(row, _conversions(table, _from_json))


def write_rows(conn: sa.Connection, table: sa.Table, rows: Sequence[Values]) -> None:
    """Write rows of a town into a table that has none of them."""
    names = columns_of(table)
    insert_many(conn, _plain_table(table), [dict(zip(names, row, strict=True)) for row in rows])


def keys_named(table: sa.Table, row: Values) -> set[str]:
    """Return the ids of the secrets by which something in a row was closed or signed."""
    if KEYED not in table.info:
        return set()
    said = row[columns_of(table).index(table.info[KEYED])]
    text = said.decode() if isinstance(said, bytes) else said or ""
    return {text} if _KEY.fullmatch(text) else set(_SEALED.findall(text))


@cache
def _plain_table(table: sa.Table) -> sa.Table:
    """A table by whose columns documents are written as the texts that they are."""
    columns = [
        sa.Column(column.name, sa.Text if isinstance(column.type, JsonText) else column.type,
                  primary_key=column.primary_key, nullable=column.nullable)
        for column in table.columns
    ]  # fmt: skip
    return sa.Table(table.name, sa.MetaData(), *columns)


@cache
def _written(table: sa.Table) -> Sequence[sa.Column[Any]]:
    drawn = drawn_key(table)
    return tuple(column for column in table.columns if column.name != drawn)


@cache
def _conversions(table: sa.Table, how: ConverterOf) -> Sequence[Convert | None]:
    return tuple(how(column.type) for column in _written(table))


def _converted(row: Values, conversions: Sequence[Convert | None]) -> Values:
    return tuple(
        value if convert is None or value is None else convert(value)
        for value, convert in zip(row, conversions, strict=True)
    )


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
