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
        "clock_counts",
        sa.Column("town", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("n", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("town", "state"),
    )
    op.create_table(
        "clock_deltas",
        sa.Column(
            "id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False
        ),
        sa.Column("town", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("n", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "clock_versions",
        sa.Column("clock_id", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("at", shared.db.types.Instant(timezone=True), nullable=False),
        sa.Column("recorded_at", shared.db.types.Instant(timezone=True), nullable=False),
        sa.Column("event", sa.String(), nullable=True),
        sa.Column("mark", sa.String(), nullable=True),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("verdict", sa.String(), nullable=True),
        sa.Column("unit", sa.String(), nullable=True),
        sa.Column("due_at", shared.db.types.Instant(timezone=True), nullable=True),
        sa.Column("label", sa.String(), nullable=True),
        sa.Column("is_provisional", sa.Boolean(), nullable=False),
        sa.Column("was", shared.db.types.JsonText(), nullable=True),
        sa.Column("certificate", shared.db.types.JsonText(), nullable=True),
        sa.PrimaryKeyConstraint("clock_id", "version"),
    )
    op.create_table(
        "clocks",
        sa.Column("clock_id", sa.String(), nullable=False),
        sa.Column("case_id", sa.String(), nullable=False),
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("town", sa.String(), nullable=False),
        sa.Column("edition", sa.String(), nullable=False),
        sa.Column("rule", sa.String(), nullable=False),
        sa.Column("because", shared.db.types.JsonText(), nullable=False),
        sa.Column("facts", shared.db.types.JsonText(), nullable=False),
        sa.Column("stage", sa.String(), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("decision", sa.Integer(), nullable=False),
        sa.Column("start_mark", sa.String(), nullable=False),
        sa.Column("started_at", shared.db.types.Instant(timezone=True), nullable=False),
        sa.Column("counted_from_at", shared.db.types.Instant(timezone=True), nullable=False),
        sa.Column("gaps", shared.db.types.JsonText(), nullable=False),
        sa.Column("is_immediate", sa.Boolean(), nullable=False),
        sa.Column("unit", sa.String(), nullable=True),
        sa.Column("level", sa.String(), nullable=True),
        sa.Column("due_at", shared.db.types.Instant(timezone=True), nullable=True),
        sa.Column("first_due_at", shared.db.types.Instant(timezone=True), nullable=True),
        sa.Column("label", sa.String(), nullable=True),
        sa.Column("is_provisional", sa.Boolean(), nullable=False),
        sa.Column("is_capped", sa.Boolean(), nullable=False),
        sa.Column("missing_year", sa.Integer(), nullable=True),
        sa.Column("not_before_at", shared.db.types.Instant(timezone=True), nullable=True),
        sa.Column("warn_at", shared.db.types.Instant(timezone=True), nullable=True),
        sa.Column("rungs", shared.db.types.JsonText(), nullable=False),
        sa.Column("reason_in_time", sa.String(), nullable=False),
        sa.Column("otherwise", sa.String(), nullable=False),
        sa.Column("late_as", sa.String(), nullable=False),
        sa.Column("reason_at", shared.db.types.Instant(timezone=True), nullable=True),
        sa.Column("late_reason_at", shared.db.types.Instant(timezone=True), nullable=True),
        sa.Column("extended_at", shared.db.types.Instant(timezone=True), nullable=True),
        sa.Column("written_at", shared.db.types.Instant(timezone=True), nullable=True),
        sa.Column("written_due_at", shared.db.types.Instant(timezone=True), nullable=True),
        sa.Column("paused_at", shared.db.types.Instant(timezone=True), nullable=True),
        sa.Column("warned_at", shared.db.types.Instant(timezone=True), nullable=True),
        sa.Column("passed_at", shared.db.types.Instant(timezone=True), nullable=True),
        sa.Column("breached_at", shared.db.types.Instant(timezone=True), nullable=True),
        sa.Column("reached", sa.BigInteger(), nullable=False),
        sa.Column("stopped_at", shared.db.types.Instant(timezone=True), nullable=True),
        sa.Column("stopped_by", sa.String(), nullable=True),
        sa.Column("verdict", sa.String(), nullable=True),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("is_unsettled", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("clock_id"),
        postgresql_with={"fillfactor": 50},
    )
    op.create_index(
        "clocks_by_revision",
        "clocks",
        ["town", "revision"],
        unique=False,
        sqlite_where=sa.text("is_unsettled"),
        postgresql_where=sa.text("is_unsettled"),
    )
    op.create_index("clocks_of_town", "clocks", ["town", "due_at", "clock_id"], unique=False)
    op.create_index(op.f("ix_clocks_case_id"), "clocks", ["case_id"], unique=False)
    op.create_table(
        "deadlines",
        sa.Column("clock_id", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("nth", sa.Integer(), nullable=False),
        sa.Column("due_at", shared.db.types.Instant(timezone=True), nullable=True),
        sa.Column("fired_at", shared.db.types.Instant(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("clock_id", "kind", "nth"),
    )
    op.create_index(
        "deadlines_pending",
        "deadlines",
        ["due_at"],
        unique=False,
        sqlite_where=sa.text("fired_at is null and due_at is not null"),
        postgresql_where=sa.text("fired_at is null and due_at is not null"),
    )
    op.create_table(
        "moved",
        sa.Column("town", sa.String(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("clock_id", sa.String(), nullable=False),
        sa.Column("case_id", sa.String(), nullable=False),
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("stage", sa.String(), nullable=False),
        sa.Column("was_due_at", shared.db.types.Instant(timezone=True), nullable=True),
        sa.Column("due_at", shared.db.types.Instant(timezone=True), nullable=True),
        sa.Column("was_state", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("recorded_at", shared.db.types.Instant(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("town", "revision", "clock_id"),
    )
    op.create_table(
        "raised",
        sa.Column("town", sa.String(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("about", sa.String(), nullable=False),
        sa.Column("raised_at", shared.db.types.Instant(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("town", "code", "about"),
    )
    op.create_table(
        "situations",
        sa.Column("case_id", sa.String(), nullable=False),
        sa.Column("town", sa.String(), nullable=False),
        sa.Column("edition", sa.String(), nullable=False),
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("situation", shared.db.types.JsonText(), nullable=False),
        sa.Column("life", shared.db.types.JsonText(), nullable=False),
        sa.Column("clock_ids", shared.db.types.JsonText(), nullable=False),
        sa.Column("as_of", shared.db.types.Instant(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("case_id"),
    )
    op.create_index("situations_by_number", "situations", ["town", "number"], unique=False)
