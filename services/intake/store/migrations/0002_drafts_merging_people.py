"""Drafts merging people."""

import sqlalchemy as sa
from alembic import op

import shared.db.types

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_KEYS = {
    "sqlite": "update cases set place_key = json_extract(place, '$.key')",
    "postgresql": "update cases set place_key = cast(place as json) ->> 'key'",
}


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "absence_copies",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("town", sa.String(), nullable=False),
        sa.Column("person", sa.String(), nullable=False),
        sa.Column("substitute", sa.String(), nullable=True),
        sa.Column("from_at", shared.db.types.Instant(timezone=True), nullable=False),
        sa.Column("until_at", shared.db.types.Instant(timezone=True), nullable=False),
        sa.Column("stands", sa.Boolean(), nullable=False),
        sa.Column("as_of", shared.db.types.Instant(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(op.f("ix_absence_copies_person"), "absence_copies", ["person"], unique=False)
    op.create_table(
        "imported_cases",
        sa.Column("town", sa.String(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("case_id", sa.String(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("imported_at", shared.db.types.Instant(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("town", "source", "number"),
    )
    op.create_table(
        "joint_reporters",
        sa.Column("case_id", sa.String(), nullable=False),
        sa.Column("reporter", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("case_id", "reporter"),
    )
    op.create_index(op.f("ix_joint_reporters_reporter"), "joint_reporters", ["reporter"], unique=False)
    op.create_table(
        "machine_alarms",
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("case_id", sa.String(), nullable=True),
        sa.Column("last_at", shared.db.types.Instant(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("key"),
    )
    op.create_table(
        "member_copies",
        sa.Column("person", sa.String(), nullable=False),
        sa.Column("unit", sa.String(), nullable=False),
        sa.Column("held", sa.Boolean(), nullable=False),
        sa.Column("as_of", shared.db.types.Instant(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("person", "unit"),
    )
    op.create_table(
        "redecided_cases",
        sa.Column("redecision_id", sa.String(), nullable=False),
        sa.Column("case_id", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("cause", sa.String(), nullable=True),
        sa.Column("was", shared.db.types.JsonText(), nullable=True),
        sa.Column("now", shared.db.types.JsonText(), nullable=True),
        sa.Column("at", shared.db.types.Instant(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("redecision_id", "case_id"),
    )
    op.create_index(
        "redecided_cases_state", "redecided_cases", ["redecision_id", "state", "case_id"], unique=False
    )
    op.create_table(
        "redecisions",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("town", sa.String(), nullable=False),
        sa.Column("cause", sa.String(), nullable=False),
        sa.Column("edition", sa.String(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("by", shared.db.types.JsonText(), nullable=False),
        sa.Column("scope", shared.db.types.JsonText(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("starts_at", shared.db.types.Instant(timezone=True), nullable=False),
        sa.Column("made_at", shared.db.types.Instant(timezone=True), nullable=False),
        sa.Column("ended_at", shared.db.types.Instant(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("redecisions_open", "redecisions", ["state", "starts_at"], unique=False)
    op.create_index("redecisions_town", "redecisions", ["town", "id"], unique=False)
    op.add_column("cases", sa.Column("place_key", sa.String(), nullable=True))
    op.add_column("cases", sa.Column("also", shared.db.types.JsonText(), server_default="[]", nullable=False))
    op.add_column("cases", sa.Column("accepted_at", shared.db.types.Instant(timezone=True), nullable=True))
    op.add_column(
        "cases", sa.Column("extended_without_due", sa.Boolean(), server_default=sa.false(), nullable=False)
    )
    op.add_column("cases", sa.Column("seen_by", sa.String(), nullable=True))
    op.add_column("cases", sa.Column("draft", shared.db.types.JsonText(), nullable=True))
    op.add_column("cases", sa.Column("proposal", shared.db.types.JsonText(), nullable=True))
    op.add_column("cases", sa.Column("source", sa.String(), nullable=True))
    op.add_column("cases", sa.Column("repeats", sa.Integer(), server_default="0", nullable=False))
    op.add_column(
        "cases", sa.Column("reporters", shared.db.types.JsonText(), server_default="[]", nullable=False)
    )
    op.add_column(
        "cases", sa.Column("merged", shared.db.types.JsonText(), server_default="[]", nullable=False)
    )
    op.add_column("cases", sa.Column("merged_into", shared.db.types.JsonText(), nullable=True))
    op.add_column(
        "cases", sa.Column("satisfaction", shared.db.types.JsonText(), server_default="{}", nullable=False)
    )
    op.add_column("cases", sa.Column("redecision", sa.String(), nullable=True))
    op.create_index("cases_category", "cases", ["town", "category", "reported_at"], unique=False)
    op.add_column("clock_copies", sa.Column("was", shared.db.types.JsonText(), nullable=True))
    op.add_column("decisions", sa.Column("returned", sa.Boolean(), server_default=sa.false(), nullable=False))
    op.add_column("publications", sa.Column("level", sa.String(), nullable=True))
    op.add_column(
        "publications", sa.Column("published_at", shared.db.types.Instant(timezone=True), nullable=True)
    )
    op.add_column("work_orders", sa.Column("assignee", sa.String(), nullable=True))
    op.add_column(
        "work_orders", sa.Column("left_alarmed_at", shared.db.types.Instant(timezone=True), nullable=True)
    )
    op.create_index(
        "work_orders_assignee",
        "work_orders",
        ["assignee"],
        unique=False,
        sqlite_where=sa.text("assignee is not null"),
        postgresql_where=sa.text("assignee is not null"),
    )
    _fill()
    # ### end Alembic commands ###


def _fill() -> None:
    """Have older cases know when they were accepted, as near as can be told, and where they are."""
    op.execute("update cases set accepted_at = admitted_at where marks like '%\"accepted\":%'")
    op.execute(_KEYS[op.get_bind().dialect.name])
