"""Cases that look like a given one, among those that the viewer may see."""

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa

from services.intake.domain.likeness import Likeness
from services.intake.domain.milestones import DISMISSED, MERGED
from services.intake.store.tables import cases
from services.intake.store.visibility import Viewer, visible
from shared.kernel.instants import format_instant


def find_alike(
    conn: sa.Connection, viewer: Viewer, likeness: Likeness, limit: int
) -> list[Mapping[str, Any]]:
    """Return at most `limit` cases, newest first; what was merged or dismissed is no candidate."""
    conditions = [
        visible(viewer),
        cases.c.id != likeness.but,
        cases.c.reported_at.between(likeness.since_at, likeness.until_at),
        cases.c.state.not_in([MERGED, DISMISSED]),
    ]
    if likeness.category is not None:
        conditions.append(cases.c.category == likeness.category)
    if likeness.place is not None:
        conditions.append(cases.c.place_key == likeness.place)
    columns = (cases.c.id, cases.c.number, cases.c.state, cases.c.reported_at)
    statement = sa.select(*columns).where(*conditions).order_by(cases.c.id.desc()).limit(limit)
    return [
        {
            "case": row.id,
            "number": row.number,
            "state": row.state,
            "reported_at": format_instant(row.reported_at),
        }
        for row in conn.execute(statement)
    ]
