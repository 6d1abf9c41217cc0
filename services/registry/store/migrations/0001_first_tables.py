"""First tables."""

import sqlalchemy as sa
from alembic import op

import shared.db.types

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "calendars",
        sa.Column("town", sa.String(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("days", shared.db.types.JsonText(), nullable=False),
        sa.Column("as_of", shared.db.types.Instant(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("town"),
    )
    op.create_table(
        "editions",
        sa.Column("edition", sa.String(), nullable=False),
        sa.Column("town", sa.String(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("effective_at", shared.db.types.Instant(timezone=True), nullable=False),
        sa.Column("files", shared.db.types.JsonText(), nullable=False),
        sa.Column("as_of", shared.db.types.Instant(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("edition"),
    )
    op.create_index(op.f("ix_editions_town"), "editions", ["town"], unique=False)
    op.create_table(
        "inbox",
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("message_id", sa.String(), nullable=False),
        sa.Column("stream", sa.String(), nullable=False),
        sa.Column("sequence", sa.BigInteger(), nullable=False),
        sa.Column("type", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=True),
        sa.Column("detail", sa.Text(), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("retry_at", shared.db.types.Instant(timezone=True), nullable=True),
        sa.Column("received_at", shared.db.types.Instant(timezone=True), nullable=False),
        sa.Column("frame", sa.LargeBinary(), nullable=True),
        sa.PrimaryKeyConstraint("source", "message_id"),
    )
    op.create_index(
        "inbox_open",
        "inbox",
        ["source", "stream", "sequence"],
        unique=False,
        sqlite_where=sa.text("state in ('held', 'later', 'parked')"),
        postgresql_where=sa.text("state in ('held', 'later', 'parked')"),
    )
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
        "meta",
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("value", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("key"),
    )
    op.create_table(
        "outbox",
        sa.Column(
            "id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False
        ),
        sa.Column("message_id", sa.String(), nullable=False),
        sa.Column("stream", sa.String(), nullable=False),
        sa.Column("sequence", sa.BigInteger(), nullable=False),
        sa.Column("type", sa.String(), nullable=False),
        sa.Column("town", sa.String(), nullable=False),
        sa.Column("made_at", shared.db.types.Instant(timezone=True), nullable=False),
        sa.Column("sent_at", shared.db.types.Instant(timezone=True), nullable=True),
        sa.Column("frame", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(
        "outbox_unsent",
        "outbox",
        ["id"],
        unique=False,
        sqlite_where=sa.text("sent_at is null"),
        postgresql_where=sa.text("sent_at is null"),
    )
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
        "stream_in",
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("stream", sa.String(), nullable=False),
        sa.Column("next", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("source", "stream"),
    )
    op.create_table(
        "stream_out",
        sa.Column("stream", sa.String(), nullable=False),
        sa.Column("last", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("stream"),
    )
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
    op.create_table(
        "tokens",
        sa.Column("token_hash", sa.String(), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("unit", sa.String(), nullable=True),
        sa.Column("person", sa.String(), nullable=True),
        sa.Column("towns", shared.db.types.JsonText(), nullable=False),
        sa.Column("valid_until", shared.db.types.Instant(timezone=True), nullable=True),
        sa.Column("revoked", sa.Boolean(), nullable=False),
        sa.Column("as_of", shared.db.types.Instant(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("token_hash"),
    )


def downgrade() -> None:
    """Take back."""
    op.drop_table("tokens")
    op.drop_table("token_notes")
    op.drop_table("stream_out")
    op.drop_table("stream_in")
    op.drop_index("readings_of_person", table_name="readings")
    op.drop_table("readings")
    op.drop_table("publications")
    op.drop_table("people")
    op.drop_index(
        "outbox_unsent",
        table_name="outbox",
        sqlite_where=sa.text("sent_at is null"),
        postgresql_where=sa.text("sent_at is null"),
    )
    op.drop_table("outbox")
    op.drop_table("meta")
    op.drop_index("places_of_person", table_name="members")
    op.drop_index("members_of_town", table_name="members")
    op.drop_table("members")
    op.drop_table("jurisdictions")
    op.drop_index(
        "inbox_open",
        table_name="inbox",
        sqlite_where=sa.text("state in ('held', 'later', 'parked')"),
        postgresql_where=sa.text("state in ('held', 'later', 'parked')"),
    )
    op.drop_table("inbox")
    op.drop_index(op.f("ix_editions_town"), table_name="editions")
    op.drop_table("editions")
    op.drop_table("calendars")
