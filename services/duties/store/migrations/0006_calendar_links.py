"""Calendar links."""

import sqlalchemy as sa
from alembic import op

import shared.db.types

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "calendar_links",
        sa.Column("reference", sa.String(), nullable=False),
        sa.Column("town", sa.String(), nullable=False),
        sa.Column("unit", sa.String(), nullable=False),
        sa.Column("secret_hash", sa.String(), nullable=False),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("made_at", shared.db.types.Instant(timezone=True), nullable=False),
        sa.Column("made_by", sa.String(), nullable=True),
        sa.Column("revoked_at", shared.db.types.Instant(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("reference"),
        sa.UniqueConstraint("secret_hash"),
    )
    op.create_index("calendar_links_of_town", "calendar_links", ["town", "unit", "reference"], unique=False)
