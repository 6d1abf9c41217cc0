"""Entries as they are looked at: what somebody may not read is not read, counted or paged over.

Decides by which index a list is answered; the condition of reading is one, for lists, single entries, files and paper.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields
from typing import Any

import sqlalchemy as sa

from services.ledger.domain.entries import LedgerEntry
from services.ledger.domain.reach import LedgerReach
from services.ledger.domain.statements import Seal, Statement, present, standing_of
from services.ledger.store.entries import statements_of
from services.ledger.store.tables import DIFFERING, entries, groups, openings
from shared.db.looking import Looked, NextKeys, asked_of_each, look, merged, stretch

_COLUMNS = [entries.c[each.name] for each in fields(LedgerEntry)]
Condition = sa.ColumnElement[bool]
_EVERYTHING = 10_000  # rows at a time of what is read whole: a file, a sheet


@dataclass(frozen=True, slots=True)
class EntryFilter:
    """What a list is narrowed to; what is None is not asked for.

    Args:
        group: fact and value of a group.
        stale: of each type, the last day on which an entry that is stale was touched; None: not asked.
        text: stands in one of the facts `searched` of each type.
        ended: those that have ended, in place of those that are there.
    """

    type: str | None = None
    line: str | None = None
    place: str | None = None
    about: str | None = None
    group: tuple[str, str] | None = None
    stale: Mapping[str, str] | None = None
    differs: bool = False
    text: str | None = None
    searched: Mapping[str, frozenset[str]] = field(default_factory=dict)
    ended: bool = False


@dataclass(frozen=True, slots=True)
class ListedEntry:
    """An entry with all that was said of it."""

    entry: LedgerEntry
    said: Sequence[Statement] = field(default_factory=tuple)

    @property
    def id(self) -> str:
        """Its id, by which lists are sorted."""
        return self.entry.id


def readable(town: str, reach: LedgerReach) -> Condition:
    """Return the condition under which an entry may be shown."""
    conditions: list[Condition] = [entries.c.town == town, entries.c.type.in_(sorted(reach.types))]
    if reach.area.places is not None:
        conditions.append(entries.c.place.in_(sorted(reach.area.places)))
    return sa.and_(*conditions)


def find_entry(conn: sa.Connection, town: str, reach: LedgerReach, key: str) -> LedgerEntry | None:
    """Return an entry that may be shown; None: there is none, or it is not shown."""
    row = conn.execute(sa.select(*_COLUMNS).where(entries.c.id == key, readable(town, reach))).one_or_none()
    return None if row is None else LedgerEntry(*row)


def outer_of(
    conn: sa.Connection, town: str, reach: LedgerReach, listed: Sequence[ListedEntry]
) -> dict[str, ListedEntry]:
    """Return what entries belong to, by its id, as far as it may be shown."""
    keys = sorted({each.entry.about for each in listed if each.entry.about is not None})
    if not keys:
        return {}
    rows = conn.execute(sa.select(*_COLUMNS).where(entries.c.id.in_(keys), readable(town, reach)))
    found = [LedgerEntry(*row) for row in rows]
    said = statements_of(conn, [entry.id for entry in found])
    return {entry.id: ListedEntry(entry, said[entry.id]) for entry in found}


def list_entries(
    conn: sa.Connection, town: str, reach: LedgerReach, narrowed: EntryFilter, after: str | None, limit: int
) -> Looked[ListedEntry, str]:
    """Return entries that may be shown, by id.

    Args:
        after: id of the last one of the page before; limit: how many at most.
    """
    if reach.is_nothing:
        return Looked([])
    fits = asked_of_each(readable(town, reach), *_conditions(narrowed))

    def fitting(keys: Sequence[str]) -> list[ListedEntry]:
        rows = conn.execute(sa.select(*_COLUMNS).where(entries.c.id.in_(keys), fits).order_by(entries.c.id))
        return _with_words(conn, [LedgerEntry(*row) for row in rows], narrowed)

    return look(_way(conn, town, reach, narrowed), fitting, after, limit)


def all_entries(
    conn: sa.Connection, town: str, reach: LedgerReach, narrowed: EntryFilter
) -> Iterator[ListedEntry]:
    """Yield every entry that may be shown, for what is read whole."""
    after: str | None = None
    while True:
        looked = list_entries(conn, town, reach, narrowed, after, _EVERYTHING)
        yield from looked.rows
        if len(looked.rows) < _EVERYTHING and looked.looked_to is None:
            return
        after = looked.looked_to or looked.rows[-1].id


def members_of(conn: sa.Connection, about: Collection[str]) -> list[str]:
    """Return the ids of what belongs to entries and is there."""
    wanted = entries.c.about.in_(list(about)), entries.c.ended_on.is_(None)
    return list(conn.scalars(sa.select(entries.c.id).where(*wanted)))


def list_openings(
    conn: sa.Connection, town: str, entry: str | None, before: int | None, limit: int
) -> Sequence[Any]:
    """Return who opened what is sealed, the newest first."""
    asked = sa.select(openings).where(openings.c.town == town).order_by(openings.c.id.desc()).limit(limit)
    if entry is not None:
        asked = asked.where(openings.c.entry_id == entry)
    if before is not None:
        asked = asked.where(openings.c.id < before)
    return conn.execute(asked).all()


def _conditions(narrowed: EntryFilter) -> list[Condition]:
    found: list[Condition] = [
        entries.c.ended_on.is_not(None) if narrowed.ended else entries.c.ended_on.is_(None)
    ]
    columns = ((column, getattr(narrowed, column)) for column in ("type", "line", "place", "about"))
    found += [entries.c[column] == value for column, value in columns if value is not None]
    if narrowed.differs:
        found.append(entries.c.differs.is_(True))
    if narrowed.stale is not None:
        old = (
            sa.and_(entries.c.type == type_, entries.c.touched_on <= day)
            for type_, day in narrowed.stale.items()
        )
        found.append(sa.or_(sa.false(), *old))
    return found


def _way(conn: sa.Connection, town: str, reach: LedgerReach, narrowed: EntryFilter) -> NextKeys[str]:
    """The way on which the fewest entries are passed over."""
    of_town = entries.c.town == town
    if narrowed.about is not None:
        return stretch(conn, entries.c.id, entries.c.about == narrowed.about)
    if narrowed.group is not None and narrowed.type is not None:
        fact, value = narrowed.group
        return stretch(
            conn, groups.c.entry_id, groups.c.town == town, groups.c.type == narrowed.type,
            groups.c.fact == fact, groups.c.value == value,
        )  # fmt: skip
    if narrowed.differs:
        return stretch(conn, entries.c.id, of_town, sa.text(DIFFERING))
    if narrowed.place is not None:
        return stretch(conn, entries.c.id, of_town, entries.c.place == narrowed.place)
    if narrowed.type is not None and reach.area.places is None:
        return stretch(conn, entries.c.id, of_town, entries.c.type == narrowed.type)
    if narrowed.line is not None and reach.area.places is None:
        return stretch(conn, entries.c.id, of_town, entries.c.line == narrowed.line)
    column, values = (
        (entries.c.type, reach.types) if reach.area.places is None else (entries.c.place, reach.area.places)
    )
    return merged(*(stretch(conn, entries.c.id, of_town, column == value) for value in sorted(values)))


def _with_words(conn: sa.Connection, rows: Sequence[LedgerEntry], narrowed: EntryFilter) -> list[ListedEntry]:
    said = statements_of(conn, [entry.id for entry in rows])
    listed = [ListedEntry(entry, said[entry.id]) for entry in rows]
    return listed if narrowed.text is None else [each for each in listed if _says(each, narrowed)]


def _says(listed: ListedEntry, narrowed: EntryFilter) -> bool:
    """Whether a text stands in what the reader may read: what is searched is as good as shown."""
    wanted, may_look = (narrowed.text or "").casefold(), narrowed.searched.get(listed.entry.type, frozenset())
    facts = present(standing_of(listed.said))
    return any(
        wanted in str(value).casefold()
        for fact, value in facts.items()
        if fact in may_look and not isinstance(value, Seal)
    )
