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
        "jurisdictions",
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("part_of", sa.String(), nullable=True),
        sa.Column("name_zh", sa.String(), nullable=False),
        sa.Column("name_en", sa.String(), nullable=False),
        sa.Column("changed_at", shared.db.types.Instant(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("key"),
    )
    op.create_table(
        "members",
        sa.Column("unit", sa.String(), nullable=False),
        sa.Column("person", sa.String(), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("town", sa.String(), nullable=False),
        sa.Column("held", sa.Boolean(), nullable=False),
        sa.Column("changed_at", shared.db.types.Instant(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("unit", "person", "role"),
    )
    op.create_index("members_of_town", "members", ["town", "unit"], unique=False)
    op.create_index("places_of_person", "members", ["person"], unique=False)
    op.create_table(
        "people",
        sa.Column("town", sa.String(), nullable=False),
        sa.Column("person", sa.String(), nullable=False),
        sa.Column("sealed", sa.Text(), nullable=False),
        sa.Column("changed_at", shared.db.types.Instant(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("town", "person"),
    )
    op.create_table(
        "publications",
        sa.Column("town", sa.String(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("edition", sa.String(), nullable=False),
        sa.Column("effective_at", shared.db.types.Instant(timezone=True), nullable=False),
        sa.Column("published_at", shared.db.types.Instant(timezone=True), nullable=False),
        sa.Column("published_by", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("town", "number"),
    )
    op.create_table(
        "readings",
        sa.Column(
            "id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False
        ),
        sa.Column("town", sa.String(), nullable=False),
        sa.Column("person", sa.String(), nullable=False),
        sa.Column("by_role", sa.String(), nullable=False),
        sa.Column("by_person", sa.String(), nullable=True),
        sa.Column("at", shared.db.types.Instant(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("readings_of_person", "readings", ["town", "person"], unique=False)
    op.create_table(
        "token_notes",
        sa.Column("token_hash", sa.String(), nullable=False),
        sa.Column("reference", sa.String(), nullable=False),
        sa.Column("label", sa.String(), nullable=False),
        sa.Column("issued_at", shared.db.types.Instant(timezone=True), nullable=False),
        sa.Column("issued_by", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("token_hash"),
        sa.UniqueConstraint("reference"),
    )
