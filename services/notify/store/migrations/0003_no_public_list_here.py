"""The public list is intake's alone: this service keeps none."""

from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.drop_index("published", table_name="publications")
    op.drop_table("publications")
