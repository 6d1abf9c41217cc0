"""Tokens issued and revoked; by which token, and from where, somebody read or tried."""

import sqlalchemy as sa
from alembic import op

import shared.db.types

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "token_events",
        sa.Column(
            "id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False
        ),
        sa.Column("at", shared.db.types.Instant(timezone=True), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("reference", sa.String(), nullable=False),
        sa.Column("by_role", sa.String(), nullable=True),
        sa.Column("by_unit", sa.String(), nullable=True),
        sa.Column("by_person", sa.String(), nullable=True),
        sa.Column("by_token", sa.String(), nullable=True),
        sa.Column("client", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    # Not known of what was read or tried before: NULL.
    for table, columns in (
        ("readings", ("by_unit", "by_token", "client")),
        ("refused", ("by_token", "client")),
    ):
        for column in columns:
            op.add_column(table, sa.Column(column, sa.String(), nullable=True))
