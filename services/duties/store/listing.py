"""Lists of occurrences, records and requests for leave, each in the order of an index.

Decides by which index a list is read. What no index answers, such as who may see a row, is asked of each row that is
looked at (`shared.db.looking`).
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa

from services.duties.domain.meeting import Leave
from services.duties.domain.occurrence import KeptOccurrence, KeptState
from services.duties.domain.record import KeptRecord
from services.duties.store.occurrences import occurrence_of
from services.duties.store.tables import MOVED, leaves, occurrences, records
from services.duties.store.typed import typed
from shared.db.looking import Looked, NextKeys, look, stretch

DayPlace = tuple[str, str]  # where an occurrence stands in a list: its day, then its id
Condition = sa.ColumnElement[bool]


@dataclass(frozen=True, slots=True)
class Within:
    """Where somebody looks: at the occurrences of some posts, and at those of some duties."""

    posts: tuple[str, ...]
    duties: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class OccurrenceFilter:
    """What a list of occurrences is narrowed to; what is None is not asked for.

    Args:
        first, last: days on which they are held, both included.
        is_moved: those alone that a newer edition or calendar moved.
        within: where to look; None: at all of the town's.
    """

    first: date
    last: date
    post: str | None = None
    duty: str | None = None
    is_moved: bool = False
    within: Within | None = None

    @property
    def stretches(self) -> list[Condition]:
        """Of what is asked for that which an index has: the rest is asked of each row that is looked at."""
        c = occurrences.c
        if self.post is not None:
            return [c.post == self.post]
        if self.within is not None:
            return [
                *(c.post == post for post in self.within.posts),
                *(c.duty == duty for duty in self.within.duties),
            ] or [sa.false()]
        if self.is_moved:
            return [sa.text(MOVED)]  # type: ignore[list-item]
        return [c.duty == self.duty] if self.duty is not None else []

    def holds(self, known: KeptOccurrence) -> bool:
        """Tell whether an occurrence is what is asked for."""
        is_of_duty = self.duty is None or known.duty == self.duty
        return is_of_duty and not (self.is_moved and known.was_on is None)


def list_occurrences(
    conn: sa.Connection,
    town: str,
    narrowed: OccurrenceFilter,
    fits: Callable[[KeptOccurrence], bool],
    after: DayPlace | None,
    limit: int,
) -> Looked[KeptOccurrence, DayPlace]:
    """Return occurrences by their day.

    Args:
        fits: who looks may see it, and wants to.
        after: the last row of the page before; None: from the begin. limit: how many rows at most.
    """

    def fitting(places: Sequence[DayPlace]) -> Sequence[KeptOccurrence]:
        found = sa.select(occurrences).where(occurrences.c.id.in_([id_ for _, id_ in places]))
        rows = {known.id: known for known in map(occurrence_of, conn.execute(found).mappings())}
        known = (rows[id_] for _, id_ in places if id_ in rows)
        return [each for each in known if narrowed.holds(each) and fits(each)]

    return look(_by_day(conn, town, narrowed), fitting, after, limit)


def held_before(conn: sa.Connection, kept: KeptOccurrence, number: int) -> tuple[date, ...]:
    """Return the days on which a post held a duty before, the latest first."""
    if kept.on is None:
        return ()
    c = occurrences.c
    held = c.state.not_in([KeptState.WITHDRAWN.value, KeptState.REPLACED.value])
    wanted = (
        sa.select(c.held_on)
        .where(
            c.town == kept.town,
            c.post == kept.post,
            c.held_on < kept.on.isoformat(),
            c.duty == kept.duty,
            held,
        )
        .order_by(c.held_on.desc())
        .limit(number)
    )
    return tuple(date.fromisoformat(on) for on in conn.scalars(wanted))


def _by_day(conn: sa.Connection, town: str, narrowed: OccurrenceFilter) -> NextKeys[DayPlace]:
    c = occurrences.c
    base = [c.town == town, c.held_on <= narrowed.last.isoformat()]
    ways = [[*base, each] for each in narrowed.stretches] or [base]

    def following(place: DayPlace | None, number: int) -> Sequence[DayPlace]:
        first = c.held_on >= narrowed.first.isoformat()
        past = first if place is None else sa.tuple_(c.held_on, c.id) > place
        found: set[DayPlace] = set()
        for way in ways:  # each is read along its index, which has the list's order
            wanted = sa.select(c.held_on, c.id).where(*way, past).order_by(c.held_on, c.id).limit(number)
            found.update((row.held_on, row.id) for row in conn.execute(wanted))
        return sorted(found)[:number]

    return following


@dataclass(frozen=True, slots=True)
class RecordFilter:
    """What a list of records is narrowed to."""

    form: str | None = None
    post: str | None = None
    subject: str | None = None
    occurrence: str | None = None
    first: date | None = None
    last: date | None = None

    @property
    def stretch(self) -> list[Condition]:
        """Of what is asked for that which an index has: the rest is asked of each row that is looked at."""
        c = records.c
        if self.occurrence is not None:
            return [c.occurrence == self.occurrence]
        if self.subject is not None:
            return [c.subject == self.subject]
        return [c.post == self.post] if self.post is not None else []

    def holds(self, record: KeptRecord) -> bool:
        """Tell whether a record is what is asked for."""
        asked = (
            (self.form, record.form),
            (self.post, record.post),
            (self.subject, record.subject),
        )
        is_of_days = (self.first or record.day) <= record.day <= (self.last or record.day)
        return is_of_days and all(wanted is None or wanted == found for wanted, found in asked)


def list_records(
    conn: sa.Connection,
    town: str,
    narrowed: RecordFilter,
    fits: Callable[[KeptRecord], bool],
    after: str | None,
    limit: int,
) -> Looked[KeptRecord, str]:
    """Return records, the newest first.

    Args:
        fits: who looks may see it.
        after: id of the last row of the page before; None: from the newest. limit: how many rows at most.
    """
    way = stretch(conn, records.c.id, records.c.town == town, *narrowed.stretch, descending=True)

    def fitting(ids: Sequence[str]) -> Sequence[KeptRecord]:
        found = sa.select(records).where(records.c.id.in_(ids)).order_by(records.c.id.desc())
        known = (typed(row, KeptRecord) for row in conn.execute(found).mappings())
        return [record for record in known if narrowed.holds(record) and fits(record)]

    return look(way, fitting, after, limit)


def list_leaves(
    conn: sa.Connection, town: str, fits: Callable[[Leave], bool], after: str | None, limit: int
) -> Looked[Leave, str]:
    """Return requests for leave, the newest first; arguments as of `list_records`."""

    def fitting(ids: Sequence[str]) -> Sequence[Leave]:
        found = sa.select(leaves).where(leaves.c.id.in_(ids)).order_by(leaves.c.id.desc())
        return [leave for row in conn.execute(found).mappings() if fits(leave := typed(row, Leave))]

    return look(stretch(conn, leaves.c.id, leaves.c.town == town, descending=True), fitting, after, limit)
