"""Lists of cases, work orders and publications, newest first, a page at a time.

Decides which index answers which filter; ids grow with time, so they are the order.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from services.intake.store.reading import plain
from services.intake.store.tables import cases, orders, publications
from services.intake.store.visibility import Viewer, held_by, visible

Row = dict[str, Any]
_SHOWN = (
    "id", "number", "category", "channel", "place", "title", "state", "level", "lead", "round", "due_at",
    "breached", "flagged", "fallback", "private", "reported_at", "changed_at",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class CaseFilter:
    """What a list of cases is narrowed to; None does not narrow."""

    state: str | None = None
    category: str | None = None
    level: str | None = None
    unit: str | None = None
    number: str | None = None
    overdue: bool | None = None
    flagged: bool | None = None
    reported_from: datetime | None = None
    reported_to: datetime | None = None


def list_cases(
    conn: sa.Connection, viewer: Viewer, wanted: CaseFilter, after: str | None, limit: int
) -> list[Row]:
    """Return up to `limit` cases that the viewer may see, newest first, after the id `after`."""
    statement = (
        sa.select(*(cases.c[name] for name in _SHOWN))
        .where(visible(viewer), *_conditions(wanted), *([cases.c.id < after] if after else []))
        .order_by(cases.c.id.desc())
        .limit(limit)
    )
    return [plain(row) for row in conn.execute(statement).mappings()]


def _conditions(wanted: CaseFilter) -> list[sa.ColumnElement[bool]]:
    equal = [cases.c[name] == value for name in ("state", "category", "level", "number", "flagged")
             if (value := getattr(wanted, name)) is not None]  # fmt: skip
    if wanted.unit is not None:
        equal.append(sa.or_(cases.c.lead == wanted.unit, held_by(wanted.unit)))
    if wanted.overdue is not None:
        equal.append(cases.c.breached if wanted.overdue else sa.not_(cases.c.breached))
    if wanted.reported_from is not None:
        equal.append(cases.c.reported_at >= wanted.reported_from)
    if wanted.reported_to is not None:
        equal.append(cases.c.reported_at < wanted.reported_to)
    return equal


@dataclass(frozen=True, slots=True)
class OrderFilter:
    """What a list of work orders is narrowed to."""

    unit: str | None = None
    states: Sequence[str] = ("issued", "accepted")
    issued_before: datetime | None = None


def list_orders(
    conn: sa.Connection, town: str, wanted: OrderFilter, after: str | None, limit: int
) -> list[Row]:
    """Return up to `limit` work orders, the oldest first: what nobody accepts stands at the top."""
    conditions = [orders.c.town == town, orders.c.state.in_(list(wanted.states))]
    if wanted.unit is not None:
        conditions.append(orders.c.unit == wanted.unit)
    if wanted.issued_before is not None:
        conditions.append(orders.c.issued_at < wanted.issued_before)
    if after:
        conditions.append(orders.c.id > after)
    statement = sa.select(orders).where(*conditions).order_by(orders.c.id).limit(limit)
    return [plain(row) for row in conn.execute(statement).mappings()]


def list_publications(conn: sa.Connection, town: str, after: str | None, limit: int) -> list[Row]:
    """Return up to `limit` publications of a town, newest first; private ones are counted elsewhere."""
    conditions = [publications.c.town == town, publications.c.category.is_not(None)]
    conditions += [publications.c.id < after] if after else []
    statement = sa.select(publications).where(*conditions).order_by(publications.c.id.desc()).limit(limit)
    return [plain(row) for row in conn.execute(statement).mappings()]


def count_private(conn: sa.Connection, town: str) -> int:
    """Return how many results of private categories a town has published: they appear as a number alone (A-20)."""
    conditions = [publications.c.town == town, publications.c.category.is_(None)]
    return conn.scalar(sa.select(sa.func.count()).select_from(publications).where(*conditions)) or 0
