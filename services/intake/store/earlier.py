"""Counting earlier cases: one stretch of one index, read from its end, up to a bound."""

from collections.abc import Iterable

import sqlalchemy as sa

from services.intake.domain.earlier import NOT_COUNTED, EarlierCriteria
from services.intake.domain.receipts import DuplicateCandidate
from services.intake.store.tables import cases
from services.intake.store.visibility import visible
from shared.db.work import Work
from shared.kernel.instants import format_instant
from shared.kernel.roles import Viewer

MOST_LOOKED_AT = 500  # the latest of the stretch: among them are those that count

# What an index is kept of, the fewest cases first. Only these are asked of the stretch: the store is left no choice
# between indexes, which it would make without knowing how many cases a category has.
_NARROWEST = (("reporter",), ("source",), ("place_key", "category"), ("category",))


def earlier_cases(work: Work, criteria: EarlierCriteria) -> tuple[str, ...]:
    """Return the ids of the latest cases that count, as this transaction sees them, the latest first."""
    # Many reports share a transaction: those before this one must be found.
    work.write(cases)
    return tuple(work.conn.scalars(counting(criteria)))


def counting(criteria: EarlierCriteria) -> sa.Select[tuple[str]]:
    """Return the statement that finds the latest cases that count.

    First the stretch of the index, with a bound of its own: however many of a place's reports were merged or are
    hidden, no more of them are looked at.
    """
    narrow = next(columns for columns in _NARROWEST if set(columns) <= set(criteria.same))
    stretch = (
        sa.select(cases)
        .where(
            cases.c.town == criteria.town,
            *(cases.c[column] == criteria.same[column] for column in narrow),
            cases.c.reported_at.between(criteria.since_at, criteria.until_at),
        )
        .order_by(cases.c.reported_at.desc())
        .limit(MOST_LOOKED_AT)
        .subquery()
    )
    before = sa.or_(stretch.c.reported_at < criteria.surely_before, stretch.c.id < criteria.but)
    return (
        sa.select(stretch.c.id)
        .where(
            before,
            *(stretch.c[column] == value for column, value in criteria.same.items() if column not in narrow),
            stretch.c.state.not_in(NOT_COUNTED),
            stretch.c.seen_by.is_(None),
        )
        .order_by(stretch.c.reported_at.desc(), stretch.c.id.desc())
        .limit(criteria.most)
    )


def those_seen(conn: sa.Connection, viewer: Viewer, ids: Iterable[str]) -> list[DuplicateCandidate]:
    """Return those of the counted cases that the viewer may see now, the latest first."""
    statement = (
        sa.select(cases.c.id, cases.c.number, cases.c.state, cases.c.reported_at)
        .where(cases.c.id.in_(sorted(ids)), visible(viewer))
        .order_by(cases.c.reported_at.desc(), cases.c.id.desc())
    )
    return [
        DuplicateCandidate(row.id, row.number, row.state, format_instant(row.reported_at))
        for row in conn.execute(statement)
    ]
