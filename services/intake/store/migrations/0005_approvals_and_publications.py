"""Approvals and publications."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.add_column("cases", sa.Column("asked", sa.String(), nullable=True))
    op.create_index("publications_number", "publications", ["town", "number"], unique=False)
