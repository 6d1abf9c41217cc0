"""Grids that end: from their day on, their successors take cases, open ones too (P000.4)."""

import sqlalchemy as sa

from services.intake.store.tables import metadata
from shared.db.belonging import BELONGS, ByParent
from shared.db.types import Instant, JsonText

place_scans = sa.Table(
    "place_scans",  # publications that were looked through for places that end
    metadata,
    sa.Column("edition", sa.String, primary_key=True),
    sa.Column("number", sa.Integer, primary_key=True),
    sa.Column("scanned_at", Instant, nullable=False),
    info={BELONGS: ByParent("editions", "edition", "edition")},
)

place_ends = sa.Table(
    "place_ends",
    metadata,
    sa.Column("town", sa.String, primary_key=True),
    sa.Column("place", sa.String, primary_key=True),
    sa.Column("ends_at", Instant, nullable=False),
    sa.Column("look_at", Instant, nullable=False, index=True),  # when open cases are looked through next
    sa.Column("after", sa.String),  # case up to which this look has come
    sa.Column("looks", sa.Integer, nullable=False),
)

rehomings = sa.Table(
    "rehomings",
    metadata,
    sa.Column("case_id", sa.String, primary_key=True),
    sa.Column("place", sa.String, primary_key=True),  # the one that ended
    sa.Column("town", sa.String, nullable=False),
    sa.Column("state", sa.String, nullable=False),  # moved, asked, chosen
    sa.Column("home", sa.String),  # where it is now
    sa.Column("choices", JsonText, nullable=False),
    sa.Column("at", Instant, nullable=False),
    sa.Index("rehomings_state", "town", "state", "case_id"),
    # Both to the last column of the list's order: one that lacks it is passed over for one that has it.
    sa.Index("rehomings_town", "town", "case_id", "place"),
    sa.Index("rehomings_listed", "town", "state", "case_id", "place"),
)
