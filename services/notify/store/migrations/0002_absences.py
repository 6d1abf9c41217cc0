"""Absences."""

import sqlalchemy as sa
from alembic import op

import shared.db.types

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "absences",
        sa.Column("absence", sa.String(), nullable=False),
        sa.Column("root", sa.String(), nullable=False),
        sa.Column("person", sa.String(), nullable=False),
        sa.Column("substitute", sa.String(), nullable=True),
        sa.Column("from_at", shared.db.types.Instant(timezone=True), nullable=False),
        sa.Column("until_at", shared.db.types.Instant(timezone=True), nullable=False),
        sa.Column("stands", sa.Boolean(), nullable=False),
        sa.Column("as_of", shared.db.types.Instant(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("absence"),
    )
    op.create_index(
        "absences_of_root",
        "absences",
        ["root", "until_at"],
        unique=False,
        sqlite_where=sa.text("stands"),
        postgresql_where=sa.text("stands"),
    )
