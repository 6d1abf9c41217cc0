"""Rows as the types of the domain whose fields they have, by name."""

from dataclasses import Field, fields
from typing import Any, ClassVar, Protocol, TypeVar

import sqlalchemy as sa

from shared.db.bulk import Row


class _Fielded(Protocol):
    """A dataclass."""

    __dataclass_fields__: ClassVar[dict[str, Field[Any]]]


T = TypeVar("T", bound=_Fielded)


def columns_of(kind: type[_Fielded], table: sa.Table) -> list[sa.Column[Any]]:
    """Return the columns that hold a type's fields, in its order: a row of them makes one."""
    return [table.c[field.name] for field in fields(kind)]


def own_row(kind: type[T], row: Row | None, town: str) -> T | None:
    """Return what a row says; None where there is none, or it is another town's."""
    if row is None or row["town"] != town:
        return None
    return kind(**{field.name: row[field.name] for field in fields(kind)})
