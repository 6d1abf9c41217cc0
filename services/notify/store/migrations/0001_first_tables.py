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
        "alarm_days",
        sa.Column("town", sa.String(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("day", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("town", "code", "day"),
    )
    op.create_table(
        "cases",
        sa.Column("case_id", sa.String(), nullable=False),
        sa.Column("town", sa.String(), nullable=False),
        sa.Column("edition", sa.String(), nullable=True),
        sa.Column("memory", shared.db.types.JsonText(), nullable=False),
        sa.Column("waits_until", shared.db.types.Instant(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("case_id"),
    )
    op.create_index(
        "cases_waiting",
        "cases",
        ["waits_until"],
        unique=False,
        sqlite_where=sa.text("waits_until is not null"),
        postgresql_where=sa.text("waits_until is not null"),
    )
    op.create_table(
        "memberships",
        sa.Column("unit", sa.String(), nullable=False),
        sa.Column("person", sa.String(), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("root", sa.String(), nullable=False),
        sa.Column("held", sa.Boolean(), nullable=False),
        sa.Column("addresses", shared.db.types.JsonText(), nullable=False),
        sa.Column("as_of", shared.db.types.Instant(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("unit", "person", "role"),
    )
    op.create_index(op.f("ix_memberships_root"), "memberships", ["root"], unique=False)
    op.create_table(
        "notifications",
        sa.Column("notification", sa.String(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("town", sa.String(), nullable=False),
        sa.Column("case_id", sa.String(), nullable=False),
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("edition", sa.String(), nullable=True),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("stream", sa.String(), nullable=False),
        sa.Column("sequence", sa.BigInteger(), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("event", sa.String(), nullable=False),
        sa.Column("rule", sa.String(), nullable=False),
        sa.Column("because", shared.db.types.JsonText(), nullable=False),
        sa.Column("party", sa.String(), nullable=False),
        sa.Column("unit", sa.String(), nullable=True),
        sa.Column("person", sa.String(), nullable=True),
        sa.Column("via", sa.String(), nullable=True),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("text_zh", sa.Text(), nullable=False),
        sa.Column("text_en", sa.Text(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("try_at", shared.db.types.Instant(timezone=True), nullable=True),
        sa.Column("lease_until", shared.db.types.Instant(timezone=True), nullable=True),
        sa.Column("cause", sa.String(), nullable=True),
        sa.Column("made_at", shared.db.types.Instant(timezone=True), nullable=False),
        sa.Column("sent_at", shared.db.types.Instant(timezone=True), nullable=True),
        sa.Column("read_at", shared.db.types.Instant(timezone=True), nullable=True),
        sa.Column("read_by", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("notification"),
    )
    op.create_index(
        "being_sent",
        "notifications",
        ["lease_until"],
        unique=False,
        sqlite_where=sa.text("state = 'sending'"),
        postgresql_where=sa.text("state = 'sending'"),
    )
    op.create_index(
        "desk_of_person",
        "notifications",
        ["person", "notification"],
        unique=False,
        sqlite_where=sa.text("channel = 'inbox' and person is not null"),
        postgresql_where=sa.text("channel = 'inbox' and person is not null"),
    )
    op.create_index(
        "desk_of_unit",
        "notifications",
        ["unit", "notification"],
        unique=False,
        sqlite_where=sa.text("channel = 'inbox' and unit is not null"),
        postgresql_where=sa.text("channel = 'inbox' and unit is not null"),
    )
    op.create_index(
        "to_be_tried",
        "notifications",
        ["try_at"],
        unique=False,
        sqlite_where=sa.text("state = 'queued'"),
        postgresql_where=sa.text("state = 'queued'"),
    )
    op.create_index(
        "to_be_written",
        "notifications",
        ["notification"],
        unique=False,
        sqlite_where=sa.text("channel = 'file' and try_at is not null"),
        postgresql_where=sa.text("channel = 'file' and try_at is not null"),
    )
    op.create_index(
        "troubled",
        "notifications",
        ["town", "notification"],
        unique=False,
        sqlite_where=sa.text("state in ('failed', 'uncertain')"),
        postgresql_where=sa.text("state in ('failed', 'uncertain')"),
    )
    op.create_table(
        "publications",
        sa.Column("case_id", sa.String(), nullable=False),
        sa.Column("town", sa.String(), nullable=False),
        sa.Column("notification", sa.String(), nullable=False),
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("private", sa.Boolean(), nullable=False),
        sa.Column("withdrawn", sa.Boolean(), nullable=False),
        sa.Column("category_zh", sa.String(), nullable=False),
        sa.Column("category_en", sa.String(), nullable=False),
        sa.Column("state_zh", sa.String(), nullable=False),
        sa.Column("state_en", sa.String(), nullable=False),
        sa.Column("text_zh", sa.Text(), nullable=False),
        sa.Column("text_en", sa.Text(), nullable=False),
        sa.Column("published_on", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("case_id"),
    )
    op.create_index("published", "publications", ["town", "notification"], unique=False)
    op.create_table(
        "rosters",
        sa.Column("root", sa.String(), nullable=False),
        sa.Column("revision", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("root"),
    )
