"""Accounts, what they are where, and sessions."""

import sqlalchemy as sa
from alembic import op

import shared.db.types

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "account_events",
        sa.Column(
            "id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False
        ),
        sa.Column("at", shared.db.types.Instant(timezone=True), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("account", sa.String(), nullable=True),
        sa.Column("session", sa.String(), nullable=True),
        sa.Column("by_role", sa.String(), nullable=True),
        sa.Column("by_unit", sa.String(), nullable=True),
        sa.Column("by_person", sa.String(), nullable=True),
        sa.Column("by_token", sa.String(), nullable=True),
        sa.Column("client", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "account_roles",
        sa.Column("account", sa.String(), nullable=False),
        sa.Column("town", sa.String(), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("unit", sa.String(), nullable=False),
        sa.Column("login", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("account", "town", "role", "unit"),
    )
    op.create_index("account_roles_listed", "account_roles", ["town", "login"], unique=False)
    op.create_table(
        "accounts",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("login", sa.String(), nullable=False),
        sa.Column("person", sa.String(), nullable=False),
        sa.Column("sealed_name", sa.Text(), nullable=True),
        sa.Column("password", sa.String(), nullable=False),
        sa.Column("must_change", sa.Boolean(), nullable=False),
        sa.Column("first_until", shared.db.types.Instant(timezone=True), nullable=True),
        sa.Column("disabled", sa.Boolean(), nullable=False),
        sa.Column("changed_at", shared.db.types.Instant(timezone=True), nullable=False),
        sa.Column("provider", sa.String(), nullable=True),
        sa.Column("subject", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("login"),
    )
    op.create_index("accounts_linked", "accounts", ["provider", "subject"], unique=True)
    op.create_index("accounts_of_person", "accounts", ["person"], unique=False)
    op.create_table(
        "sessions",
        sa.Column("reference", sa.String(), nullable=False),
        sa.Column("secret_hash", sa.String(), nullable=False),
        sa.Column("account", sa.String(), nullable=False),
        sa.Column("opened_at", shared.db.types.Instant(timezone=True), nullable=False),
        sa.Column("seen_at", shared.db.types.Instant(timezone=True), nullable=False),
        sa.Column("ends_at", shared.db.types.Instant(timezone=True), nullable=False),
        sa.Column("ended_at", shared.db.types.Instant(timezone=True), nullable=True),
        sa.Column("client", sa.String(), nullable=False),
        sa.Column("agent", sa.String(), nullable=False),
        sa.Column("tokens", sa.Integer(), nullable=False),
        sa.Column("token_until", shared.db.types.Instant(timezone=True), nullable=True),
        sa.Column("provider", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("reference"),
        sa.UniqueConstraint("secret_hash"),
    )
    op.create_index("sessions_ending", "sessions", ["ends_at"], unique=False)
    op.create_index("sessions_of_account", "sessions", ["account", "reference"], unique=False)


def downgrade() -> None:
    """Take back."""
    for table in ("sessions", "accounts", "account_roles", "account_events"):
        op.drop_table(table)
