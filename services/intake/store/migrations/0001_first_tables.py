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
        "attachments",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("case_id", sa.String(), nullable=False),
        sa.Column("town", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("type", sa.String(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("attached_at", shared.db.types.Instant(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(op.f("ix_attachments_case_id"), "attachments", ["case_id"], unique=False)
    op.create_table(
        "case_numbers",
        sa.Column("town", sa.String(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("last", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("town", "year"),
    )
    op.create_table(
        "cases",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("town", sa.String(), nullable=False),
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("edition", sa.String(), nullable=False),
        sa.Column("category", sa.String(), nullable=False),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("place", shared.db.types.JsonText(), nullable=False),
        sa.Column("title", sa.Text(), nullable=True),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("facts", shared.db.types.JsonText(), nullable=False),
        sa.Column("texts", shared.db.types.JsonText(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("marks", shared.db.types.JsonText(), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("progress", shared.db.types.JsonText(), nullable=False),
        sa.Column("assignment", shared.db.types.JsonText(), nullable=True),
        sa.Column("lead", sa.String(), nullable=True),
        sa.Column("level", sa.String(), nullable=True),
        sa.Column("awaiting", sa.Integer(), nullable=True),
        sa.Column("said", sa.Integer(), nullable=False),
        sa.Column("decisions", sa.Integer(), nullable=False),
        sa.Column("orders", shared.db.types.JsonText(), nullable=False),
        sa.Column("clocks", shared.db.types.JsonText(), nullable=False),
        sa.Column("due_at", shared.db.types.Instant(timezone=True), nullable=True),
        sa.Column("breached", sa.Boolean(), nullable=False),
        sa.Column("flagged", sa.Boolean(), nullable=False),
        sa.Column("fallback", sa.Boolean(), nullable=False),
        sa.Column("private", sa.Boolean(), nullable=False),
        sa.Column("reporter", sa.String(), nullable=True),
        sa.Column("anonymous", sa.Boolean(), nullable=False),
        sa.Column("on_behalf", sa.Boolean(), nullable=False),
        sa.Column("first_contact", sa.String(), nullable=True),
        sa.Column("finder_role", sa.String(), nullable=True),
        sa.Column("finder_unit", sa.String(), nullable=True),
        sa.Column("linked_from", sa.String(), nullable=True),
        sa.Column("linked", shared.db.types.JsonText(), nullable=False),
        sa.Column("reported_at", shared.db.types.Instant(timezone=True), nullable=False),
        sa.Column("admitted_at", shared.db.types.Instant(timezone=True), nullable=False),
        sa.Column("changed_at", shared.db.types.Instant(timezone=True), nullable=False),
        sa.Column("history_n", sa.Integer(), nullable=False),
        sa.Column("history_head", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("cases_lead", "cases", ["town", "lead", "id"], unique=False)
    op.create_index("cases_number", "cases", ["town", "number"], unique=True)
    op.create_index(
        "cases_overdue",
        "cases",
        ["town", "id"],
        unique=False,
        sqlite_where=sa.text("breached"),
        postgresql_where=sa.text("breached"),
    )
    op.create_index(
        "cases_reporter",
        "cases",
        ["town", "reporter"],
        unique=False,
        sqlite_where=sa.text("reporter is not null"),
        postgresql_where=sa.text("reporter is not null"),
    )
    op.create_index("cases_state", "cases", ["town", "state", "id"], unique=False)
    op.create_index("cases_town", "cases", ["town", "id"], unique=False)
    op.create_table(
        "clock_copies",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("case_id", sa.String(), nullable=False),
        sa.Column("stage", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("verdict", sa.String(), nullable=True),
        sa.Column("level", sa.String(), nullable=True),
        sa.Column("unit", sa.String(), nullable=True),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("started_at", shared.db.types.Instant(timezone=True), nullable=False),
        sa.Column("due_at", shared.db.types.Instant(timezone=True), nullable=True),
        sa.Column("label", sa.String(), nullable=True),
        sa.Column("provisional", sa.Boolean(), nullable=False),
        sa.Column("missing_year", sa.Integer(), nullable=True),
        sa.Column("reason", shared.db.types.JsonText(), nullable=False),
        sa.Column("certificate", shared.db.types.JsonText(), nullable=False),
        sa.Column("as_of", shared.db.types.Instant(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(op.f("ix_clock_copies_case_id"), "clock_copies", ["case_id"], unique=False)
    op.create_table(
        "decisions",
        sa.Column("case_id", sa.String(), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("in_effect", sa.Boolean(), nullable=False),
        sa.Column("assignment", shared.db.types.JsonText(), nullable=True),
        sa.Column("acceptance", sa.String(), nullable=True),
        sa.Column("flagged", sa.Boolean(), nullable=False),
        sa.Column("fallback", sa.Boolean(), nullable=False),
        sa.Column("reason", shared.db.types.JsonText(), nullable=True),
        sa.Column("answers", shared.db.types.JsonText(), nullable=True),
        sa.Column("cause", sa.String(), nullable=True),
        sa.Column("evaluator", sa.String(), nullable=True),
        sa.Column("pass_to", sa.String(), nullable=True),
        sa.Column("edition", sa.String(), nullable=True),
        sa.Column("answers_sequence", sa.Integer(), nullable=False),
        sa.Column("decided_at", shared.db.types.Instant(timezone=True), nullable=False),
        sa.Column("as_of", shared.db.types.Instant(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("case_id", "n"),
    )
    op.create_table(
        "history",
        sa.Column("case_id", sa.String(), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.Column("at", sa.String(), nullable=False),
        sa.Column("what", sa.String(), nullable=False),
        sa.Column("by", shared.db.types.JsonText(), nullable=False),
        sa.Column("data", shared.db.types.JsonText(), nullable=False),
        sa.Column("previous", sa.String(), nullable=False),
        sa.Column("hash", sa.String(), nullable=False),
        sa.Column("texts", shared.db.types.JsonText(), nullable=True),
        sa.PrimaryKeyConstraint("case_id", "n"),
    )
    op.create_table(
        "idempotency_keys",
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("body_hash", sa.String(), nullable=False),
        sa.Column("answer", shared.db.types.JsonText(), nullable=True),
        sa.Column("made_at", shared.db.types.Instant(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("key"),
    )
    op.create_index(op.f("ix_idempotency_keys_made_at"), "idempotency_keys", ["made_at"], unique=False)
    op.create_table(
        "identities",
        sa.Column("town", sa.String(), nullable=False),
        sa.Column("ref", sa.String(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=True),
        sa.Column("made_at", shared.db.types.Instant(timezone=True), nullable=False),
        sa.Column("erased_at", shared.db.types.Instant(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("town", "ref"),
    )
    op.create_table(
        "jurisdiction_copies",
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("part_of", sa.String(), nullable=True),
        sa.Column("name", shared.db.types.JsonText(), nullable=False),
        sa.Column("as_of", shared.db.types.Instant(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("key"),
    )
    op.create_table(
        "notice_copies",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("case_id", sa.String(), nullable=False),
        sa.Column("on", sa.String(), nullable=False),
        sa.Column("party", sa.String(), nullable=False),
        sa.Column("unit", sa.String(), nullable=True),
        sa.Column("person", sa.String(), nullable=True),
        sa.Column("via", sa.String(), nullable=True),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("cause", sa.String(), nullable=True),
        sa.Column("reason", shared.db.types.JsonText(), nullable=False),
        sa.Column("told_at", shared.db.types.Instant(timezone=True), nullable=False),
        sa.Column("as_of", shared.db.types.Instant(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(op.f("ix_notice_copies_case_id"), "notice_copies", ["case_id"], unique=False)
    op.create_table(
        "publications",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("town", sa.String(), nullable=False),
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("category", shared.db.types.JsonText(), nullable=True),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("published_on", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("publications_town", "publications", ["town", "id"], unique=False)
    op.create_table(
        "work_orders",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("case_id", sa.String(), nullable=False),
        sa.Column("town", sa.String(), nullable=False),
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("unit", sa.String(), nullable=False),
        sa.Column("part", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("decision", sa.Integer(), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("issued_at", shared.db.types.Instant(timezone=True), nullable=False),
        sa.Column("accepted_at", shared.db.types.Instant(timezone=True), nullable=True),
        sa.Column("ended_at", shared.db.types.Instant(timezone=True), nullable=True),
        sa.Column("held_for_seconds", sa.Integer(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(op.f("ix_work_orders_case_id"), "work_orders", ["case_id"], unique=False)
    op.create_index("work_orders_state", "work_orders", ["town", "state", "id"], unique=False)
    op.create_index("work_orders_unit", "work_orders", ["town", "unit", "state", "id"], unique=False)
