"""Rows as types and back: days stand as ISO texts, instants as instants, documents as plain values."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, TypeVar

import msgspec
from msgspec import Struct

from shared.db.bulk import Row

S = TypeVar("S", bound=Struct)


def typed(row: Mapping[Any, Any], kind: type[S]) -> S:
    """Return what stands in a row; SQLAlchemy's names of columns are no plain texts."""
    return msgspec.convert({str(name): row[name] for name in row}, kind)


def plain(kept: Struct) -> Row:
    """Return the row of what is kept."""
    row: Row = msgspec.to_builtins(kept, builtin_types=(datetime,))
    return row
