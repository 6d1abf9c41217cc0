"""Who is there to be visited and in which group, through time: this service's copy of what the ledger says.

Decides that a group is asked for as of an instant: what was owed last month was owed to those who were there then.
"""

from collections.abc import Collection, Iterable
from datetime import datetime

import sqlalchemy as sa

from services.duties.domain.membership import GroupedSubject
from services.duties.store.tables import subjects
from services.duties.store.typed import plain, typed
from shared.db.work import Work


class SqlSubjects:
    """Who is there, in this service's own store."""

    def standing(self, work: Work, entries: Collection[str]) -> dict[str, list[GroupedSubject]]:
        """Return the groups in which entries are now, by entry."""
        self.write(work)
        c = subjects.c
        asked = sa.select(subjects).where(c.entry.in_(sorted(entries)), c.until_at.is_(None))
        found: dict[str, list[GroupedSubject]] = {}
        for row in work.conn.execute(asked).mappings():
            each = typed(row, GroupedSubject)
            found.setdefault(each.entry, []).append(each)
        return found

    def put(self, work: Work, rows: Iterable[GroupedSubject]) -> None:
        """Keep groups as they now stand."""
        kept = work.rows(subjects)
        for each in rows:
            kept.put(plain(each))

    def write(self, work: Work) -> None:
        """Have what was put be found by what is asked from here on."""
        work.write(subjects)

    def members(
        self,
        conn: sa.Connection,
        town: str,
        kind: str | None,
        values: Collection[str],
        places: Collection[str] | None,
        at: datetime,
    ) -> dict[str, str]:
        """Return who is in one of some groups at an instant: reference → the group.

        Args:
            kind: None: of any. places: None: the whole town.
        """  # fmt: skip
        c = subjects.c
        asked = sa.select(c.entry, c.value).where(
            c.town == town,
            c.value.in_(sorted(values)),
            *((c.kind == kind,) if kind is not None else ()),
            *((c.place.in_(sorted(places)),) if places is not None else ()),
            c.since_at <= at,
            sa.or_(c.until_at.is_(None), c.until_at > at),
        )
        return {row.entry: row.value for row in conn.execute(asked)}
