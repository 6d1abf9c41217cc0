"""Column types that behave the same in both databases."""

from datetime import UTC, datetime
from typing import Any

import msgspec
import sqlalchemy as sa


class Instant(sa.types.TypeDecorator[datetime]):
    """An instant: aware UTC in Python, `timestamptz` in PostgreSQL, naive UTC text in SQLite."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: sa.Dialect) -> datetime | None:
        """Return what is stored; None stays NULL.

        Raises:
            ValueError: the value has no offset; whose local time it is would be a guess.
        """
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"{value!r} is no instant: it has no offset")
        at = value.astimezone(UTC)
        # As text, naive UTC sorts and compares as time does; with offsets it would not.
        return at.replace(tzinfo=None) if dialect.name == "sqlite" else at

    def process_result_value(self, value: datetime | None, _dialect: sa.Dialect) -> datetime | None:
        """Return an aware UTC instant; NULL stays None."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class JsonText(sa.types.TypeDecorator[Any]):
    """A JSON value kept as text: read and written whole, never searched.

    Args:
        shape: the frozen type that it is read as; None: plain values, which their reader may change in place.
    """

    impl = sa.Text
    cache_ok = True

    def __init__(self, shape: type[Any] | None = None) -> None:
        super().__init__()
        self.shape = shape
        self.encode = msgspec.json.Encoder().encode
        self.decode = msgspec.json.Decoder(Any if shape is None else shape).decode

    def process_bind_param(self, value: Any, _dialect: sa.Dialect) -> str | None:
        """Encode; None stays NULL."""
        return None if value is None else self.encode(value).decode()

    def process_result_value(self, value: str | None, _dialect: sa.Dialect) -> Any:
        """Decode; NULL stays None."""
        return None if value is None else self.decode(value)


# Only a column that SQLite knows as INTEGER numbers its rows by itself, and there it has 64 bits as well.
BigId = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
