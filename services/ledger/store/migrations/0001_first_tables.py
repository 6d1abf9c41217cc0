"""First tables: entries, what was said of them, groups, openings."""

import sqlalchemy as sa
from alembic import op

import shared.db.types
from shared.db.flow_migrations import create_flow_tables, create_quotas

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    create_flow_tables()
    create_quotas()
    op.create_table(
        "entries",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("town", sa.String(), nullable=False),
        sa.Column("type", sa.String(), nullable=False),
        sa.Column("line", sa.String(), nullable=True),
        sa.Column("place", sa.String(), nullable=False),
        sa.Column("about", sa.String(), nullable=True),
        sa.Column("same_key", sa.String(), nullable=True),
        sa.Column("said", sa.Integer(), nullable=False),
        sa.Column("touched_on", sa.String(), nullable=False),
        sa.Column("differs", sa.Boolean(), nullable=False),
        sa.Column("entered_at", shared.db.types.Instant(timezone=True), nullable=False),
        sa.Column("ended_on", sa.String(), nullable=True),
        sa.Column("erased_at", shared.db.types.Instant(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("entries_about", "entries", ["about"], unique=False)
    op.create_index(
        "entries_differing",
        "entries",
        ["town", "id"],
        unique=False,
        sqlite_where=sa.text("differs and ended_on is null"),
        postgresql_where=sa.text("differs and ended_on is null"),
    )
    op.create_index("entries_of_line", "entries", ["town", "line", "id"], unique=False)
    op.create_index("entries_of_place", "entries", ["town", "place", "id"], unique=False)
    op.create_index("entries_of_type", "entries", ["town", "type", "id"], unique=False)
    op.create_index(
        "entries_same",
        "entries",
        ["town", "type", "same_key"],
        unique=True,
        sqlite_where=sa.text("ended_on is null"),
        postgresql_where=sa.text("ended_on is null"),
    )
    op.create_index(
        "entries_to_erase",
        "entries",
        ["town", "type", "ended_on"],
        unique=False,
        sqlite_where=sa.text("ended_on is not null and erased_at is null"),
        postgresql_where=sa.text("ended_on is not null and erased_at is null"),
    )
    op.create_table(
        "entry_groups",
        sa.Column("entry_id", sa.String(), nullable=False),
        sa.Column("fact", sa.String(), nullable=False),
        sa.Column("value", sa.String(), nullable=False),
        sa.Column("town", sa.String(), nullable=False),
        sa.Column("type", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("entry_id", "fact"),
    )
    op.create_index(
        "groups_of_type", "entry_groups", ["town", "type", "fact", "value", "entry_id"], unique=False
    )
    op.create_table(
        "openings",
        sa.Column(
            "id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False
        ),
        sa.Column("town", sa.String(), nullable=False),
        sa.Column("entry_id", sa.String(), nullable=False),
        sa.Column("fact", sa.String(), nullable=False),
        sa.Column("at", shared.db.types.Instant(timezone=True), nullable=False),
        sa.Column("by_role", sa.String(), nullable=False),
        sa.Column("by_unit", sa.String(), nullable=True),
        sa.Column("by_person", sa.String(), nullable=False),
        sa.Column("by_token", sa.String(), nullable=False),
        sa.Column("client", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("openings_of_town", "openings", ["town", "id"], unique=False)
    op.create_table(
        "statements",
        sa.Column("entry_id", sa.String(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("town", sa.String(), nullable=False),
        sa.Column("event", sa.String(), nullable=False),
        sa.Column("change", sa.String(), nullable=True),
        sa.Column("facts", shared.db.types.JsonText(), nullable=False),
        sa.Column("sealed", shared.db.types.JsonText(), nullable=False),
        sa.Column("since", sa.String(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("place", sa.String(), nullable=True),
        sa.Column("by_role", sa.String(), nullable=False),
        sa.Column("by_unit", sa.String(), nullable=True),
        sa.Column("by_person", sa.String(), nullable=True),
        sa.Column("at", shared.db.types.Instant(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("entry_id", "number"),
    )
    op.create_table(
        "jurisdictions",
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("suspended_at", shared.db.types.Instant(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("key"),
    )
