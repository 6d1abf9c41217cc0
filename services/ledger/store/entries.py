"""Entries and statements as they are written."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import fields
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from services.ledger.domain.entries import LedgerEntry
from services.ledger.domain.refusal import refusal
from services.ledger.domain.statements import Author, Event, Statement
from services.ledger.store.tables import HERE, entries, groups, jurisdictions, openings, statements
from shared.db.work import Work
from shared.web.callers import Caller

_NAMES = tuple(each.name for each in fields(LedgerEntry))
_AT_ONCE = 500  # keys in one question: SQLite takes no list without end
_ENTERING = sa.text("select pg_advisory_xact_lock(hashtextextended(:name, 0))")


class SqlLedger:
    """Writes entries with their statements; nothing that was said is ever changed."""

    def hold_entering(self, work: Work, town: str, type_: str) -> None:
        """Let nobody else enter of this type here until the end: two would each find nothing that is the same."""
        if work.conn.dialect.name == "postgresql":
            work.conn.execute(_ENTERING, {"name": f"ledger/{town}/{type_}"})

    def find(self, work: Work, town: str, key: str) -> LedgerEntry | None:
        """Return an entry of a town, locked for this transaction."""
        row = work.rows(entries).get(key)
        found = LedgerEntry(**row) if row is not None else None
        return found if found is not None and found.town == town else None

    def prefetch(self, work: Work, keys: Iterable[str]) -> None:
        """Read and lock many entries at once."""
        work.rows(entries).prefetch(keys)

    def same_as(
        self, conn: sa.Connection, town: str, type_: str, digests: Collection[str]
    ) -> Mapping[str, str]:
        """Return the entries that are there already, by the digest of what makes them the same."""
        found: dict[str, str] = {}
        for some in _parts(digests):
            asked = sa.select(entries.c.same_key, entries.c.id).where(
                entries.c.town == town, entries.c.type == type_, entries.c.same_key.in_(some), sa.text(HERE)
            )
            found.update((row.same_key, row.id) for row in conn.execute(asked))
        return found

    def add(self, work: Work, entry: LedgerEntry, statement: Statement) -> None:
        """Keep a new entry with its first statement."""
        work.rows(entries).add({name: getattr(entry, name) for name in _NAMES})
        self.say(work, entry, statement)

    def keep(self, work: Work, entry: LedgerEntry) -> None:
        """Keep an entry as it stands now."""
        work.rows(entries).put({name: getattr(entry, name) for name in _NAMES})

    def say(self, work: Work, entry: LedgerEntry, statement: Statement) -> None:
        """Keep a statement."""
        work.rows(statements).add(
            {
                "entry_id": entry.id,
                "number": statement.number,
                "town": entry.town,
                "event": statement.event.value,
                "change": statement.change,
                "facts": statement.facts,
                "sealed": statement.sealed,
                "since": statement.since,
                "source": statement.source,
                "place": statement.place,
                "by_role": statement.by.role,
                "by_unit": statement.by.unit,
                "by_person": statement.by.person,
                "at": statement.at,
            }
        )

    def group(self, work: Work, entry: LedgerEntry, values: Mapping[str, str]) -> None:
        """Keep by which facts an entry is found as a member of a group."""
        rows = work.rows(groups)
        for fact, value in values.items():
            key = {"entry_id": entry.id, "fact": fact, "value": value, "town": entry.town, "type": entry.type}
            if entry.said == 1:
                rows.add(key)
            else:
                rows.put(key)

    def ungroup(self, work: Work, keys: Sequence[str]) -> None:
        """Take entries out of all groups."""
        work.write(groups)
        work.conn.execute(sa.delete(groups).where(groups.c.entry_id.in_(keys)))

    def note_opening(self, work: Work, entry: LedgerEntry, fact: str, by: Caller, purpose: str) -> None:
        """Record that somebody opens a sealed fact, and what for."""
        who = {"by_role": by.role.value, "by_unit": by.unit, "by_person": by.person, "by_token": by.token}
        what = {"town": entry.town, "entry_id": entry.id, "fact": fact, "at": work.at, "client": by.client,
                "purpose": purpose}  # fmt: skip
        work.rows(openings).append({**what, **who})


def statements_of(conn: sa.Connection, keys: Collection[str]) -> dict[str, list[Statement]]:
    """Return what was said of entries, by entry, in its order; an entry of which nothing is known has none."""
    found: dict[str, list[Statement]] = {key: [] for key in keys}
    for some in _parts(keys):
        asked = sa.select(statements).where(statements.c.entry_id.in_(some))
        for row in conn.execute(asked.order_by(statements.c.entry_id, statements.c.number)):
            found[row.entry_id].append(_statement(row))
    return found


def refuse_suspended(conn: sa.Connection, town: str) -> None:
    """Let nothing in that would change a suspended town.

    Raises:
        Problem: `town-suspended`.
    """
    since = conn.scalar(sa.select(jurisdictions.c.suspended_at).where(jurisdictions.c.key == town))
    if since is not None:
        raise refusal("town-suspended", town=town, since=f"{since:%Y-%m-%d %H:%M}Z")


def mark_suspended(conn: sa.Connection, town: str, at: datetime) -> None:
    """Have a town stand as suspended where it does not yet."""
    is_free = sa.and_(jurisdictions.c.key == town, jurisdictions.c.suspended_at.is_(None))
    conn.execute(sa.update(jurisdictions).where(is_free).values(suspended_at=at))


def _parts(keys: Collection[str]) -> Iterable[Sequence[str]]:
    all_ = list(keys)
    return (all_[first : first + _AT_ONCE] for first in range(0, len(all_), _AT_ONCE))


def _statement(row: Any) -> Statement:
    return Statement(
        row.number, Event(row.event), row.facts, row.sealed, row.since, row.source,
        Author(row.by_role, row.by_unit, row.by_person), row.at, row.change, row.place,
    )  # fmt: skip
