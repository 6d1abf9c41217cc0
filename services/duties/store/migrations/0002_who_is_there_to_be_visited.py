"""Who is there to be visited."""

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
        "subjects",
        sa.Column("entry", sa.String(), nullable=False),
        sa.Column("fact", sa.String(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("since_at", shared.db.types.Instant(timezone=True), nullable=False),
        sa.Column("town", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("place", sa.String(), nullable=False),
        sa.Column("value", sa.String(), nullable=False),
        sa.Column("until_at", shared.db.types.Instant(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("entry", "fact", "number"),
    )
    op.create_index(
        "subjects_of_group", "subjects", ["town", "kind", "value", "place", "entry"], unique=False
    )
