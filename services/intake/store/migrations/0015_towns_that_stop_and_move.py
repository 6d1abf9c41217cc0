"""Since when a town takes nothing new; when towns were restored here or removed."""

import sqlalchemy as sa
from alembic import op

import shared.db.types

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.add_column(
        "jurisdiction_copies",
        sa.Column("suspended_at", shared.db.types.Instant(timezone=True), nullable=True),
    )
    op.create_table(
        "town_moves",
        sa.Column("moved_town", sa.String(), nullable=False),
        sa.Column("at", sa.String(), nullable=False),
        sa.Column("what", sa.String(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("seal", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("moved_town", "at"),
    )
