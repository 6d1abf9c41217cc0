"""Absences, codes of grids, refused attempts."""

import sqlalchemy as sa
from alembic import op

import shared.db.types

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "absences",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("town", sa.String(), nullable=False),
        sa.Column("person", sa.String(), nullable=False),
        sa.Column("substitute", sa.String(), nullable=True),
        sa.Column("from_at", shared.db.types.Instant(timezone=True), nullable=False),
        sa.Column("until_at", shared.db.types.Instant(timezone=True), nullable=False),
        sa.Column("stands", sa.Boolean(), nullable=False),
        sa.Column("changed_at", shared.db.types.Instant(timezone=True), nullable=False),
        sa.Column("changed_by", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("absences_of_town", "absences", ["town", "until_at"], unique=False)
    op.create_table(
        "grid_codes",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("town", sa.String(), nullable=False),
        sa.Column("street", sa.String(), nullable=False),
        sa.Column("community", sa.String(), nullable=False),
        sa.Column("serial", sa.Integer(), nullable=False),
        sa.Column("street_name", sa.String(), nullable=False),
        sa.Column("community_name", sa.String(), nullable=False),
        sa.Column("separator", sa.String(), nullable=False),
        sa.Column("joined", sa.String(), nullable=False),
        sa.Column("given_at", shared.db.types.Instant(timezone=True), nullable=False),
        sa.Column("given_by", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("grid_codes_joined", "grid_codes", ["joined"], unique=False)
    op.create_index("grid_codes_of_town", "grid_codes", ["town", "id"], unique=False)
    op.create_table(
        "refused",
        sa.Column(
            "id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False
        ),
        sa.Column("town", sa.String(), nullable=False),
        sa.Column("what", sa.String(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.Column("by_role", sa.String(), nullable=True),
        sa.Column("by_unit", sa.String(), nullable=True),
        sa.Column("by_person", sa.String(), nullable=True),
        sa.Column("at", shared.db.types.Instant(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("refused_of_town", "refused", ["town", "id"], unique=False)
