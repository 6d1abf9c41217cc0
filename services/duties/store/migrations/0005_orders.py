"""What somebody orders: supervision orders, campaigns."""

import sqlalchemy as sa
from alembic import op

import shared.db.types

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

_INSTANT = shared.db.types.Instant(timezone=True)


def upgrade() -> None:
    """Apply."""
    for name in ("ordered", "order_number", "ordered_by"):
        op.add_column("occurrences", sa.Column(name, sa.String(), nullable=True))
    for name in ("returned_at", "accepted_at"):
        op.add_column("occurrences", sa.Column(name, _INSTANT, nullable=True))
    _partial("occurrences_of_order", "occurrences", ["ordered", "post"], "ordered is not null")
    _orders()
    op.create_table(
        "order_steps",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("town", sa.String(), nullable=False),
        sa.Column("ordered", sa.String(), nullable=False),
        sa.Column("occurrence", sa.String(), nullable=True),
        sa.Column("what", sa.String(), nullable=False),
        sa.Column("at", _INSTANT, nullable=False),
        sa.Column("person", sa.String(), nullable=True),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("due_at", _INSTANT, nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("order_steps_of_order", "order_steps", ["ordered", "id"], unique=False)
    op.create_table(
        "order_numbers",
        sa.Column("town", sa.String(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("last", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("town", "year"),
    )


def _orders() -> None:
    op.create_table(
        "orders",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("town", sa.String(), nullable=False),
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("duty", sa.String(), nullable=False),
        sa.Column("edition", sa.String(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("about", sa.String(), nullable=True),
        sa.Column("subject", sa.String(), nullable=True),
        sa.Column("post", sa.String(), nullable=True),
        sa.Column("person", sa.String(), nullable=True),
        sa.Column("issued_at", _INSTANT, nullable=False),
        sa.Column("due_at", _INSTANT, nullable=False),
        sa.Column("ended_at", _INSTANT, nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("orders_of_town", "orders", ["town", "id"], unique=False)
    op.create_index("orders_of_duty", "orders", ["town", "duty", "id"], unique=False)
    op.create_index("orders_by_number", "orders", ["town", "number"], unique=True)
    _partial("orders_about", "orders", ["town", "subject", "id"], "subject is not null")


def _partial(name: str, table: str, columns: list[str], where: str) -> None:
    kept = sa.text(where)
    op.create_index(name, table, columns, unique=False, sqlite_where=kept, postgresql_where=kept)
