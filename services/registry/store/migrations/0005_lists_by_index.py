"""Indexes that have members, absences and refused attempts in the order of their lists."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

_INDEXES = (
    ("members_held", "members", ("town", "unit", "person", "role"), "held"),
    ("absences_listed", "absences", ("town", "id"), None),
    ("absences_of_person", "absences", ("town", "person", "id"), None),
    ("refused_what", "refused", ("town", "what", "id"), None),
)


def upgrade() -> None:
    """Apply."""
    for name, table, columns, condition in _INDEXES:
        where = None if condition is None else sa.text(condition)
        op.create_index(name, table, list(columns), unique=False, sqlite_where=where, postgresql_where=where)


def downgrade() -> None:
    """Take back."""
    for name, table, _, _ in _INDEXES:
        op.drop_index(name, table_name=table)
