"""Occurrences of duties, whose clocks run here beside those of cases."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "duties",
        sa.Column("subject_id", sa.String(), nullable=False),
        sa.Column("town", sa.String(), nullable=False),
        sa.Column("edition", sa.String(), nullable=False),
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("duty", sa.String(), nullable=False),
        sa.Column("clock_id", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("subject_id"),
    )
