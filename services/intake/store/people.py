"""Who works on a work order and whether that person is there: asked of the copies when it is looked at.

Decides that whoever holds no place in the order's unit has left it, and that an absence counts from its
beginning until its end.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from services.intake.ports.people import Gone, Row
from services.intake.store.reading import plain
from services.intake.store.tables import absences, members, orders
from shared.db.work import Work

HELD = ("issued", "accepted")
HERE, LEFT, ABSENT = "here", "left", "absent"


class StoredPeople:
    """Implements `ports.people.People`."""

    def keep_member(self, work: Work, row: Row) -> None:
        """Keep who holds a place in a unit, or no longer."""
        work.rows(members).put(row)

    def keep_absence(self, work: Work, row: Row) -> None:
        """Keep who is away, from when until when."""
        work.rows(absences).put(row)

    def belongs(self, work: Work, person: str, unit: str) -> bool:
        """Tell whether a person holds a place in a unit."""
        row = work.rows(members).get((person, unit))
        return bool(row and row["held"])

    def gone(self, work: Work, limit: int) -> Sequence[Gone]:
        """Return open work orders whose person is gone now and of which nobody was told, oldest first."""
        untold = (is_gone(work.at), orders.c.left_alarmed_at.is_(None), orders.c.state.in_(HELD))
        statement = sa.select(*with_person(work.at)).where(*untold).order_by(orders.c.id).limit(limit)
        return [
            Gone(row["id"], row["case_id"], row["assignee_state"], row["substitute"])
            for row in work.conn.execute(statement).mappings()
        ]

    def next_gone_at(self, conn: sa.Connection, now: datetime) -> datetime | None:
        """Return when the next such work order comes up."""
        untold = (
            orders.c.assignee.is_not(None),
            orders.c.left_alarmed_at.is_(None),
            orders.c.state.in_(HELD),
        )
        left = sa.select(sa.func.min(orders.c.issued_at)).where(*untold, sa.not_(_belongs()))
        away = sa.select(sa.func.min(absences.c.from_at)).where(
            *untold, _absence_of_assignee(), absences.c.until_at > now
        )
        found = [at for at in (conn.scalar(left), conn.scalar(away)) if at is not None]
        return min(found, default=None)


def with_person(now: datetime) -> tuple[Any, ...]:
    """Return the columns of a work order with its person's whereabouts and substitute."""
    away = sa.select(absences.c.substitute).where(*_away(now)).order_by(absences.c.from_at, absences.c.id)
    state = sa.case(
        (orders.c.assignee.is_(None), None),
        (sa.not_(_belongs()), LEFT),
        (sa.select(absences.c.id).where(*_away(now)).exists(), ABSENT),
        else_=HERE,
    )
    return (*orders.c, state.label("assignee_state"), away.limit(1).scalar_subquery().label("substitute"))


def is_gone(now: datetime) -> sa.ColumnElement[bool]:
    """Return the condition that a work order's person left the unit or is away."""
    is_away = sa.select(absences.c.id).where(*_away(now)).exists()
    return sa.and_(orders.c.assignee.is_not(None), sa.or_(sa.not_(_belongs()), is_away))


def orders_of_case(conn: sa.Connection, case: str, now: datetime) -> list[Row]:
    """Return a case's work orders in their order, with their persons' whereabouts."""
    statement = sa.select(*with_person(now)).where(orders.c.case_id == case).order_by(orders.c.id)
    return [plain(row) for row in conn.execute(statement).mappings()]


def _belongs() -> sa.ColumnElement[bool]:
    here = (members.c.person == orders.c.assignee, members.c.unit == orders.c.unit, members.c.held)
    return sa.select(members.c.person).where(*here).exists()


def _away(now: datetime) -> tuple[sa.ColumnElement[bool], ...]:
    return _absence_of_assignee(), absences.c.from_at <= now, absences.c.until_at > now


def _absence_of_assignee() -> sa.ColumnElement[bool]:
    return sa.and_(
        absences.c.person == orders.c.assignee, absences.c.town == orders.c.town, absences.c.stands
    )
