"""Reading one case with all that hangs on it. What the viewer may not see is not found."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from services.intake.domain.case import COLUMNS, Case
from services.intake.domain.chain import Entry
from services.intake.store import tables
from services.intake.store.visibility import Viewer, visible
from shared.kernel.instants import parse_instant

Row = dict[str, Any]


def plain(row: sa.RowMapping) -> Row:
    """Return a row whose names are plain texts; some of the database's are of its own kind, which JSON refuses."""
    return {str(name): value for name, value in row.items()}


def find_case(conn: sa.Connection, viewer: Viewer, key: str) -> Case | None:
    """Return the case with this id or number, if the viewer may see it."""
    named = sa.or_(tables.cases.c.id == key, tables.cases.c.number == key)
    row = conn.execute(sa.select(tables.cases).where(visible(viewer), named)).mappings().one_or_none()
    return case_of(row) if row else None


def case_of(row: Mapping[Any, Any]) -> Case:
    """Return the case of a row; columns that only queries need are left out."""
    return Case(**{name: row[name] for name in COLUMNS})


def history_of(conn: sa.Connection, case: str) -> Iterator[Entry]:
    """Yield the case's history in its order."""
    table = tables.history
    rows = conn.execute(sa.select(table).where(table.c.case_id == case).order_by(table.c.n))
    for row in rows.mappings():
        yield Entry(case=row["case_id"], **{name: row[name] for name in _ENTRY})


_ENTRY = ("n", "at", "what", "by", "data", "previous", "hash", "texts")


def of_case(conn: sa.Connection, table: sa.Table, case: str) -> list[Row]:
    """Return the rows of a table that belong to a case, in the order of their keys."""
    found = conn.execute(sa.select(table).where(table.c.case_id == case).order_by(*table.primary_key.columns))
    return [plain(row) for row in found.mappings()]


def find_attachment(conn: sa.Connection, case: str, attachment: str) -> Row | None:
    """Return a case's attachment, without its content."""
    table = tables.attachments
    found = conn.execute(sa.select(table).where(table.c.case_id == case, table.c.id == attachment))
    row = found.mappings().one_or_none()
    return plain(row) if row else None


def identity_of(conn: sa.Connection, town: str, ref: str) -> Row | None:
    """Return the row under which an identity is sealed."""
    return identities_of(conn, town, [ref]).get(ref)


def identities_of(conn: sa.Connection, town: str, refs: Iterable[str]) -> dict[str, Row]:
    """Return the rows under which identities are sealed, by reference; those of nobody are left out."""
    table = tables.identities
    named = sa.and_(table.c.town == town, table.c.ref.in_(set(refs)))
    return {row["ref"]: plain(row) for row in conn.execute(sa.select(table).where(named)).mappings()}


def cases_reported_by(conn: sa.Connection, town: str, ref: str) -> list[str]:
    """Return the ids of the cases that a person reported in a town."""
    table = tables.cases
    return list(conn.scalars(sa.select(table.c.id).where(table.c.town == town, table.c.reporter == ref)))


def current_edition_number(conn: sa.Connection, edition: str) -> int | None:
    """Return the number of an edition."""
    table = tables.flow.editions
    found: int | None = conn.scalar(sa.select(table.c.number).where(table.c.edition == edition))
    return found


def open_clocks_of(conn: sa.Connection, case: str) -> list[Row]:
    """Return the copies of a case's clocks that have not stopped."""
    return [row for row in of_case(conn, tables.clocks, case) if row["state"] != "stopped"]


def steps_taken(conn: sa.Connection, case: str) -> list[tuple[str, datetime]]:
    """Return the keys of the steps taken on a case with their instants, in their order."""
    table = tables.history
    found = sa.select(table.c.at, table.c.data).where(table.c.case_id == case, table.c.what == "step")
    rows = conn.execute(found.order_by(table.c.n)).all()
    return [(row.data["step"], parse_instant(row.data.get("at", row.at))) for row in rows]
