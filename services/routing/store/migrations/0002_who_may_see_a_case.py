"""Who may see a case, and which units hold or finished a share of it.

Of cases that were decided about before nothing of it is known: NULL. Operators and engineers alone see these until
their next step, or until `gridcase replay` has filled the store.
"""

import sqlalchemy as sa
from alembic import op

from shared.db.flow_migrations import create_shares

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.add_column("cases", sa.Column("seen_by", sa.String(), nullable=True))
    op.add_column("cases", sa.Column("private", sa.Boolean(), nullable=True))
    for name in ("asked", "reporters", "finder_role", "finder_unit"):
        op.add_column("cases", sa.Column(name, sa.String(), nullable=True))
    create_shares()
