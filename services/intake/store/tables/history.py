"""A case's history, and what proves that it is whole."""

import sqlalchemy as sa
from msgspec import Raw

from services.intake.store.tables.base import metadata
from shared.db.belonging import BELONGS, KEYED, OfHouse
from shared.db.confinement import APPENDED, ASKED, NOT_ASKED, READ, of_all, of_row_in
from shared.db.flow_tables import OUTLIVES_CASES
from shared.db.types import JsonText

history = sa.Table(
    "history",
    metadata,
    sa.Column("case_id", sa.String, primary_key=True),
    sa.Column("n", sa.Integer, primary_key=True),
    sa.Column("at", sa.String, nullable=False),
    sa.Column("what", sa.String, nullable=False),
    sa.Column("by", JsonText(Raw), nullable=False),  # as it was hashed: nothing may stand between
    sa.Column("data", JsonText(Raw), nullable=False),
    sa.Column("previous", sa.String, nullable=False),
    sa.Column("hash", sa.String, nullable=False),
    sa.Column(
        "texts", JsonText(dict[str, tuple[str, str]])
    ),  # salted free texts that the entry's digests stand for; erasable
    sa.Column("key", sa.String),  # id of the key of its hash; NULL: a plain hash, from before there were keys
    # Entries come in the order of their instants: a few pages of summary find a day's. An ordinary index in SQLite.
    sa.Index("history_at", "at", postgresql_using="brin"),
    info={
        KEYED: "key",
        APPENDED: ("texts",),
        ASKED: of_row_in("cases", "id", "case_id", "select", "insert", "update (texts)"),
    },
)

# What histories were when keys came: a plain beginning that was changed since does not fit its seal. Whoever reads a
# case verifies its history; seals are written once, and by the house itself.
plain_beginnings = sa.Table(
    "plain_beginnings",
    metadata,
    sa.Column("case_id", sa.String, primary_key=True),
    sa.Column("n", sa.Integer, nullable=False),
    sa.Column("head", sa.String, nullable=False),
    sa.Column("key", sa.String, nullable=False),
    sa.Column("seal", sa.String, nullable=False),
    info={KEYED: "key", APPENDED: (), ASKED: of_row_in("cases", "id", "case_id", *READ)},
)

# From when on entries are keyed: one row, signed; written once every plain beginning is sealed.
history_keyed = sa.Table(
    "history_keyed",
    metadata,
    sa.Column("since", sa.String, primary_key=True),
    sa.Column("key", sa.String, nullable=False),
    sa.Column("seal", sa.String, nullable=False),
    info={
        OUTLIVES_CASES: True,
        BELONGS: OfHouse("said of all histories"),
        APPENDED: (),
        ASKED: of_all(*READ),
    },
)

# When a town was restored here or removed, signed: what was said outside of days before holds for it no more.
town_moves = sa.Table(
    "town_moves",
    metadata,
    sa.Column("moved_town", sa.String, primary_key=True),
    sa.Column("at", sa.String, primary_key=True),
    sa.Column("what", sa.String, nullable=False),  # restored, removed
    sa.Column("key", sa.String, nullable=False),
    sa.Column("seal", sa.String, nullable=False),
    info={
        OUTLIVES_CASES: True,
        BELONGS: OfHouse("it is left where a town was"),
        APPENDED: (),
        ASKED: NOT_ASKED,
    },
)
