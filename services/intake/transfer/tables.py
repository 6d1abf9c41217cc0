"""Which line of which older system became which case."""

import sqlalchemy as sa

from services.intake.store.tables import metadata
from shared.db.types import Instant

imported = sa.Table(
    "imported_cases",
    metadata,
    sa.Column("town", sa.String, primary_key=True),
    sa.Column("source", sa.String, primary_key=True),  # the older system, by its own name
    sa.Column("number", sa.String, primary_key=True),
    sa.Column("case_id", sa.String, nullable=False),
    sa.Column("digest", sa.String, nullable=False),  # of the line's content
    sa.Column("imported_at", Instant, nullable=False),
)
