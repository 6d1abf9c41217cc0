"""Until when a notice waits, by what, and with how many others it was told."""

import sqlalchemy as sa
from alembic import op

import shared.db.types

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.add_column("notice_copies", sa.Column("held_by", sa.String(), nullable=True))
    op.add_column(
        "notice_copies", sa.Column("held_until", shared.db.types.Instant(timezone=True), nullable=True)
    )
    op.add_column("notice_copies", sa.Column("together", sa.Integer(), nullable=False, server_default="1"))
