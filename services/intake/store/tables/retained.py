"""What of ended cases is still held, and what was erased."""

import sqlalchemy as sa

from services.intake.store.indexed import (
    still_held,
)
from services.intake.store.tables.base import Keys, metadata
from shared.db.confinement import APPENDED, ASKED, of_town
from shared.db.partial import partial_index
from shared.db.types import Instant, JsonText
from shared.rules.pack.model import DataClass

# What of an ended case has not been erased yet. Beside the case and not in its row: a closing adds one narrow row, and
# what is due is found by indexes that hold nothing else.
retained = sa.Table(
    "retained_cases",
    metadata,
    sa.Column("case_id", sa.String, primary_key=True),
    sa.Column("town", sa.String, nullable=False),
    sa.Column("ended_at", Instant),  # NULL: it runs again
    *(sa.Column(data.value, sa.Boolean, nullable=False) for data in DataClass),
    *(
        partial_index(f"retained_{data.value}", "town", "ended_at", "case_id", where=still_held(data))
        for data in DataClass
    ),
)

erasures = sa.Table(
    "erasures",
    metadata,
    sa.Column("id", sa.String, primary_key=True),
    sa.Column("town", sa.String, nullable=False),
    sa.Column("case_id", sa.String, nullable=False),
    sa.Column("number", sa.String, nullable=False),
    sa.Column("data", sa.String, nullable=False),  # DataClass
    sa.Column("pieces", sa.Integer, nullable=False),  # texts, files, identities or notifications that went
    sa.Column("because", JsonText(Keys), nullable=False),
    sa.Column("keep_days", sa.Integer, nullable=False),
    sa.Column("edition", sa.String, nullable=False),  # whose period it was
    sa.Column("ended_at", Instant, nullable=False),
    sa.Column("erased_at", Instant, nullable=False),
    sa.Index("erasures_town", "town", "id"),
    info={APPENDED: (), ASKED: of_town("select", "insert")},
)
