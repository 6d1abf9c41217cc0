"""Between a table's rows and the frozen types that leave the store."""

from collections.abc import Mapping
from typing import Any, TypeVar

import msgspec
import sqlalchemy as sa
from msgspec import Struct

Row = dict[str, Any]
S = TypeVar("S", bound=Struct)


def read_as(shape: type[S], row: Mapping[Any, Any] | sa.RowMapping) -> S:
    """Return a row as a type: each field from the column of its name, plain words as the enums that they stand for.

    Raises:
        msgspec.ValidationError: the row holds what the type can't.
    """
    return msgspec.convert({name: row[name] for name in shape.__struct_fields__}, shape)


def row_of(record: Struct) -> Row:
    """Return the row that a record is kept as: each column of the field of its name."""
    return {name: getattr(record, name) for name in record.__struct_fields__}
