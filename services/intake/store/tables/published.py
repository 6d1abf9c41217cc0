"""What was published; who reported, sealed; files."""

import sqlalchemy as sa

from services.intake.store.indexed import (
    PRIVATE,
)
from services.intake.store.tables.base import metadata
from shared.db.belonging import KEYED
from shared.db.partial import partial_index
from shared.db.types import Instant, JsonText
from shared.kernel.texts import Text

publications = sa.Table(
    "publications",
    metadata,
    sa.Column("id", sa.String, primary_key=True),
    sa.Column("town", sa.String, nullable=False),
    sa.Column("number", sa.String, nullable=False),
    sa.Column("category", JsonText(Text)),  # its name in both languages; NULL for a private case
    sa.Column("state", sa.String, nullable=False),
    sa.Column("published_on", sa.String, nullable=False),  # local day
    sa.Column("level", sa.String),  # for whom; NULL: for everybody
    sa.Column("published_at", Instant),  # the same for all levels of one step; NULL: before this was kept
    # the case's round at that time: reopening the case withdraws them; NULL: before this was kept
    sa.Column("round", sa.Integer),
    sa.Index("publications_town", "town", "id"),
    sa.Index("publications_day", "town", "published_on", "id"),
    sa.Index("publications_number", "town", "number"),
    partial_index("publications_private", "town", "number", where=PRIVATE),
)

identities = sa.Table(
    "identities",
    metadata,
    sa.Column("town", sa.String, primary_key=True),
    sa.Column("ref", sa.String, primary_key=True),
    sa.Column("sealed", sa.LargeBinary),  # NULL once erased
    sa.Column("made_at", Instant, nullable=False),
    sa.Column("erased_at", Instant),
    info={KEYED: "sealed"},
)

attachments = sa.Table(
    "attachments",
    metadata,
    sa.Column("id", sa.String, primary_key=True),
    sa.Column("case_id", sa.String, nullable=False, index=True),
    sa.Column("town", sa.String, nullable=False),
    sa.Column("name", sa.String, nullable=False),  # as shown; the file itself is stored under its id
    sa.Column("type", sa.String, nullable=False),
    sa.Column("size", sa.Integer, nullable=False),
    sa.Column("sha256", sa.String, nullable=False),
    sa.Column("attached_at", Instant, nullable=False),
    sa.Column("erased_at", Instant),  # its content and its name are gone
)
