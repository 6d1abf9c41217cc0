"""First tables."""

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
        "absences",
        sa.Column("absence", sa.String(), nullable=False),
        sa.Column("town", sa.String(), nullable=False),
        sa.Column("person", sa.String(), nullable=False),
        sa.Column("substitute", sa.String(), nullable=True),
        sa.Column("from_at", shared.db.types.Instant(timezone=True), nullable=False),
        sa.Column("until_at", shared.db.types.Instant(timezone=True), nullable=False),
        sa.Column("stands", sa.Boolean(), nullable=False),
        sa.Column("as_of", shared.db.types.Instant(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("absence"),
    )
    op.create_index(
        "absences_of_town",
        "absences",
        ["town", "until_at"],
        unique=False,
        sqlite_where=sa.text("stands"),
        postgresql_where=sa.text("stands"),
    )
    op.create_table(
        "attendance",
        sa.Column("occurrence", sa.String(), nullable=False),
        sa.Column("person", sa.String(), nullable=False),
        sa.Column("town", sa.String(), nullable=False),
        sa.Column("unit", sa.String(), nullable=False),
        sa.Column("stands_for", sa.String(), nullable=True),
        sa.Column("at", shared.db.types.Instant(timezone=True), nullable=False),
        sa.Column("entered_by", sa.String(), nullable=True),
        sa.Column("is_make_up", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("occurrence", "person"),
    )
    op.create_table(
        "horizons",
        sa.Column("town", sa.String(), nullable=False),
        sa.Column("duty", sa.String(), nullable=False),
        sa.Column("edition", sa.String(), nullable=True),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("until", sa.String(), nullable=True),
        sa.Column("post", sa.String(), nullable=False),
        sa.Column("made_to", sa.String(), nullable=True),
        sa.Column("next_at", shared.db.types.Instant(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("town", "duty"),
    )
    op.create_index("horizons_due", "horizons", ["next_at"], unique=False)
    op.create_table(
        "idempotency_keys",
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("body_hash", sa.String(), nullable=False),
        sa.Column("record", sa.String(), nullable=False),
        sa.Column("made_at", shared.db.types.Instant(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("key"),
    )
    op.create_index(op.f("ix_idempotency_keys_made_at"), "idempotency_keys", ["made_at"], unique=False)
    op.create_table(
        "leaves",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("town", sa.String(), nullable=False),
        sa.Column("occurrence", sa.String(), nullable=False),
        sa.Column("unit", sa.String(), nullable=False),
        sa.Column("person", sa.String(), nullable=False),
        sa.Column("asked_of", sa.String(), nullable=False),
        sa.Column("asked_at", shared.db.types.Instant(timezone=True), nullable=False),
        sa.Column("explanation", sa.Text(), nullable=False),
        sa.Column("granted", sa.Boolean(), nullable=True),
        sa.Column("answered_by", sa.String(), nullable=True),
        sa.Column("answered_at", shared.db.types.Instant(timezone=True), nullable=True),
        sa.Column("words", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("leaves_of_occurrence", "leaves", ["occurrence", "id"], unique=False)
    op.create_index("leaves_of_town", "leaves", ["town", "id"], unique=False)
    op.create_table(
        "members",
        sa.Column("unit", sa.String(), nullable=False),
        sa.Column("person", sa.String(), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("town", sa.String(), nullable=False),
        sa.Column("held", sa.Boolean(), nullable=False),
        sa.Column("as_of", shared.db.types.Instant(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("unit", "person", "role"),
    )
    op.create_index("members_of_person", "members", ["town", "person", "unit"], unique=False)
    op.create_table(
        "occurrences",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("town", sa.String(), nullable=False),
        sa.Column("duty", sa.String(), nullable=False),
        sa.Column("post", sa.String(), nullable=False),
        sa.Column("edition", sa.String(), nullable=False),
        sa.Column("label", sa.String(), nullable=False),
        sa.Column("held_on", sa.String(), nullable=True),
        sa.Column("opens_at", shared.db.types.Instant(timezone=True), nullable=True),
        sa.Column("due_at", shared.db.types.Instant(timezone=True), nullable=True),
        sa.Column("minute", sa.Integer(), nullable=True),
        sa.Column("since", sa.String(), nullable=True),
        sa.Column("moved", shared.db.types.JsonText(), nullable=False),
        sa.Column("replaced_by", sa.String(), nullable=True),
        sa.Column("provisional", sa.Boolean(), nullable=False),
        sa.Column("missing_year", sa.Integer(), nullable=True),
        sa.Column("also", shared.db.types.JsonText(), nullable=False),
        sa.Column("was_on", sa.String(), nullable=True),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("has_records", sa.Boolean(), nullable=False),
        sa.Column("met_at", shared.db.types.Instant(timezone=True), nullable=True),
        sa.Column("closed_by", sa.String(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("changed_at", shared.db.types.Instant(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(
        "occurrences_ahead",
        "occurrences",
        ["opens_at"],
        unique=False,
        sqlite_where=sa.text("state = 'ahead'"),
        postgresql_where=sa.text("state = 'ahead'"),
    )
    op.create_index(
        "occurrences_moved",
        "occurrences",
        ["town", "held_on", "id"],
        unique=False,
        sqlite_where=sa.text("was_on is not null"),
        postgresql_where=sa.text("was_on is not null"),
    )
    op.create_index("occurrences_by_label", "occurrences", ["town", "duty", "label", "post"], unique=False)
    op.create_index("occurrences_of_duty", "occurrences", ["town", "duty", "held_on", "id"], unique=False)
    op.create_index("occurrences_of_post", "occurrences", ["town", "post", "held_on", "id"], unique=False)
    op.create_index("occurrences_of_town", "occurrences", ["town", "held_on", "id"], unique=False)
    op.create_table(
        "records",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("town", sa.String(), nullable=False),
        sa.Column("form", sa.String(), nullable=False),
        sa.Column("edition", sa.String(), nullable=False),
        sa.Column("about", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("post", sa.String(), nullable=False),
        sa.Column("unit", sa.String(), nullable=True),
        sa.Column("person", sa.String(), nullable=True),
        sa.Column("day", sa.String(), nullable=False),
        sa.Column("at", shared.db.types.Instant(timezone=True), nullable=False),
        sa.Column("begins", sa.Integer(), nullable=True),
        sa.Column("ends", sa.Integer(), nullable=True),
        sa.Column("is_late", sa.Boolean(), nullable=False),
        sa.Column("is_finished", sa.Boolean(), nullable=False),
        sa.Column("occurrence", sa.String(), nullable=True),
        sa.Column("corrects", sa.String(), nullable=True),
        sa.Column("facts", shared.db.types.JsonText(), nullable=False),
        sa.Column("lines", shared.db.types.JsonText(), nullable=False),
        sa.Column("sealed", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(
        "records_correcting",
        "records",
        ["corrects"],
        unique=False,
        sqlite_where=sa.text("corrects is not null"),
        postgresql_where=sa.text("corrects is not null"),
    )
    op.create_index("records_of_post", "records", ["town", "post", "form", "day", "id"], unique=False)
    op.create_index("records_by_post", "records", ["town", "post", "id"], unique=False)
    op.create_index(
        "records_of_occurrence",
        "records",
        ["town", "occurrence", "id"],
        unique=False,
        sqlite_where=sa.text("occurrence is not null"),
        postgresql_where=sa.text("occurrence is not null"),
    )
    op.create_index("records_of_subject", "records", ["town", "subject", "id"], unique=False)
    op.create_index("records_of_town", "records", ["town", "id"], unique=False)
