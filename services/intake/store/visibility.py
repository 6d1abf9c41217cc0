"""Where the case file keeps what says who may see a case; the answer itself is `shared.db.visibility`'s."""

import sqlalchemy as sa

from services.intake.store.tables import cases, joint_reporters, orders
from shared.db import visibility
from shared.db.visibility import CaseColumns
from shared.kernel.roles import Viewer

# Not withdrawn nor declined: a unit that is rid of a private case has no business with it any more.
_HANDLING = ("issued", "accepted", "done")


def visible(viewer: Viewer) -> sa.ColumnElement[bool]:
    """Return the condition under which a row of `cases` may be shown."""
    return visibility.visible(viewer, _COLUMNS)


def not_hidden(viewer: Viewer) -> sa.ColumnElement[bool]:
    """Return the condition that no rule hides the case from the viewer."""
    return visibility.not_hidden(viewer, _COLUMNS)


def _reported_by(_town: str, person: str) -> sa.ColumnElement[bool]:
    """Reported by the person, or taking in what the person reported: asked of the one case that is looked at.

    Not a list of all that the person reported: of somebody who reports every day it would be read for every page.
    """
    of_case = (joint_reporters.c.case_id == cases.c.id, joint_reporters.c.reporter == person)
    return sa.or_(cases.c.reporter == person, sa.select(joint_reporters.c.case_id).where(*of_case).exists())


def held_by(unit: str | None) -> sa.ColumnElement[bool]:
    """Return the condition that a unit holds or finished a work order of the case."""
    if unit is None:
        return sa.false()
    holding = sa.select(orders.c.case_id).where(
        orders.c.case_id == cases.c.id, orders.c.unit == unit, orders.c.state.in_(_HANDLING)
    )
    return holding.exists()


_COLUMNS = CaseColumns(
    id=cases.c.id,
    town=cases.c.town,
    private=cases.c.private,
    seen_by=cases.c.seen_by,
    asked=cases.c.asked,
    finder_role=cases.c.finder_role,
    finder_unit=cases.c.finder_unit,
    reported_by=_reported_by,
    held_by=held_by,
)
