"""Since when a town takes nothing new."""

import sqlalchemy as sa
from alembic import op

import shared.db.types

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.add_column(
        "jurisdictions",
        sa.Column("suspended_at", shared.db.types.Instant(timezone=True), nullable=True),
    )
