"""First tables."""

import sqlalchemy as sa
from alembic import op

import shared.db.types
from shared.db.flow_migrations import create_flow_tables

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    create_flow_tables()
    op.create_table(
        "cases",
        sa.Column("case_id", sa.String(), nullable=False),
        sa.Column("town", sa.String(), nullable=False),
        sa.Column("edition", sa.String(), nullable=False),
        sa.Column("reported_at", shared.db.types.Instant(timezone=True), nullable=False),
        sa.Column("decisions", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("case_id"),
    )
    op.create_table(
        "decisions",
        sa.Column("case_id", sa.String(), nullable=False),
        sa.Column("decision", sa.Integer(), nullable=False),
        sa.Column("town", sa.String(), nullable=False),
        sa.Column("edition", sa.String(), nullable=False),
        sa.Column("answers_sequence", sa.BigInteger(), nullable=False),
        sa.Column("decided_at", shared.db.types.Instant(timezone=True), nullable=False),
        sa.Column("cause", sa.String(), nullable=True),
        sa.Column("rule", sa.String(), nullable=False),
        sa.Column("because", shared.db.types.JsonText(), nullable=False),
        sa.Column("situation", shared.db.types.JsonText(), nullable=False),
        sa.Column("assignment", shared.db.types.JsonText(), nullable=False),
        sa.Column("evaluator", sa.String(), nullable=False),
        sa.Column("answers", shared.db.types.JsonText(), nullable=True),
        sa.PrimaryKeyConstraint("case_id", "decision"),
    )
    op.create_index("decisions_of_town", "decisions", ["town", "decided_at"], unique=False)
