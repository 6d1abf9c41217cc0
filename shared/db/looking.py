"""Lists of which few rows may fit: looked through in their order, some rows at a time, and never further than a bound.

Decides how far one request looks. First the next keys of a stretch of an index are read, then the rows of these keys
that fit: the database is left no choice of a plan that reads a whole town to find a page. Where few fit, a page is
shorter than was asked for, or empty, and says from where the list goes on. Must not know what is listed.
"""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

import sqlalchemy as sa

Row = TypeVar("Row")
Key = TypeVar("Key")

LOOKS = 10  # rows that are looked at for each one that is wanted …
LEAST = 500  # … and for a short page so many
FEW = 1_000  # rows that are sorted where no index has them in the order of the list
_WIDER = 4  # times as many as before, where too few have fitted

NextKeys = Callable[
    [Key | None, int], Sequence[Key]
]  # after a key (None: from the begin), and how many at most


@dataclass(frozen=True, slots=True)
class Looked(Generic[Row, Key]):
    """What one look has found.

    Args:
        rows: those that fit, as many as were wanted at most, in the order of the list.
        looked_to: the key after which the list goes on, where the look has ended before enough was found; None: enough
            was found, or the list is at its end.
    """

    rows: Sequence[Row]
    looked_to: Key | None = None


def look(
    next_keys: NextKeys[Key], fitting: Callable[[Sequence[Key]], Sequence[Row]], after: Key | None, limit: int
) -> Looked[Row, Key]:
    """Look for up to `limit` rows that fit.

    Args:
        next_keys: gives keys in the order of the list; fewer than were asked for: there are no more.
        fitting: gives the rows of these keys that fit, in the same order.
        after: key of the last row that was looked at before; None: from the begin.
    """
    rows: list[Row] = []
    left, size = max(LEAST, limit * LOOKS), limit
    while left > 0 and len(rows) < limit:
        asked = min(size, left)
        keys = next_keys(after, asked)
        rows += fitting(keys) if keys else ()
        if len(keys) < asked:
            return Looked(rows[:limit])
        after, left, size = keys[-1], left - asked, size * _WIDER
    return Looked(rows[:limit], after if len(rows) < limit else None)


def asked_of_each(*conditions: sa.ColumnExpressionArgument[bool]) -> sa.ColumnElement[bool]:
    """Return conditions in a form in which they are asked of each row that is looked at, and find none.

    Left plain, a database may go by one of them instead of by the keys: SQLite takes every index for a narrow one, and
    would read the town's rows to find those of fifty keys.
    """
    return sa.case((sa.and_(*conditions), 1), else_=0) == 1


@dataclass(frozen=True, slots=True)
class Wanted:
    """Keys that an index finds, though not in their order.

    Args:
        keys: a statement that gives them.
        along: the index's next column, along which they are counted before they are read.
    """

    keys: sa.Select[tuple[str]]
    along: sa.ColumnElement[Any]


def few(conn: sa.Connection, *wanted: Wanted, most: int = FEW) -> Collection[str] | None:
    """Return all keys that are wanted; None where one statement would give more than `most`."""
    found: set[str] = set()
    for each in wanted:
        # In the index alone: whether there are too many is known before a row of the table is read.
        past = each.keys.with_only_columns(each.along).order_by(each.along).offset(most).limit(1)
        if conn.execute(past).first() is not None:
            return None
        found.update(conn.scalars(each.keys))
    return found


def among(keys: Collection[str], *, descending: bool = False) -> NextKeys[str]:
    """Return what gives keys that are all known, in their order."""
    ordered = sorted(keys, reverse=descending)

    def following(after: str | None, number: int) -> Sequence[str]:
        left = (key for key in ordered if after is None or (key < after if descending else key > after))
        return [key for key, _ in zip(left, range(number), strict=False)]

    return following


def merged(*ways: NextKeys[str], descending: bool = False) -> NextKeys[str]:
    """Return what gives the keys of several stretches in one order, each key once."""

    def following(after: str | None, number: int) -> Sequence[str]:
        found = {key for way in ways for key in way(after, number)}
        return sorted(found, reverse=descending)[:number]

    return following


def stretch(
    conn: sa.Connection,
    key: sa.ColumnElement[str],
    *conditions: sa.ColumnExpressionArgument[bool],
    descending: bool = False,
) -> NextKeys[str]:
    """Return what gives the keys of a stretch of an index, whose last column is the key.

    Args:
        conditions: equal values of the index's other columns, and what a partial one is kept of.
    """
    order = key.desc() if descending else key

    def following(after: str | None, number: int) -> Sequence[str]:
        past = [] if after is None else [key < after if descending else key > after]
        # A case may have several rows in an index of another table.
        wanted = sa.select(key).distinct() if _repeats(key) else sa.select(key)
        return conn.scalars(wanted.where(*conditions, *past).order_by(order).limit(number)).all()

    return following


def _repeats(key: sa.ColumnElement[str]) -> bool:
    return not (isinstance(key, sa.Column) and key.primary_key and len(key.table.primary_key) == 1)
