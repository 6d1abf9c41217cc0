"""Keys of histories: whose hash is keyed, what was plain before, and from when on none is."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply. Beginnings are sealed by the service, which alone has the key."""
    op.add_column("history", sa.Column("key", sa.String(), nullable=True))
    op.create_index("history_at", "history", ["at"], unique=False, postgresql_using="brin")
    op.create_table(
        "plain_beginnings",
        sa.Column("case_id", sa.String(), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.Column("head", sa.String(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("seal", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("case_id"),
    )
    op.create_table(
        "history_keyed",
        sa.Column("since", sa.String(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("seal", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("since"),
    )
