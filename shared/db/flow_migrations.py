"""How the tables of taking and giving messages came to their present form: a service's migrations call these.

A new store calls all of them in its first migration; one that exists calls a new one in a migration of its own. What
stands here is never changed: stores were made by it.
"""

import sqlalchemy as sa
from alembic import op

import shared.db.types


def create_flow_tables() -> None:
    """Create the message tables and the copies of registry facts in their first form."""
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


def create_shares() -> None:
    """Create the table of units' shares of cases (`sight.shares_table`)."""
    op.create_table(
        "shares",
        sa.Column("case_id", sa.String(), nullable=False),
        sa.Column("unit", sa.String(), nullable=False),
        sa.Column("work_order", sa.String(), nullable=True),
        sa.Column("has_finished", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("case_id", "unit"),
    )


def create_quotas() -> None:
    """Create the table of what tokens and towns have lately asked for."""
    op.create_table(
        "quotas",
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("full_at", sa.Double(), nullable=False),
        sa.PrimaryKeyConstraint("subject"),
    )
