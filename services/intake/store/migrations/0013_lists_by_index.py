"""Indexes that have the rows of lists in their order; those of what is rare hold what is rare alone."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

_IS_OPEN = "state not in ('closed', 'dismissed', 'draft', 'merged', 'rejected')"
_INDEXES = (
    ("cases_level", "cases", ("town", "level", "id"), "level is not null"),
    ("cases_flagged", "cases", ("town", "id"), "flagged"),
    ("cases_unaccepted", "cases", ("town", "id"), f"accepted_at is null and {_IS_OPEN}"),
    ("cases_extended", "cases", ("town", "id"), f"extended_without_due and {_IS_OPEN}"),
    ("work_orders_handled", "work_orders", ("town", "unit", "case_id"), "state in ('accepted', 'done', 'issued')"),
    ("work_orders_in_hand", "work_orders", ("assignee", "id"),
     "assignee is not null and state in ('accepted', 'issued')"),
    ("publications_private", "publications", ("town", "number"), "category is null"),
    ("rehomings_town", "rehomings", ("town", "case_id", "place"), None),
    ("rehomings_listed", "rehomings", ("town", "state", "case_id", "place"), None),
)  # fmt: skip


def upgrade() -> None:
    """Apply."""
    for name, table, columns, condition in _INDEXES:
        where = None if condition is None else sa.text(condition)
        op.create_index(name, table, list(columns), unique=False, sqlite_where=where, postgresql_where=where)


def downgrade() -> None:
    """Take back."""
    for name, table, _, _ in _INDEXES:
        op.drop_index(name, table_name=table)
