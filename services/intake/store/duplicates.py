"""Cases that look like one: of the latest of a stretch of an index, those that are near."""

from itertools import islice

import sqlalchemy as sa

from services.intake.domain.duplicates import DuplicateCriteria
from services.intake.domain.milestones import DISMISSED, MERGED
from services.intake.domain.receipts import DuplicateCandidate
from services.intake.store.tables import cases
from services.intake.store.visibility import visible
from shared.kernel.instants import format_instant
from shared.kernel.roles import Viewer

MOST_MEASURED = 500  # cases whose distance is reckoned for one report


def find_duplicates(
    conn: sa.Connection, viewer: Viewer, criteria: DuplicateCriteria, limit: int
) -> list[DuplicateCandidate]:
    """Return at most `limit` cases that look like one and that the viewer may see, newest first.

    What was merged or dismissed is no candidate.
    """
    where = criteria.where
    # A distance is not the store's to reckon: of the latest cases within the time, those are taken that lie near.
    is_measured = where is not None and where.is_measured
    columns = (cases.c.id, cases.c.number, cases.c.state, cases.c.reported_at, cases.c.place)
    fits = (
        visible(viewer),
        cases.c.id.in_(_latest(viewer.town, criteria))
        if criteria.category is not None
        else _alike(cases, criteria),
        cases.c.id != criteria.but,
        cases.c.state.not_in([MERGED, DISMISSED]),
    )
    statement = sa.select(*columns).where(*fits).order_by(cases.c.id.desc())
    found = conn.execute(statement.limit(MOST_MEASURED if is_measured else limit))
    near = (row for row in found if where is None or where.holds(row.place))
    return [
        DuplicateCandidate(row.id, row.number, row.state, format_instant(row.reported_at))
        for row in islice(near, limit)
    ]


def _latest(town: str, criteria: DuplicateCriteria) -> sa.Select[tuple[str]]:
    """A stretch of an index with a bound of its own: however much of it nobody may see, no more is looked at."""
    near = cases.alias()
    stretch = sa.select(near.c.id).where(near.c.town == town, _alike(near, criteria))
    return stretch.order_by(near.c.reported_at.desc()).limit(MOST_MEASURED)


def _alike(table: sa.FromClause, criteria: DuplicateCriteria) -> sa.ColumnElement[bool]:
    asked: list[sa.ColumnElement[bool]] = [table.c.reported_at.between(criteria.since_at, criteria.until_at)]
    if criteria.category is not None:
        asked.append(table.c.category == criteria.category)
    if criteria.where is not None and not criteria.where.is_measured:
        asked.append(table.c.place_key == criteria.where.place.key)
    return sa.and_(*asked)
