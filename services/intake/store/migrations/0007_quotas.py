"""What tokens and towns have lately asked for."""

from shared.db.flow_migrations import create_quotas

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    create_quotas()
