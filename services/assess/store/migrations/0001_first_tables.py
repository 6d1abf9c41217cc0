"""First tables: what happened, cases, what persons gave, objected, decided and published."""

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
        "happenings",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("town", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("ref", sa.String(), nullable=False),
        sa.Column("at", shared.db.types.Instant(timezone=True), nullable=False),
        sa.Column("until", shared.db.types.Instant(timezone=True), nullable=True),
        sa.Column("subject", sa.String(), nullable=True),
        sa.Column("place", sa.String(), nullable=True),
        sa.Column("unit", sa.String(), nullable=True),
        sa.Column("person", sa.String(), nullable=True),
        sa.Column("category", sa.String(), nullable=True),
        sa.Column("result", sa.String(), nullable=False),
        sa.Column("facts", shared.db.types.JsonText(), nullable=False),
        sa.Column("amount", sa.String(), nullable=True),
        sa.Column("is_imported", sa.Boolean(), nullable=False),
        sa.Column("corrects", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(
        "happenings_correcting",
        "happenings",
        ["town", "corrects"],
        unique=False,
        sqlite_where=sa.text("corrects is not null"),
        postgresql_where=sa.text("corrects is not null"),
    )
    op.create_index("happenings_of_kind", "happenings", ["town", "kind", "at", "id"], unique=False)
    op.create_table(
        "cases",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("town", sa.String(), nullable=False),
        sa.Column("place", sa.String(), nullable=True),
        sa.Column("category", sa.String(), nullable=True),
        sa.Column("finder", sa.String(), nullable=True),
        sa.Column("is_imported", sa.Boolean(), nullable=False),
        sa.Column("ended_at", shared.db.types.Instant(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    _said("given_points", "measure", "span", "subject", "item", "points")
    op.create_index("points_of_measure", "given_points", ["town", "measure", "id"], unique=False)
    _said(
        "objections", "figure", "span", "subject", "ref",
        more=(
            sa.Column("upheld", sa.Boolean(), nullable=True),
            sa.Column("verdict", sa.Text(), nullable=True),
            sa.Column("decided_by", sa.String(), nullable=True),
            sa.Column("decided_at", shared.db.types.Instant(timezone=True), nullable=True),
        ),
    )  # fmt: skip
    op.create_index("objections_of_town", "objections", ["town", "id"], unique=False)
    _said(
        "proposal_deeds", "measure", "span", "proposal", "subject", "does",
        more=(sa.Column("yuan", sa.Integer(), nullable=True),),
    )  # fmt: skip
    op.create_index("deeds_of_measure", "proposal_deeds", ["town", "measure", "span", "id"], unique=False)
    op.create_table(
        "publications",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("town", sa.String(), nullable=False),
        sa.Column("document", sa.String(), nullable=False),
        sa.Column("span", sa.String(), nullable=False),
        sa.Column("edition", sa.String(), nullable=False),
        sa.Column("lines", shared.db.types.JsonText(), nullable=False),
        sa.Column("words", shared.db.types.JsonText(), nullable=False),
        sa.Column("by_unit", sa.String(), nullable=True),
        sa.Column("by_person", sa.String(), nullable=False),
        sa.Column("at", shared.db.types.Instant(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("publications_of_town", "publications", ["town", "id"], unique=False)
    op.create_index("publications_once", "publications", ["town", "document", "span"], unique=True)
    op.create_table(
        "jurisdictions",
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("suspended_at", shared.db.types.Instant(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("key"),
    )


def _said(table: str, *keys: str, more: tuple[sa.Column[object], ...] = ()) -> None:
    """A table of what persons say: its keys, their words, who and when."""
    op.create_table(
        table,
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("town", sa.String(), nullable=False),
        *(sa.Column(key, sa.String(), nullable=False) for key in keys),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("by_unit", sa.String(), nullable=True),
        sa.Column("by_person", sa.String(), nullable=False),
        sa.Column("at", shared.db.types.Instant(timezone=True), nullable=False),
        *more,
        sa.PrimaryKeyConstraint("id"),
    )
