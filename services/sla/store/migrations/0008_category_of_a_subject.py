"""What a subject is about, beside its snapshot: figures are summed and lists narrowed by it."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

_FILL = {
    "sqlite": sa.text("update situations set category = json_extract(snapshot, '$.category')"),
    "postgresql": sa.text("update situations set category = snapshot::json ->> 'category'"),
}


def upgrade() -> None:
    """Apply."""
    op.add_column("situations", sa.Column("category", sa.String(), nullable=True))
    conn = op.get_bind()
    conn.execute(_FILL[conn.dialect.name])


def downgrade() -> None:
    """Take back."""
    op.drop_column("situations", "category")
