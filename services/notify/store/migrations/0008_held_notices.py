"""Notices that wait to be told, and what made a notification wait."""

import sqlalchemy as sa
from alembic import op

import shared.db.types

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

_INDEXES = (
    ("held_due", ("due_at", "goes_with"), "told_in is null"),
    ("held_together", ("goes_with", "due_at", "notice"), "told_in is null"),
    ("held_of_subject", ("subject_id",), "subject_id <> ''"),
    ("held_told_in", ("told_in", "notice"), "told_in is not null"),
)


def upgrade() -> None:
    """Apply."""
    op.add_column("notifications", sa.Column("held_by", sa.String(), nullable=True))
    op.create_table(
        "held_notices",
        sa.Column("notice", sa.String(), nullable=False),
        sa.Column("town", sa.String(), nullable=False),
        sa.Column("subject_id", sa.String(), nullable=False),
        sa.Column("subject_kind", sa.String(), nullable=False),
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("edition", sa.String(), nullable=True),
        sa.Column("goes_with", sa.String(), nullable=False),
        sa.Column("due_at", shared.db.types.Instant(timezone=True), nullable=False),
        sa.Column("held_by", sa.String(), nullable=False),
        sa.Column("made_at", shared.db.types.Instant(timezone=True), nullable=False),
        sa.Column("told", sa.Text(), nullable=False),
        sa.Column("text_zh", sa.Text(), nullable=False),
        sa.Column("text_en", sa.Text(), nullable=False),
        sa.Column("told_in", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("notice", name=op.f("held_notices_pkey")),
    )
    for name, columns, condition in _INDEXES:
        where = sa.text(condition)
        op.create_index(
            name, "held_notices", list(columns), unique=False, sqlite_where=where, postgresql_where=where
        )
