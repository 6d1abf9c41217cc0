"""Pictures of records."""

import sqlalchemy as sa
from alembic import op

import shared.db.types

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.add_column(
        "records", sa.Column("pictures", shared.db.types.JsonText(), server_default="[]", nullable=False)
    )
    op.create_table(
        "pictures",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("town", sa.String(), nullable=False),
        sa.Column("unit", sa.String(), nullable=True),
        sa.Column("person", sa.String(), nullable=True),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("type", sa.String(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("added_at", shared.db.types.Instant(timezone=True), nullable=False),
        sa.Column("record", sa.String(), nullable=True),
        sa.Column("erased_at", shared.db.types.Instant(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(
        "pictures_here",
        "pictures",
        ["town", "added_at", "id"],
        unique=False,
        sqlite_where=sa.text("erased_at is null"),
        postgresql_where=sa.text("erased_at is null"),
    )
    op.create_index(
        "pictures_unnamed",
        "pictures",
        ["added_at"],
        unique=False,
        sqlite_where=sa.text("record is null and erased_at is null"),
        postgresql_where=sa.text("record is null and erased_at is null"),
    )
