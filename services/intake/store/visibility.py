"""Which cases a caller may see, as a condition of the query: what may not be seen is not read at all.

Decides: a reporter sees the own reports, and the cases into which they were merged; a private case is seen by
the units that hold or finished its work orders, by those that the town's rules name for it or a step asked for
approval, by supervisors and operators; everybody else of the town's staff sees what is not private; what the
town's rules hide is seen by those whom they name, those asked for approval, and the operator.
Engineers reach every case, but only through routes that show none of its content.
"""

from dataclasses import dataclass

import sqlalchemy as sa

from services.intake.domain.actors import ENGINEER, GRID_WORKER, OPERATOR, REPORTER, SUPERVISOR
from services.intake.store.tables import cases, joint_reporters, orders
from shared.db.visibility import shown_to

# Not withdrawn nor declined: a unit that is rid of a private case has no business with it any more.
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
    if viewer.role in (OPERATOR, ENGINEER):
        return of_town
    return sa.and_(of_town, _of_role(viewer), not_hidden(viewer))


def _of_role(viewer: Viewer) -> sa.ColumnElement[bool]:
    if viewer.role == SUPERVISOR:
        return sa.true()
    own = _reported_by(viewer.town, viewer.person)
    if viewer.role == REPORTER:
        return own
    return sa.or_(sa.not_(cases.c.private), own, held_by(viewer.unit), _put_before(viewer.unit))


def _put_before(unit: str | None) -> sa.ColumnElement[bool]:
    """Named by a rule that hides the case, or asked for approval: by its unit, for a role is too many for privacy."""
    if unit is None:
        return sa.false()
    texts = (cases.c.seen_by, cases.c.asked)
    # To `shown_to` NULL means hidden from nobody; for a private case it must let nobody in.
    return sa.or_(*(sa.and_(text.is_not(None), shown_to(text, [unit])) for text in texts))


def _reported_by(town: str, person: str | None) -> sa.ColumnElement[bool]:
    """Reported by the person, or taking in what the person reported: two lists of keys, each from its index."""
    if person is None:
        return sa.false()
    own = sa.select(cases.c.id).where(cases.c.town == town, cases.c.reporter == person)
    joined = sa.select(joint_reporters.c.case_id).where(joint_reporters.c.reporter == person)
    return cases.c.id.in_(sa.union_all(own, joined))


def not_hidden(viewer: Viewer) -> sa.ColumnElement[bool]:
    """Return the condition that no rule hides the case from the viewer.

    What rules hide is seen by the operator, by those whom they name, and by the grid that found it (P002B.12).
    """
    if viewer.role in (OPERATOR, ENGINEER):
        return sa.true()
    # Not None: compared with it, the column is asked for NULL, and whoever has no unit would see what no unit found.
    found_it = sa.and_(cases.c.finder_role == GRID_WORKER, cases.c.finder_unit == (viewer.unit or ""))
    return sa.or_(found_it, shown_to(cases.c.seen_by, filter(None, (viewer.role, viewer.unit))))


def held_by(unit: str | None) -> sa.ColumnElement[bool]:
    """Return the condition that a unit holds or finished a work order of the case."""
    if unit is None:
        return sa.false()
    holding = sa.select(orders.c.case_id).where(
        orders.c.case_id == cases.c.id, orders.c.unit == unit, orders.c.state.in_(_HANDLING)
    )
    return holding.exists()
