"""Plans of meetings and training."""

import sqlalchemy as sa
from alembic import op

import shared.db.types

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "plans",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("town", sa.String(), nullable=False),
        sa.Column("duty", sa.String(), nullable=False),
        sa.Column("post", sa.String(), nullable=False),
        sa.Column("label", sa.String(), nullable=False),
        sa.Column("person", sa.String(), nullable=True),
        sa.Column("made_at", shared.db.types.Instant(timezone=True), nullable=False),
        sa.Column("items", shared.db.types.JsonText(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("plans_of_post", "plans", ["town", "post", "label", "id"], unique=False)
