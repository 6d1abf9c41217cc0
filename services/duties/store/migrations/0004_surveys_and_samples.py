"""Surveys that are given out, their answers, and samples of spot checks."""

import sqlalchemy as sa
from alembic import op

import shared.db.types

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "sample_things",
        sa.Column("sample", sa.String(), nullable=False),
        sa.Column("ref", sa.String(), nullable=False),
        sa.Column("town", sa.String(), nullable=False),
        sa.Column("stratum", sa.String(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=True),
        sa.PrimaryKeyConstraint("sample", "ref"),
    )
    op.create_index(
        "sample_things_drawn",
        "sample_things",
        ["sample", "place"],
        unique=False,
        sqlite_where=sa.text("place is not null"),
        postgresql_where=sa.text("place is not null"),
    )
    op.create_table(
        "samples",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("town", sa.String(), nullable=False),
        sa.Column("duty", sa.String(), nullable=True),
        sa.Column("occurrence", sa.String(), nullable=True),
        sa.Column("form", sa.String(), nullable=False),
        sa.Column("post", sa.String(), nullable=False),
        sa.Column("of", sa.String(), nullable=False),
        sa.Column("first", sa.String(), nullable=False),
        sa.Column("last", sa.String(), nullable=False),
        sa.Column("seed", sa.String(), nullable=False),
        sa.Column("strata", shared.db.types.JsonText(), nullable=False),
        sa.Column("drawn_by", sa.String(), nullable=True),
        sa.Column("drawn_at", shared.db.types.Instant(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("samples_of_post", "samples", ["town", "post", "form", "id"], unique=False)
    op.create_index("samples_of_town", "samples", ["town", "id"], unique=False)
    op.create_table(
        "survey_marks",
        sa.Column("survey", sa.String(), nullable=False),
        sa.Column("mark", sa.String(), nullable=False),
        sa.Column("town", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("survey", "mark"),
    )
    op.create_table(
        "surveys",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("town", sa.String(), nullable=False),
        sa.Column("form", sa.String(), nullable=False),
        sa.Column("about", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("post", sa.String(), nullable=False),
        sa.Column("occurrence", sa.String(), nullable=True),
        sa.Column("first", sa.String(), nullable=False),
        sa.Column("last", sa.String(), nullable=False),
        sa.Column("ends_at", shared.db.types.Instant(timezone=True), nullable=False),
        sa.Column("most", sa.Integer(), nullable=False),
        sa.Column("accounts_only", sa.Boolean(), nullable=False),
        sa.Column("answered", sa.Integer(), nullable=False),
        sa.Column("code_hash", sa.String(), nullable=False),
        sa.Column("sealed", sa.Text(), nullable=True),
        sa.Column("made_by", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("surveys_by_code", "surveys", ["code_hash"], unique=True)
    op.create_index("surveys_of_town", "surveys", ["town", "id"], unique=False)
    op.create_index(
        "surveys_running",
        "surveys",
        ["ends_at"],
        unique=False,
        sqlite_where=sa.text("sealed is not null"),
        postgresql_where=sa.text("sealed is not null"),
    )
    op.create_table(
        "untold",
        sa.Column("record", sa.String(), nullable=False),
        sa.Column("town", sa.String(), nullable=False),
        sa.Column("due_at", shared.db.types.Instant(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("record"),
    )
    op.create_index(op.f("ix_untold_due_at"), "untold", ["due_at"], unique=False)
    op.add_column("records", sa.Column("channel", sa.String(), nullable=True))
