"""Occurrences as rows: read for a transaction, opened as they fall due, made and changed in bulk."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from services.duties.domain.occurrence import KeptOccurrence, KeptState
from services.duties.store.tables import AHEAD, occurrences
from services.duties.store.typed import plain, typed
from shared.db.bulk import Row
from shared.db.work import Work

_ON, _HELD_ON = "on", "held_on"  # the one is a word of SQL
_BEGUN = (KeptState.OPEN.value, KeptState.MET.value)
_AHEAD = sa.text(AHEAD)  # by the letter, as the index has it


class SqlOccurrences:
    """Occurrences in this service's own store, within a transaction."""

    def get(self, work: Work, id_: str) -> KeptOccurrence | None:
        """Return an occurrence as this transaction sees it, locked in PostgreSQL; None: there is none."""
        row = work.rows(occurrences).get(id_)
        return None if row is None else occurrence_of(row)

    def put(self, work: Work, occurrence: KeptOccurrence) -> None:
        """Keep an occurrence as it now stands."""
        work.rows(occurrences).put(_row(occurrence))

    def add(self, work: Work, occurrence: KeptOccurrence) -> None:
        """Keep an occurrence of which is known that it is not there yet."""
        work.rows(occurrences).add(_row(occurrence))

    def prefetch(self, work: Work, ids: Iterable[str]) -> None:
        """Read many at once, locked in one order."""
        work.rows(occurrences).prefetch(ids)

    def between(
        self, work: Work, town: str, duty: str, labels: tuple[date, date], posts: tuple[str, str | None]
    ) -> Mapping[str, KeptOccurrence]:
        """Return a duty's occurrences of some posts, by id, for a new reckoning.

        Args:
            labels: first and last, both included.
            posts: from the first up to the last, this one excluded; None: up to the end.
        """
        c = occurrences.c
        wanted = sa.select(c.id).where(
            c.town == town,
            c.duty == duty,
            c.label >= labels[0].isoformat(),
            c.label <= labels[1].isoformat(),
            c.post >= posts[0],
            *((c.post < posts[1],) if posts[1] is not None else ()),
        )
        ids = list(work.conn.scalars(wanted))
        self.prefetch(work, ids)
        return {id_: known for id_ in ids if (known := self.get(work, id_)) is not None}

    def due_to_open(self, work: Work, limit: int) -> Sequence[KeptOccurrence]:
        """Return what is owed from now on, what opened first first; in PostgreSQL what another has hold of is left."""
        c = occurrences.c
        found = sa.select(c.id).where(_AHEAD, c.opens_at <= work.at).order_by(c.opens_at).limit(limit)
        ids = list(work.conn.scalars(found.with_for_update(skip_locked=True)))
        self.prefetch(work, ids)
        known = (self.get(work, id_) for id_ in ids)
        return [each for each in known if each is not None and each.state is KeptState.AHEAD]

    def next_to_open(self, conn: sa.Connection) -> datetime | None:
        """Return when the next one is owed: the left end of the index."""
        c = occurrences.c
        wanted = sa.select(c.opens_at).where(_AHEAD, c.opens_at.is_not(None)).order_by(c.opens_at).limit(1)
        found: datetime | None = conn.scalar(wanted)
        return found

    def of_post_on(
        self, work: Work, town: str, post: str, duties: Sequence[str], day: date
    ) -> Sequence[KeptOccurrence]:
        """Return the occurrences of a post for which something of a day may count, locked in one order."""
        c, on = occurrences.c, day.isoformat()
        wanted = sa.select(c.id).where(
            c.town == town, c.post == post, c.held_on >= on, c.since <= on, c.duty.in_(duties)
        )
        ids = sorted(work.conn.scalars(wanted))
        self.prefetch(work, ids)
        return [known for id_ in ids if (known := self.get(work, id_)) is not None]

    def open_within(
        self, work: Work, town: str, jurisdictions: Iterable[str], duties: Sequence[str], day: date
    ) -> Sequence[KeptOccurrence]:
        """Return what posts of some jurisdictions owe from a day on and have begun, locked in one order."""
        c = occurrences.c
        sits = (sa.and_(c.post >= f"{each}/", c.post < f"{each}0") for each in sorted(jurisdictions))
        wanted = sa.select(c.id).where(
            c.town == town,
            sa.or_(*sits),
            c.held_on >= day.isoformat(),
            c.duty.in_(duties),
            c.state.in_(_BEGUN),
        )
        ids = sorted(work.conn.scalars(wanted))
        self.prefetch(work, ids)
        return [known for id_ in ids if (known := self.get(work, id_)) is not None]


def find_occurrence(conn: sa.Connection, town: str, id_: str) -> KeptOccurrence | None:
    """Return an occurrence of a town, for reading; None: there is none."""
    c = occurrences.c
    row = conn.execute(sa.select(occurrences).where(c.id == id_, c.town == town)).mappings().one_or_none()
    return None if row is None else occurrence_of(row)


def occurrence_of(row: Mapping[Any, Any]) -> KeptOccurrence:
    """Return the occurrence that stands in a row."""
    return typed({_ON if name == _HELD_ON else name: row[name] for name in row}, KeptOccurrence)


def _row(occurrence: KeptOccurrence) -> Row:
    return {_HELD_ON if name == _ON else name: value for name, value in plain(occurrence).items()}
