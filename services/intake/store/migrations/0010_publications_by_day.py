"""The public list is sorted by the day of publication."""

from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_index("publications_day", "publications", ["town", "published_on", "id"], unique=False)
