"""A column's values as the drivers of both databases take and give them.

Decides how instants, documents and yes or no look outside SQLAlchemy; what `shared.db.types` writes and what is written
here must be the same, letter by letter. Must not know rows or statements.
"""

from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from functools import cache, lru_cache
from typing import Any

import sqlalchemy as sa

from shared.db.driver import POSTGRES
from shared.db.types import Instant, JsonText

Converter = Callable[[Any], Any]


def to_driver(column: sa.Column[Any], dialect: str) -> Converter | None:
    """Return what turns a column's value, None excepted, into what the driver takes; None: nothing has to be done."""
    if isinstance(column.type, JsonText):
        encode = column.type.encode
        return lambda value: encode(value).decode()
    if isinstance(column.type, Instant):
        return aware if dialect == POSTGRES else _sqlite_instant
    return None


def from_driver(column: sa.Column[Any], dialect: str) -> Converter | None:
    """Return what turns what the driver gives, None excepted, into a column's value; None: nothing has to be done."""
    if isinstance(column.type, JsonText):
        return column.type.decode
    if isinstance(column.type, Instant):
        return as_utc if dialect == POSTGRES else _read_sqlite_instant
    if isinstance(column.type, sa.Boolean) and dialect != POSTGRES:
        return bool
    return None


# The first that fits counts: a `BigInteger` is an `Integer` too.
_POSTGRES_TYPES: tuple[tuple[type[sa.types.TypeEngine[Any]], str], ...] = (
    (Instant, "timestamptz"), (JsonText, "text"), (sa.LargeBinary, "bytea"), (sa.Boolean, "bool"),
    (sa.BigInteger, "int8"), (sa.Integer, "int4"), (sa.String, "text"),
)  # fmt: skip


@cache
def postgres_type(column: sa.Column[Any]) -> str:
    """Return the name of a column's type in PostgreSQL.

    Raises:
        TypeError: rows with this type are not written in bulk; better refused than written wrongly.
    """
    for type_, name in _POSTGRES_TYPES:
        if isinstance(column.type, type_):
            return name
    raise TypeError(f"{column} has a type that is not written in bulk: {column.type!r}")


def as_array(values: Iterable[str | int]) -> str:
    """Return values, none of them None, as PostgreSQL reads an array of them, for a parameter that is cast to one.

    A list the driver would look at value by value, at a microsecond each; most values here need no look.
    """
    texts = [str(value) for value in values]
    if any('"' in text or "\\" in text for text in texts):
        texts = [text.replace("\\", "\\\\").replace('"', '\\"') for text in texts]
    return '{"' + '","'.join(texts) + '"}' if texts else "{}"


def aware(at: datetime) -> datetime:
    """Return an instant as it is; what goes past `types.Instant` must not be less checked than there.

    Raises:
        ValueError: it has no offset.
    """
    if at.tzinfo is None:
        raise ValueError(f"{at!r} is no instant: it has no offset")
    return at


def as_utc(at: datetime) -> datetime:
    """Return an aware instant in UTC."""
    return at.astimezone(UTC)


@lru_cache(256)  # of one transaction most instants are the same
def _sqlite_instant(at: datetime) -> str:
    """The text that SQLAlchemy's own type writes: texts of both ways of writing must sort and compare as one."""
    return aware(at).astimezone(UTC).isoformat(" ", "microseconds")[:26]


def _read_sqlite_instant(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)
