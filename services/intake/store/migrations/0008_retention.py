"""What ends of itself: what of each ended case is still here, what was erased, and which files are gone."""

import sqlalchemy as sa
from alembic import op

import shared.db.types

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

_CLASSES = ("identities", "texts", "attachments", "deliveries")


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "retained_cases",
        sa.Column("case_id", sa.String(), nullable=False),
        sa.Column("town", sa.String(), nullable=False),
        sa.Column("ended_at", shared.db.types.Instant(timezone=True), nullable=True),
        *(sa.Column(data, sa.Boolean(), nullable=False) for data in _CLASSES),
        sa.PrimaryKeyConstraint("case_id"),
    )
    for data in _CLASSES:
        here = sa.text(f"{data} and ended_at is not null")
        op.create_index(
            f"retained_{data}",
            "retained_cases",
            ["town", "ended_at", "case_id"],
            unique=False,
            sqlite_where=here,
            postgresql_where=here,
        )
    op.create_table(
        "erasures",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("town", sa.String(), nullable=False),
        sa.Column("case_id", sa.String(), nullable=False),
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("data", sa.String(), nullable=False),
        sa.Column("pieces", sa.Integer(), nullable=False),
        sa.Column("because", shared.db.types.JsonText(), nullable=False),
        sa.Column("keep_days", sa.Integer(), nullable=False),
        sa.Column("edition", sa.String(), nullable=False),
        sa.Column("ended_at", shared.db.types.Instant(timezone=True), nullable=False),
        sa.Column("erased_at", shared.db.types.Instant(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("erasures_town", "erasures", ["town", "id"], unique=False)
    op.add_column(
        "attachments", sa.Column("erased_at", shared.db.types.Instant(timezone=True), nullable=True)
    )
    # The last change of an ended case is never before its end: what is here already is kept a little too long rather
    # than too short. One statement: no case is read into this process.
    op.execute(
        "insert into retained_cases (case_id, town, ended_at, identities, texts, attachments, deliveries) "
        "select id, town, changed_at, true, true, true, messages > 0 from cases "
        "where state in ('closed', 'rejected', 'merged', 'dismissed')"
    )


def downgrade() -> None:
    """Take back."""
    op.drop_column("attachments", "erased_at")
    op.drop_table("erasures")
    op.drop_table("retained_cases")
