"""Which rows of a store are a town's: what is exported, restored and removed with it.

Decides how a table's word about itself becomes a condition. A table with a `town` column belongs by it; one that
requests reach by another's rows (`confinement.of_row_in`) belongs as that one does; any other says in its `info` how,
or that its rows are the house's.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from shared.db.confinement import ASKED, Asked

BELONGS = "belongs to a town"  # key in a table's `info`: one of the kinds below
UNDER_WAY = (
    "under way"  # key in a table's `info`: SQL, of which rows something is being done outside the store
)
KEYED = "names its key"  # key in a table's `info`: column that says by the id of which secret something was closed
# Key in a metadata's `info`: tables and columns of the ids that streams are named by, each once; where only some rows
# of a table are such subjects, SQL that says which.
SUBJECTS = "subjects"
TOWN = "town"
_AFTER_A_KEY = (".", "/")  # what follows a town's key in that of one of its places, or of a unit


@dataclass(frozen=True, slots=True)
class ByColumn:
    """The column holds the town's key."""

    column: str = TOWN


@dataclass(frozen=True, slots=True)
class ByKey:
    """The column holds a key of the town, of one of its places, or of a unit there."""

    column: str


@dataclass(frozen=True, slots=True)
class ByParent:
    """The row belongs as another one does, whose `key` stands in this row's `column`."""

    parent: str
    key: str
    column: str


@dataclass(frozen=True, slots=True)
class ByStream:
    """The row is about a stream: the town's own, or one of the subjects that the store knows of it."""


@dataclass(frozen=True, slots=True)
class OfHouse:
    """The rows are no town's: they stay when one goes.

    Args:
        why: for whoever reads the table.
    """

    why: str


Belonging = ByColumn | ByKey | ByParent | ByStream | OfHouse


def belonging_of(table: sa.Table) -> Belonging:
    """Return how a table's rows belong to towns.

    Raises:
        LookupError: it says nothing; nobody may guess.
    """
    said: Belonging | None = table.info.get(BELONGS)
    if said is not None:
        return said
    if TOWN in table.c:
        return ByColumn()
    asked: Asked | None = table.info.get(ASKED)
    if asked is not None and asked.parent is not None:
        return ByParent(*asked.parent)
    raise LookupError(f"table {table.name!r} does not say to whom its rows belong: see `shared.db.belonging`")


def rows_of(table: sa.Table, town: str) -> sa.ColumnElement[bool]:
    """Return the condition that a row is a town's.

    Raises:
        LookupError: the table says nothing.
    """
    how = belonging_of(table)
    match how:
        case ByColumn():
            return table.c[how.column] == town
        case ByKey():
            return _begins_with(table.c[how.column], town)
        case ByParent():
            parent = table.metadata.tables[how.parent]
            return table.c[how.column].in_(sa.select(parent.c[how.key]).where(rows_of(parent, town)))
        case ByStream():
            return table.c.stream.in_(streams_of(table.metadata, town))
        case OfHouse():
            return sa.false()


def streams_of(metadata: sa.MetaData, town: str) -> sa.Select[str] | sa.CompoundSelect[str]:
    """Return the query for a town's streams: its own, and those named by the ids of its cases and other subjects."""
    own = sa.select(sa.literal(own_stream(town)))
    known = (
        sa.select(column).where(rows_of(table, town), is_one) for table, column, is_one in _subjects(metadata)
    )
    return sa.union_all(own, *known)


def _subjects(
    metadata: sa.MetaData,
) -> Iterator[tuple[sa.Table, sa.Column[str], sa.ColumnElement[bool] | sa.TextClause]]:
    for name, column, *which in metadata.info.get(SUBJECTS, ()):
        table = metadata.tables[name]
        yield table, table.c[column], sa.text(which[0]) if which else sa.true()


def own_stream(town: str) -> str:
    """Return the stream of what is said about a town itself."""
    return f"town/{town}"


def towns_tables(metadata: sa.MetaData) -> Sequence[sa.Table]:
    """Return the tables that hold rows of towns; those by whose rows others belong come before these."""
    tables = [table for table in metadata.sorted_tables if not isinstance(belonging_of(table), OfHouse)]
    return sorted(tables, key=_depth)


def drawn_key(table: sa.Table) -> str | None:
    """Return the column that the database numbers by itself; None: keys are the writer's."""
    key = table.autoincrement_column
    return None if key is None or len(table.primary_key.columns) > 1 or not _is_drawn(key) else key.name


def _is_drawn(key: sa.Column[int]) -> bool:
    return key.autoincrement is True


def town_in(key: str) -> str:
    """Return the town that a key of it, of a place or of a unit there begins with."""
    for mark in _AFTER_A_KEY:
        key = key.partition(mark)[0]
    return key


def counts_by_town(conn: sa.Connection, table: sa.Table) -> Mapping[str, int]:
    """Return how many rows of a table each town has; those of the house are not counted."""
    found: dict[str, int] = {}
    for key, count in conn.execute(_counting(table)):
        town = town_in(key)
        found[town] = found.get(town, 0) + count
    return found


def _counting(table: sa.Table) -> sa.Select[str, int]:
    """One statement for all towns: a house of two thousand must not be asked two thousand times."""
    how = belonging_of(table)
    if isinstance(how, ByStream):
        return _counting_streams(table)
    source: sa.FromClause = table
    while isinstance(how, ByParent):
        parent = table.metadata.tables[how.parent]
        source = source.join(parent, parent.c[how.key] == table.c[how.column])
        table, how = parent, belonging_of(parent)
    column = table.c[how.column] if isinstance(how, ByColumn | ByKey) else sa.null()
    return sa.select(column, sa.func.count()).select_from(source).where(column.is_not(None)).group_by(column)


def _counting_streams(table: sa.Table) -> sa.Select[str, int]:
    prefix = own_stream("")
    own = sa.func.substr(table.c.stream, len(prefix) + 1).label("key")
    of_town = sa.func.substr(table.c.stream, 1, len(prefix)) == prefix
    parts = [sa.select(own).where(of_town)]
    for subjects, column, is_one in _subjects(table.metadata):
        joined = table.join(subjects, column == table.c.stream)
        parts.append(sa.select(subjects.c[TOWN].label("key")).select_from(joined).where(is_one))
    keys = sa.union_all(*parts).subquery()
    return sa.select(keys.c.key, sa.func.count()).group_by(keys.c.key)


def _begins_with(column: sa.ColumnElement[str], town: str) -> sa.ColumnElement[bool]:
    # Not `like`: SQLite takes 'a' for 'A' there, and '_' stands for any letter.
    head = sa.func.substr(column, 1, len(town) + 1)
    return sa.or_(column == town, *(head == town + mark for mark in _AFTER_A_KEY))


def _depth(table: sa.Table) -> int:
    how = belonging_of(table)
    if isinstance(how, ByStream):
        return 2  # beyond the table of subjects, which belongs by its own column
    return 1 + _depth(table.metadata.tables[how.parent]) if isinstance(how, ByParent) else 0
