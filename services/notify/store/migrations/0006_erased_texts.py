"""Cases whose texts are to go, and the notifications of a case found by it."""

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
        "erased_cases",
        sa.Column("case_id", sa.String(), nullable=False),
        sa.Column("until_at", shared.db.types.Instant(timezone=True), nullable=False),
        sa.Column("is_open", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("case_id"),
    )
    is_open = sa.text("is_open")
    op.create_index(
        "erased_cases_open",
        "erased_cases",
        ["case_id"],
        unique=False,
        sqlite_where=is_open,
        postgresql_where=is_open,
    )
    of_case = sa.text("subject_id <> ''")
    op.create_index(
        "of_subject",
        "notifications",
        ["subject_id"],
        unique=False,
        sqlite_where=of_case,
        postgresql_where=of_case,
    )


def downgrade() -> None:
    """Take back."""
    op.drop_index("of_subject", table_name="notifications")
    op.drop_table("erased_cases")
