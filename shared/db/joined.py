"""Many rows in one statement to PostgreSQL: all values of a column arrive as one text, which the server cuts apart.

`copy` is refused where row-level security holds for the role. One JSON array of all rows costs the server three times
as much to read, and an array of its own for each column costs the driver more than all the rest. Must not know which
rows, or why.
"""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from functools import cache, lru_cache
from typing import Any

import sqlalchemy as sa

from shared.db.driver import POSTGRES, marks
from shared.db.driver_values import aware, postgres_type
from shared.db.types import Instant, JsonText

# ASCII's own marks for this. JSON never holds them as they are; where a text does, its rows travel another way.
_BETWEEN, _NULL = "\x1f", "\x1e"
_CUT = r"string_to_array({mark}::text, E'\x1f', E'\x1e')"


def as_texts(table: sa.Table, names: tuple[str, ...], rows: Iterable[Sequence[Any]]) -> list[str] | None:
    """Return what `joined_insert` and `joined_update` take: a text for each column.

    Args:
        rows: their values in the order of `names`; two rows at least: of one alone an empty text could not be told
            from no row.

    Returns:
        None where a value holds one of the marks, or bytes are no text that PostgreSQL takes: then the rows can't
        travel together.

    Raises:
        TypeError: the table has a column of a type unknown here.
    """
    try:
        texts = [
            _joined(table.c[name], values)
            for name, values in zip(names, zip(*rows, strict=True), strict=True)
        ]
    except UnicodeDecodeError:
        return None
    return [text for text in texts if text is not None] if None not in texts else None


def _joined(column: sa.Column[Any], values: Sequence[Any]) -> str | None:
    convert = _to_text(column)
    if convert is None:
        parts = [_NULL if value is None else value for value in values]
    else:
        parts = [_NULL if value is None else convert(value) for value in values]
    text = _BETWEEN.join(parts)
    is_clear = text.count(_BETWEEN) == len(parts) - 1 and text.count(_NULL) == values.count(None)
    return text if is_clear and "\0" not in text else None


@cache
def joined_insert(table: sa.Table, names: tuple[str, ...]) -> str:
    """Return the statement that inserts rows with these columns; the database numbers them in their order."""
    listed = ", ".join(f'"{name}"' for name in names)
    return f'insert into "{table.name}" ({listed}) {_arrived(table, names)}'


@cache
def joined_update(table: sa.Table, columns: tuple[str, ...], keys: tuple[str, ...]) -> str:
    """Return the statement that gives the rows with these keys new values; it takes columns first, then keys."""
    changes = ", ".join(f'"{name}" = v."{name}"' for name in columns)
    found = " and ".join(f't."{key}" = v."{key}"' for key in keys)
    arrived = _arrived(table, (*columns, *keys))
    return f'update "{table.name}" t set {changes} from ({arrived}) v where {found}'  # noqa: S608 - own names


def _arrived(table: sa.Table, names: tuple[str, ...]) -> str:
    listed = ", ".join(f'"{name}"' for name in names)
    typed = ", ".join(f'{_from_text(table.c[name])} as "{name}"' for name in names)
    cut = ", ".join(_CUT.format(mark=mark) for mark in marks(POSTGRES, len(names)))
    return f"select {typed} from unnest({cut}) as w({listed})"  # noqa: S608 - own names


def _from_text(column: sa.Column[Any]) -> str:
    name, type_ = f'w."{column.name}"', postgres_type(column)
    if type_ == "bytea":
        return f"convert_to({name}, 'UTF8')"
    return name if type_ == "text" else f"{name}::{type_}"


@cache
def _to_text(column: sa.Column[Any]) -> Callable[[Any], str] | None:
    """Return what makes a text of a column's value, None excepted; None: it is one."""
    if isinstance(column.type, JsonText):
        encode = column.type.encode
        return lambda value: encode(value).decode()
    if isinstance(column.type, Instant):
        return _instant
    if isinstance(column.type, sa.LargeBinary):
        return bytes.decode
    return None if postgres_type(column) == "text" else str


@lru_cache(256)  # of one transaction most instants are the same
def _instant(at: datetime) -> str:
    return aware(at).isoformat()
