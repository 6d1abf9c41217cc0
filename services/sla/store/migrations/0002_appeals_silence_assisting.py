"""Appeals, silent cases, units that assist, first acceptance."""

import json
from collections.abc import Iterator
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from alembic import op

import shared.db.types
from shared.kernel.instants import parse_instant

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_BATCH = 1000
_PAGE = sa.text(
    "select case_id, situation, life from situations where case_id > :after order by case_id limit :most"
)
_ACCEPTED = sa.text("update situations set accepted_at = :at where case_id = :case").bindparams(
    sa.bindparam("at", type_=shared.db.types.Instant(timezone=True))
)
_ASSISTING = sa.text("insert into assisting (unit, case_id, assists) values (:unit, :case, true)")


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "assisting",
        sa.Column("unit", sa.String(), nullable=False),
        sa.Column("case_id", sa.String(), nullable=False),
        sa.Column("assists", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("unit", "case_id"),
    )
    op.add_column("clocks", sa.Column("excused_at", shared.db.types.Instant(timezone=True), nullable=True))
    op.add_column("clocks", sa.Column("earlier_verdict", sa.String(), nullable=True))
    op.add_column("clocks", sa.Column("silent_until", shared.db.types.Instant(timezone=True), nullable=True))
    op.add_column(
        "situations", sa.Column("accepted_at", shared.db.types.Instant(timezone=True), nullable=True)
    )
    op.create_index(
        "situations_unaccepted",
        "situations",
        ["town", "case_id"],
        unique=False,
        sqlite_where=sa.text("accepted_at is null"),
        postgresql_where=sa.text("accepted_at is null"),
    )
    _fill_in(op.get_bind())


def _fill_in(conn: sa.Connection) -> None:
    """Write down of each known case when it was first accepted and who assists."""
    for rows in _pages(conn):
        accepted = [{"case": case, "at": at} for case, _, life in rows if (at := _accepted_at(life))]
        assisting = [
            {"case": case, "unit": unit}
            for case, situation, _ in rows
            for unit in set(situation["assisting"])
        ]
        if accepted:
            conn.execute(_ACCEPTED, accepted)
        if assisting:
            conn.execute(_ASSISTING, assisting)


def _pages(conn: sa.Connection) -> Iterator[list[tuple[str, Any, Any]]]:
    after = ""
    while rows := conn.execute(_PAGE, {"after": after, "most": _BATCH}).all():
        yield [(case, json.loads(situation), json.loads(life)) for case, situation, life in rows]
        after = rows[-1].case_id


def _accepted_at(life: dict[str, Any]) -> datetime | None:
    mark = life["marks"].get("accepted")
    return parse_instant(mark[0]) if mark else None
