"""Counting a town's limits that run, as far as somebody may see them.

Decides how many are looked at: of those that have a due instant the first `MOST_COUNTED`, and as many of the rest. They
are read by index in the order in which they are due, so that what is cut is what is due last.
"""

from collections.abc import Iterator

import sqlalchemy as sa

from services.sla.domain.standings import DeadlineCount, DeadlineFigures, DeadlineStanding, StandingBounds
from services.sla.store.cases import may_see
from services.sla.store.standings import standing_of
from services.sla.store.tables import OPEN, assisting, clocks, situations
from shared.db.looking import asked_of_each
from shared.kernel.roles import Viewer

MOST_COUNTED = 10_000
_COUNTED = (clocks.c.unit, clocks.c.level, situations.c.category, situations.c.place)
Keys = sa.Select[tuple[str]]


def count_deadlines(
    conn: sa.Connection, viewer: Viewer, unit: str | None, bounds: StandingBounds
) -> DeadlineFigures:
    """Return how limits stand of cases that the viewer may see, by unit, level and category.

    Args:
        unit: leads or assists; None: all of the town's.
    """
    stretches = list(_stretches(viewer.town, unit))
    # `union` and not `union all`: a unit that assists in its own case has it in two stretches.
    looked_at = sa.union(*map(_shell, stretches)).subquery()
    standing = standing_of(bounds).label("standing")
    of_case = situations.c.subject_id == clocks.c.subject_id
    counted = (
        sa.select(standing, *_COUNTED, sa.func.count())
        .join_from(looked_at, clocks, clocks.c.clock_id == looked_at.c.clock_id)
        .join(situations, of_case)
        .where(asked_of_each(may_see(viewer)))
        .group_by(standing, *_COUNTED)
    )
    rows = [
        DeadlineCount(DeadlineStanding(how), unit, level, category or "", place, number)
        for how, unit, level, category, place, number in conn.execute(counted)
    ]
    return DeadlineFigures(tuple(rows), any(_is_cut(conn, each) for each in stretches))


def _shell(part: Keys) -> Keys:
    """SQLite takes an order and a limit within a part of a union in a query of its own alone."""
    return sa.select(part.subquery().c.clock_id)


def _stretches(town: str, unit: str | None) -> Iterator[Keys]:
    """Clocks by index, each stretch no longer than the bound."""
    base: list[sa.ColumnExpressionArgument[bool]] = [clocks.c.town == town, sa.text(OPEN)]
    if unit is not None:
        base.append(clocks.c.unit == unit)
        yield _of_assisted(unit)
    for has_due in (clocks.c.due_at.is_not(None), clocks.c.due_at.is_(None)):
        wanted = sa.select(clocks.c.clock_id).where(*base, has_due)
        yield wanted.order_by(clocks.c.due_at, clocks.c.clock_id).limit(MOST_COUNTED)


def _of_assisted(unit: str) -> Keys:
    """Of subjects in which a unit assists, the newest before the rest."""
    helped = sa.select(assisting.c.subject_id).where(assisting.c.unit == unit, assisting.c.assists)
    newest = helped.order_by(assisting.c.subject_id.desc()).limit(MOST_COUNTED).subquery()
    of_these = sa.select(clocks.c.clock_id).join_from(
        newest, clocks, clocks.c.subject_id == newest.c.subject_id
    )
    return of_these.where(sa.text(OPEN)).limit(MOST_COUNTED)


def _is_cut(conn: sa.Connection, stretch: Keys) -> bool:
    """Whether one more than was counted is there."""
    return conn.execute(stretch.limit(1).offset(MOST_COUNTED)).first() is not None
