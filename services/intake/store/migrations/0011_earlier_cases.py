"""Earlier cases are counted: what a case counts is kept with it, and each count reads one stretch of one index."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.add_column("cases", sa.Column("earlier", sa.Text(), nullable=False, server_default="{}"))
    # The same index with one column more: whatever was found by the old one is found by it.
    op.drop_index("cases_reporter", table_name="cases")
    _index("cases_reporter", ["town", "reporter", "reported_at"], "reporter is not null")
    _index("cases_device", ["town", "source", "reported_at"], "source is not null")
    _index("cases_place_category", ["town", "place_key", "category", "reported_at"], "place_key is not null")


def _index(name: str, columns: list[str], where: str) -> None:
    op.create_index(
        name, "cases", columns, sqlite_where=sa.text(where), postgresql_where=sa.text(where), unique=False
    )
