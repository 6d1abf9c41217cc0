"""What is kept of grids and the people in them."""

import sqlalchemy as sa
from alembic import op

import shared.db.types

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "contacts",
        sa.Column("town", sa.String(), nullable=False),
        sa.Column("entry", sa.String(), nullable=False),
        sa.Column("person", sa.String(), nullable=False),
        sa.Column("held", sa.Boolean(), nullable=False),
        sa.Column("changed_at", shared.db.types.Instant(timezone=True), nullable=False),
        sa.Column("changed_by", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("town", "entry", "person"),
    )
    op.create_index(
        "contacts_held",
        "contacts",
        ["town", "person", "entry"],
        unique=False,
        sqlite_where=sa.text("held"),
        postgresql_where=sa.text("held"),
    )
    op.create_table(
        "grid_facts",
        sa.Column("town", sa.String(), nullable=False),
        sa.Column("place", sa.String(), nullable=False),
        sa.Column("fact", sa.String(), nullable=False),
        sa.Column("value", shared.db.types.JsonText(), nullable=False),
        sa.Column("since", sa.String(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("statement", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("town", "place", "fact"),
    )
    op.create_table(
        "grid_statements",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("town", sa.String(), nullable=False),
        sa.Column("place", sa.String(), nullable=False),
        sa.Column("facts", shared.db.types.JsonText(), nullable=False),
        sa.Column("since", sa.String(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("by_role", sa.String(), nullable=False),
        sa.Column("by_unit", sa.String(), nullable=True),
        sa.Column("by_person", sa.String(), nullable=True),
        sa.Column("at", shared.db.types.Instant(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("grid_statements_of_place", "grid_statements", ["town", "place", "id"], unique=False)
    op.create_table(
        "hand_overs",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("town", sa.String(), nullable=False),
        sa.Column("unit", sa.String(), nullable=False),
        sa.Column("from_person", sa.String(), nullable=False),
        sa.Column("to_person", sa.String(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("contacts", sa.Integer(), nullable=False),
        sa.Column("opened_at", shared.db.types.Instant(timezone=True), nullable=False),
        sa.Column("opened_by", sa.String(), nullable=True),
        sa.Column("given_at", shared.db.types.Instant(timezone=True), nullable=True),
        sa.Column("taken_at", shared.db.types.Instant(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("hand_overs_from", "hand_overs", ["town", "from_person", "id"], unique=False)
    op.create_index("hand_overs_listed", "hand_overs", ["town", "id"], unique=False)
    op.create_index("hand_overs_to", "hand_overs", ["town", "to_person", "id"], unique=False)
    op.create_table(
        "plates",
        sa.Column("town", sa.String(), nullable=False),
        sa.Column("person", sa.String(), nullable=False),
        sa.Column("sealed", sa.Text(), nullable=False),
        sa.Column("changed_at", shared.db.types.Instant(timezone=True), nullable=False),
        sa.Column("changed_by", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("town", "person"),
    )
    op.create_table(
        "rota_turns",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("town", sa.String(), nullable=False),
        sa.Column("rota", sa.String(), nullable=False),
        sa.Column("unit", sa.String(), nullable=False),
        sa.Column("person", sa.String(), nullable=False),
        sa.Column("from_at", shared.db.types.Instant(timezone=True), nullable=False),
        sa.Column("until_at", shared.db.types.Instant(timezone=True), nullable=False),
        sa.Column("stands", sa.Boolean(), nullable=False),
        sa.Column("changed_at", shared.db.types.Instant(timezone=True), nullable=False),
        sa.Column("changed_by", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("rota_turns_listed", "rota_turns", ["town", "until_at", "id"], unique=False)
    op.create_index("rota_turns_of_unit", "rota_turns", ["town", "unit", "until_at"], unique=False)
