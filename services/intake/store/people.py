"""Who works on a work order and whether that person is there: asked of the copies when it is looked at.

Decides that whoever holds no place in the order's unit has left it, and that an absence counts from its
beginning until its end.
"""

from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

import sqlalchemy as sa

from services.intake.domain.work_orders import AssigneeState, StaffedOrder
from services.intake.store.rows import read_as
from services.intake.store.tables import absences, members, orders
from shared.contracts.messages import AbsenceChanged, Actor, MembershipChanged, OrderState
from shared.db.driver import KeptQuery
from shared.db.types import Instant
from shared.db.work import Work
from shared.kernel.roles import Role

HELD_STATES = (OrderState.ISSUED, OrderState.ACCEPTED)


@dataclass(frozen=True, slots=True)
class MissingAssignee:
    """An open work order whose person is not there.

    Args:
        cause: has left the unit, or is absent for a time.
    """

    order: str
    case: str
    cause: AssigneeState
    substitute: str | None


class SqlPeople:
    """Copies of memberships and absences, and the work orders that hang on them."""

    def keep_member(self, work: Work, told: MembershipChanged, as_of: datetime) -> None:
        """Keep who holds a place in a unit, or no longer."""
        row = {"person": told.person, "unit": told.unit, "held": told.held, "as_of": as_of}
        work.rows(members).put(row)

    def keep_absence(self, work: Work, town: str, told: AbsenceChanged, as_of: datetime) -> None:
        """Keep who is away, from when until when."""
        work.rows(absences).put(
            {
                "id": told.absence,
                "town": town,
                "person": told.person,
                "substitute": told.substitute,
                "from_at": told.from_at,
                "until_at": told.until_at,
                "stands": told.stands,
                "as_of": as_of,
            }
        )

    def belongs(self, work: Work, person: str, unit: str) -> bool:
        """Tell whether a person holds a place in a unit."""
        row = work.rows(members).get((person, unit))
        return bool(row and row["held"])

    def gone(self, work: Work, limit: int) -> list[MissingAssignee]:
        """Return open work orders whose person is gone now and of which nobody was told, oldest first."""
        untold = (is_gone(work.at), orders.c.left_alarmed_at.is_(None), orders.c.state.in_(HELD_STATES))
        statement = sa.select(*with_person(work.at)).where(*untold).order_by(orders.c.id).limit(limit)
        return [
            MissingAssignee(
                row["id"], row["case_id"], AssigneeState(row["assignee_state"]), row["substitute"]
            )
            for row in work.conn.execute(statement).mappings()
        ]

    def next_gone_at(self, conn: sa.Connection, now: datetime) -> datetime | None:
        """Return when the next such work order comes up."""
        found = (_LEFT.value(conn), _IS_AWAY.value(conn, now=now))
        return min((at for at in found if at is not None), default=None)


def stood_in_for(conn: sa.Connection, town: str, actor: Actor, now: datetime) -> tuple[str, ...]:
    """Return the units of the town's grid workers who are away now and whose substitute the actor is."""
    if actor.role != Role.GRID_WORKER or actor.person is None:
        return ()
    away = (absences.c.from_at <= now, absences.c.until_at > now, absences.c.stands)
    statement = (
        sa.select(members.c.unit)
        .join(absences, absences.c.person == members.c.person)
        .where(absences.c.town == town, absences.c.substitute == actor.person, members.c.held, *away)
    )
    return tuple(conn.scalars(statement.distinct().order_by(members.c.unit)))


def with_person(now: datetime | sa.BindParameter[datetime]) -> tuple[Any, ...]:
    """Return the columns of a work order with its person's whereabouts and substitute."""
    away = sa.select(absences.c.substitute).where(*_away(now)).order_by(absences.c.from_at, absences.c.id)
    state = sa.case(
        (orders.c.assignee.is_(None), None),
        (sa.not_(_belongs()), AssigneeState.LEFT),
        (sa.select(absences.c.id).where(*_away(now)).exists(), AssigneeState.ABSENT),
        else_=AssigneeState.HERE,
    )
    return (*orders.c, state.label("assignee_state"), away.limit(1).scalar_subquery().label("substitute"))


def is_gone(now: datetime) -> sa.ColumnElement[bool]:
    """Return the condition that a work order's person left the unit or is away."""
    is_away = sa.select(absences.c.id).where(*_away(now)).exists()
    return sa.and_(orders.c.assignee.is_not(None), sa.or_(sa.not_(_belongs()), is_away))


def orders_of_case(conn: sa.Connection, case: str, now: datetime) -> list[StaffedOrder]:
    """Return a case's work orders in their order, with their persons' whereabouts."""
    return _ORDERS_OF_CASE.made(conn, partial(read_as, StaffedOrder), case=case, now=now)


def _belongs() -> sa.ColumnElement[bool]:
    here = (members.c.person == orders.c.assignee, members.c.unit == orders.c.unit, members.c.held)
    return sa.select(members.c.person).where(*here).exists()


def _away(now: datetime | sa.BindParameter[datetime]) -> tuple[sa.ColumnElement[bool], ...]:
    return _absence_of_assignee(), absences.c.from_at <= now, absences.c.until_at > now


def _absence_of_assignee() -> sa.ColumnElement[bool]:
    return sa.and_(
        absences.c.person == orders.c.assignee, absences.c.town == orders.c.town, absences.c.stands
    )


_UNTOLD = (
    orders.c.assignee.is_not(None),
    orders.c.left_alarmed_at.is_(None),
    orders.c.state.in_(HELD_STATES),
)
_NOW: sa.BindParameter[datetime] = sa.bindparam("now", type_=Instant())
# When a place was given up is not kept; the order's own instant is past, so that it is due at once.
_LEFT = KeptQuery(sa.select(sa.func.min(orders.c.issued_at)).where(*_UNTOLD, sa.not_(_belongs())))
# Without those that are over: they would be due for ever, and `gone` would find nothing to do for them.
_IS_AWAY = KeptQuery(
    sa.select(sa.func.min(absences.c.from_at)).where(
        *_UNTOLD, _absence_of_assignee(), absences.c.until_at > _NOW
    )
)
_ORDERS_OF_CASE = KeptQuery(
    sa.select(*with_person(_NOW)).where(orders.c.case_id == sa.bindparam("case")).order_by(orders.c.id)
)
