"""The list of work orders, the oldest first: what nobody accepts stands at the top.

Decides by which index a filter is answered (`shared.db.looking`).
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from services.intake.domain.work_orders import AssigneeState, StaffedOrder
from services.intake.store.indexed import HELD
from services.intake.store.people import HELD_STATES, is_gone, with_person
from services.intake.store.rows import read_as
from services.intake.store.tables import cases, orders
from services.intake.store.visibility import not_hidden
from shared.contracts.messages import OrderState
from shared.db.looking import Looked, NextKeys, Wanted, among, asked_of_each, few, look, merged, stretch
from shared.kernel.roles import Viewer

Condition = sa.ColumnExpressionArgument[bool]


@dataclass(frozen=True, slots=True)
class OrderFilter:
    """What a list of work orders is narrowed to."""

    unit: str | None = None
    states: Sequence[OrderState] = HELD_STATES
    issued_before: datetime | None = None
    assignee: str | None = None


def list_orders(
    conn: sa.Connection, viewer: Viewer, wanted: OrderFilter, now: datetime, after: str | None, limit: int
) -> Looked[StaffedOrder, str]:
    """Return up to `limit` work orders, after the id `after`.

    Those of cases that rules hide are shown to whoever may see the case.
    """
    fits = asked_of_each(*_conditions(viewer, wanted, now))

    def fitting(ids: Sequence[str]) -> list[StaffedOrder]:
        found = sa.select(*with_person(now)).where(orders.c.id.in_(ids), fits).order_by(orders.c.id)
        return [read_as(StaffedOrder, row) for row in conn.execute(found).mappings()]

    return look(_way(conn, viewer.town, wanted), fitting, after, limit)


def _conditions(viewer: Viewer, wanted: OrderFilter, now: datetime) -> Iterator[Condition]:
    yield orders.c.town == viewer.town
    yield orders.c.state.in_(list(wanted.states))
    of_case = sa.and_(cases.c.id == orders.c.case_id, not_hidden(viewer))
    yield sa.select(cases.c.id).where(of_case).exists()
    if wanted.unit is not None:
        yield orders.c.unit == wanted.unit
    if wanted.issued_before is not None:
        yield orders.c.issued_at < wanted.issued_before
    if wanted.assignee is not None:
        yield is_gone(now) if wanted.assignee == AssigneeState.LEFT else orders.c.assignee == wanted.assignee


def _way(conn: sa.Connection, town: str, wanted: OrderFilter) -> NextKeys[str]:
    """What a person has is little, and whatever a person had may be; else each state is a stretch of its own."""
    person = wanted.assignee
    if person not in (None, AssigneeState.LEFT):
        is_held = set(wanted.states) <= set(HELD_STATES)
        of_person: list[Condition] = [orders.c.assignee == person, *([sa.text(HELD)] if is_held else [])]
        along = orders.c.id if is_held else orders.c.assignee
        if (found := few(conn, Wanted(sa.select(orders.c.id).where(*of_person), along))) is not None:
            return among(found)
    of_unit = [orders.c.unit == wanted.unit] if wanted.unit is not None else []
    of_town = orders.c.town == town
    return merged(
        *(stretch(conn, orders.c.id, of_town, *of_unit, orders.c.state == state) for state in wanted.states)
    )
