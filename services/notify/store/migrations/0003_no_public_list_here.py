"""The public list is intake's alone: this service keeps none."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.drop_index("published", table_name="publications")
    op.drop_table("publications")


def downgrade() -> None:
    """Take back."""
    op.create_table(
        "publications",
        sa.Column("case_id", sa.String(), nullable=False),
        sa.Column("town", sa.String(), nullable=False),
        sa.Column("notification", sa.String(), nullable=False),
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("private", sa.Boolean(), nullable=False),
        sa.Column("withdrawn", sa.Boolean(), nullable=False),
        sa.Column("category_zh", sa.String(), nullable=False),
        sa.Column("category_en", sa.String(), nullable=False),
        sa.Column("state_zh", sa.String(), nullable=False),
        sa.Column("state_en", sa.String(), nullable=False),
        sa.Column("text_zh", sa.Text(), nullable=False),
        sa.Column("text_en", sa.Text(), nullable=False),
        sa.Column("published_on", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("case_id"),
    )
    op.create_index("published", "publications", ["town", "notification"])
