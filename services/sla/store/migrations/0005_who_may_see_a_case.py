"""Who may see a case, and which units hold or finished a share of it.

Taken from the snapshots that are kept; units' shares of private cases from who leads and assists now, until a message
says otherwise.
"""

import sqlalchemy as sa
from alembic import op
from msgspec import Struct
from msgspec.json import decode

from shared.db.flow_migrations import create_shares

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

_PRIVATE = sa.text(r"""update situations set private = (snapshot like '%"private"\:true%')""")
# Only of cases that are not everybody's does the rest matter.
_RESTRICTED = sa.text(
    "select subject_id as case_id, snapshot from situations where private or seen_by is not null"
)
_SIGHT = sa.text(
    "update situations set reporters = :reporters, finder_role = :finder_role, finder_unit = :finder_unit "
    "where subject_id = :case_id"
)
# Under no work order's id: whatever is heard of the unit's share next takes its place.
_SHARE = sa.text(
    "insert into shares (case_id, unit, work_order, has_finished) values (:case_id, :unit, '', :has_finished)"
)


def upgrade() -> None:
    """Apply."""
    op.add_column("situations", sa.Column("private", sa.Boolean(), nullable=True))
    for name in ("asked", "reporters", "finder_role", "finder_unit"):
        op.add_column("situations", sa.Column(name, sa.String(), nullable=True))
    create_shares()
    conn = op.get_bind()
    conn.execute(_PRIVATE)
    for row in conn.execute(_RESTRICTED).all():
        _fill(conn, row.case_id, decode(row.snapshot, type=_Snapshot))


class _Assignment(Struct, frozen=True):
    lead: str | None = None
    assisting: tuple[str, ...] = ()


class _Snapshot(Struct, frozen=True):
    """What of a snapshot says who may see the case, as it was written until now."""

    reporter: str | None = None
    reporters: tuple[str, ...] = ()
    finder_role: str | None = None
    finder_unit: str | None = None
    assignment: _Assignment | None = None


def _fill(conn: sa.Connection, case_id: str, known: _Snapshot) -> None:
    reporters = [ref for ref in (known.reporter, *known.reporters) if ref]
    sight = {
        "case_id": case_id,
        "reporters": "".join(f"|{ref}" for ref in reporters) + "|" if reporters else None,
        "finder_role": known.finder_role,
        "finder_unit": known.finder_unit,
    }
    conn.execute(_SIGHT, sight)
    held = known.assignment or _Assignment()
    for unit in {held.lead, *held.assisting} - {None}:
        conn.execute(_SHARE, {"case_id": case_id, "unit": unit, "has_finished": False})
