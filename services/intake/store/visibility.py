"""Which cases a caller may see, as a condition of the query: what may not be seen is not read at all.

Decides: a reporter sees the own reports; a private case is seen by the units that hold or finished its work
orders, by supervisors and operators; everybody else of the town's staff sees what is not private. Engineers
reach every case, but only through routes that show none of its content.
"""

from dataclasses import dataclass

import sqlalchemy as sa

from services.intake.domain.actors import ENGINEER, OPERATOR, REPORTER, SUPERVISOR
from services.intake.store.tables import cases, orders

_HANDLING = ("issued", "accepted", "done")


@dataclass(frozen=True, slots=True)
class Viewer:
    """Who looks, in a town that the token reaches."""

    town: str
    role: str
    unit: str | None
    person: str | None


def visible(viewer: Viewer) -> sa.ColumnElement[bool]:
    """Return the condition under which a row of `cases` may be shown."""
    of_town = cases.c.town == viewer.town
    own = sa.and_(cases.c.reporter.is_not(None), cases.c.reporter == viewer.person)
    if viewer.role == REPORTER:
        return sa.and_(of_town, own)
    if viewer.role in (SUPERVISOR, OPERATOR, ENGINEER):
        return of_town
    return sa.and_(of_town, sa.or_(sa.not_(cases.c.private), own, held_by(viewer.unit)))


def held_by(unit: str | None) -> sa.ColumnElement[bool]:
    """Return the condition that a unit holds or finished a work order of the case."""
    if unit is None:
        return sa.false()
    holding = sa.select(orders.c.case_id).where(
        orders.c.case_id == cases.c.id, orders.c.unit == unit, orders.c.state.in_(_HANDLING)
    )
    return holding.exists()
