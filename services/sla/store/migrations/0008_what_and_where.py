"""What a subject is about and where it is, beside its snapshot: figures are summed and lists narrowed by them."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

_FILL = {
    "sqlite": sa.text(
        "update situations set category = json_extract(snapshot, '$.category'),"
        " place = json_extract(snapshot, '$.place.key')"
    ),
    "postgresql": sa.text(
        "update situations set category = snapshot::json ->> 'category', place = snapshot::json -> 'place' ->> 'key'"
    ),
}


def upgrade() -> None:
    """Apply."""
    for name in ("category", "place"):
        op.add_column("situations", sa.Column(name, sa.String(), nullable=True))
    conn = op.get_bind()
    conn.execute(_FILL[conn.dialect.name])


def downgrade() -> None:
    """Take back."""
    for name in ("place", "category"):
        op.drop_column("situations", name)
