"""Re-homing: places that end, and what became of their cases."""

import sqlalchemy as sa
from alembic import op

import shared.db.types

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "place_ends",
        sa.Column("town", sa.String(), nullable=False),
        sa.Column("place", sa.String(), nullable=False),
        sa.Column("ends_at", shared.db.types.Instant(timezone=True), nullable=False),
        sa.Column("look_at", shared.db.types.Instant(timezone=True), nullable=False),
        sa.Column("after", sa.String(), nullable=True),
        sa.Column("looks", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("town", "place"),
    )
    op.create_index(op.f("ix_place_ends_look_at"), "place_ends", ["look_at"], unique=False)
    op.create_table(
        "place_scans",
        sa.Column("edition", sa.String(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("scanned_at", shared.db.types.Instant(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("edition", "number"),
    )
    op.create_table(
        "rehomings",
        sa.Column("case_id", sa.String(), nullable=False),
        sa.Column("place", sa.String(), nullable=False),
        sa.Column("town", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("home", sa.String(), nullable=True),
        sa.Column("choices", shared.db.types.JsonText(), nullable=False),
        sa.Column("at", shared.db.types.Instant(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("case_id", "place"),
    )
    op.create_index("rehomings_state", "rehomings", ["town", "state", "case_id"], unique=False)
