"""Who alone sees a hidden case."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.add_column("situations", sa.Column("seen_by", sa.String(), nullable=True))
