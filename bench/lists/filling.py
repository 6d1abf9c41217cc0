"""Filling stores by bulk: every row is a real one of a small house, with what tells it apart put in its place.

Decides how rows get in past the services, in seconds. Must not know what rows say.
"""

import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import closing, contextmanager
from itertools import chain, islice
from typing import Any

import psycopg
import sqlalchemy as sa

from bench.lists.rows import NOW, ROWS, Case, Row
from shared.db.confinement import META
from shared.db.store import Store
from shared.db.types import Instant, JsonText
from shared.kernel.instants import format_instant

BATCH = 5_000
EDITIONS, EDITION = "editions", "edition"
_INSTANT = "2026-03-09 02:00:00.000000"
# Its time stands still: what is listed by what time it is, is the same on every day that this is run.
_TIME = ({"key": "simulated", "value": "yes"}, {"key": "now", "value": format_instant(NOW)})
Put = Callable[[str, Iterable[Row], Row], None]  # table, rows, and what is the same in all of them


class Patterns:
    """The rows of a small house that has really run, as its SQLite stores hold them."""

    def __init__(self, stores: Mapping[str, Store]) -> None:
        self._tables = {name: store.flow.meta.metadata.tables for name, store in stores.items()}
        self._rows = {name: dict(_rows_of(store)) for name, store in stores.items()}

    def rows(self, service: str) -> Mapping[str, list[Row]]:
        """Return the small house's own rows, by table; but for what it says of its time."""
        return {table: rows for table, rows in self._rows[service].items() if table != META}

    def pattern(self, service: str, table: str) -> Row:
        """Return a row that others are made after."""
        known = self._rows[service][table]
        columns = self._tables[service][table].columns
        if known:
            return known[-1]
        made = {column.name: _value(column) for column in columns}
        in_force = self._rows[service][EDITIONS]
        return {**made, **{name: in_force[-1][name] for name in made.keys() & {EDITION} if in_force}}


def _rows_of(store: Store) -> Iterator[tuple[str, list[Row]]]:
    with store.engine.connect() as conn:
        for table in store.flow.meta.metadata.tables.values():
            yield (
                table.name,
                [
                    dict(row)
                    for row in conn.exec_driver_sql(
                        str(sa.select(sa.text("*")).select_from(table))
                    ).mappings()
                ],
            )


def _value(column: sa.Column[Any]) -> Any:
    if column.nullable and not column.primary_key:
        return None
    for kind, value in ((Instant, _INSTANT), (JsonText, "{}"), (sa.LargeBinary, b""), (sa.Integer, 1)):
        if isinstance(column.type, kind):
            return value
    return False if isinstance(column.type, sa.Boolean) else ""


def fill(service: str, url: str, patterns: Patterns, cases: list[Case]) -> None:
    """Fill one service's store.

    Args:
        url: of its store; in PostgreSQL the administrator's.
    """
    with (_sqlite if url.startswith("sqlite") else _postgresql)(url, service) as put:
        for table, own in {**patterns.rows(service), META: _TIME}.items():
            put(table, own, {})
        for table, rows in ROWS[service].items():
            made = iter(rows(cases))
            first = next(made)
            pattern = patterns.pattern(service, table)
            put(table, chain([first], made), {name: pattern[name] for name in pattern.keys() - first.keys()})


@contextmanager
def _sqlite(url: str, service: str) -> Iterator[Put]:
    path = url.removeprefix("sqlite:///").replace("{service}", service)

    def put(table: str, rows: Iterable[Row], same: Row) -> None:
        for first, made in _begun(rows):
            names = ", ".join(f'"{name}"' for name in (*first, *same))
            values = ", ".join(["?"] * len(first) + [_literal(value) for value in same.values()])
            conn.executemany(f'insert into "{table}" ({names}) values ({values})', map(_values, made))

    with closing(sqlite3.connect(path)) as conn:
        conn.executescript("pragma synchronous = off; pragma cache_size = -200000; begin")
        yield put
        conn.commit()


@contextmanager
def _postgresql(url: str, service: str) -> Iterator[Put]:
    def put(table: str, rows: Iterable[Row], same: Row) -> None:
        for first, made in _begun(rows):
            names = ", ".join(f'"{name}"' for name in (*first, *same))
            tail = "".join(f"\t{_text(value)}" for value in same.values()) + "\n"
            lines = ("\t".join(map(_text, row.values())) + tail for row in made)
            with conn.cursor().copy(f'copy "{table}" ({names}) from stdin') as copy:
                while batch := "".join(islice(lines, BATCH)):
                    copy.write(batch)
            if "id" in first:  # what the server numbers itself goes on behind these
                conn.execute(
                    f"""select setval(numbered, (select max(id) from "{table}")::bigint)
                    from pg_get_serial_sequence('"{table}"', 'id') numbered where numbered is not null"""
                )

    with psycopg.connect(url, options=f"-csearch_path={service} -ctimezone=UTC") as conn:
        conn.execute("set synchronous_commit = off")
        yield put
        conn.commit()
        conn.autocommit = True
        # As the server itself does of its own accord, some time after so much was written.
        conn.execute("vacuum (analyze)")


def _begun(rows: Iterable[Row]) -> Iterator[tuple[Row, Iterator[Row]]]:
    """The first row, for its columns, and all of them; nothing where there is none."""
    made = iter(rows)
    for first in islice(made, 1):
        yield first, chain([first], made)


def _values(row: Row) -> tuple[Any, ...]:
    return tuple(row.values())


def _literal(value: Any) -> str:
    """A value within a statement of SQLite."""
    if value is None:
        return "null"
    if isinstance(value, bytes):
        return f"x'{value.hex()}'"
    return str(int(value)) if isinstance(value, int) else "'" + value.replace("'", "''") + "'"


def _text(value: Any) -> str:
    """A value within PostgreSQL's text form of rows."""
    if isinstance(value, str):
        return value.translate(_ESCAPED)
    if isinstance(value, bytes):
        return rf"\\x{value.hex()}"
    return r"\N" if value is None else str(int(value))


_ESCAPED = str.maketrans({"\\": r"\\", "\t": r"\t", "\n": r"\n", "\r": r"\r"})
