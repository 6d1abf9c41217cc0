"""What a program outside is told of a case beside the words."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.add_column("notifications", sa.Column("matter", sa.Text(), nullable=True))
