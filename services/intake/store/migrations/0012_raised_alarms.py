"""Alarms of a town that are raised once: a year whose days a waiting time needs."""

import sqlalchemy as sa
from alembic import op

import shared.db.types

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "raised",
        sa.Column("town", sa.String(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("about", sa.String(), nullable=False),
        sa.Column("raised_at", shared.db.types.Instant(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("town", "code", "about", name=op.f("raised_pkey")),
    )
