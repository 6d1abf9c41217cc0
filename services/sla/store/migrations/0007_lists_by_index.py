"""Indexes that have a unit's clocks, and those that run, in the order in which they are due."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    of_unit, is_open = ["town", "unit", "due_at", "clock_id"], sa.text("stopped_at is null")
    op.create_index("clocks_of_unit", "clocks", of_unit, unique=False)
    for name, columns in (("clocks_open", ["town", "due_at", "clock_id"]), ("clocks_open_of_unit", of_unit)):
        op.create_index(name, "clocks", columns, unique=False, sqlite_where=is_open, postgresql_where=is_open)


def downgrade() -> None:
    """Take back."""
    for name in ("clocks_open_of_unit", "clocks_open", "clocks_of_unit"):
        op.drop_index(name, table_name="clocks")
