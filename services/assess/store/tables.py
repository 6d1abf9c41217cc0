"""The tables of assessment: what happened, cases as they stand, what persons gave, objected, decided and published.

Decides columns and indexes: what a figure needs is found by kind and instant. Happenings are a copy of what others say,
and can be filled again; what persons said is this service's own, and only ever added to.
"""

import sqlalchemy as sa

from services.assess.domain.deeds import SentLine
from shared.db.belonging import BELONGS, SUBJECTS, ByKey
from shared.db.confinement import APPENDED, ASKED, READ, of_all, of_town
from shared.db.flow_tables import OUTLIVES_CASES, OWN_WORD, flow_tables
from shared.db.partial import partial_index
from shared.db.types import Instant, JsonText

# Streams are named by cases, and by occurrences of duties.
metadata = sa.MetaData(info={SUBJECTS: (("cases", "id"), ("happenings", "ref", "kind = 'duty'"))})
flow = flow_tables(metadata)

CORRECTING = "corrects is not null"  # a query says it by the letter

happenings = sa.Table(
    "happenings",
    metadata,
    sa.Column("id", sa.String, primary_key=True),  # kind and reference: the same message makes the same row
    sa.Column("town", sa.String, nullable=False),
    sa.Column("kind", sa.String, nullable=False),
    sa.Column("name", sa.String, nullable=False),
    sa.Column("ref", sa.String, nullable=False),
    sa.Column("at", Instant, nullable=False),
    sa.Column("until", Instant),
    sa.Column("subject", sa.String),  # the case that it is of
    sa.Column("place", sa.String),
    sa.Column("unit", sa.String),
    sa.Column("person", sa.String),  # a reference
    sa.Column("category", sa.String),
    sa.Column("result", sa.String, nullable=False),
    sa.Column("facts", JsonText, nullable=False),
    sa.Column("amount", sa.String),  # a decimal
    sa.Column("is_imported", sa.Boolean, nullable=False),
    sa.Column("corrects", sa.String),
    sa.Index("happenings_of_kind", "town", "kind", "at", "id"),
    partial_index("happenings_correcting", "town", "corrects", where=CORRECTING),
    info={ASKED: of_town(*READ)},
)

# What all that happens to a case is counted under: its place and category as they are now.
cases = sa.Table(
    "cases",
    metadata,
    sa.Column("id", sa.String, primary_key=True),
    sa.Column("town", sa.String, nullable=False),
    sa.Column("place", sa.String),
    sa.Column("category", sa.String),
    sa.Column("finder", sa.String),  # a reference
    sa.Column("is_imported", sa.Boolean, nullable=False),
    sa.Column("ended_at", Instant),
    info={ASKED: of_town(*READ)},
)

given = sa.Table(
    "given_points",
    metadata,
    sa.Column("id", sa.String, primary_key=True),  # grows with time
    sa.Column("town", sa.String, nullable=False),
    sa.Column("measure", sa.String, nullable=False),
    sa.Column("span", sa.String, nullable=False),
    sa.Column("subject", sa.String, nullable=False),
    sa.Column("item", sa.String, nullable=False),
    sa.Column("points", sa.String, nullable=False),  # a decimal
    sa.Column("words", sa.Text, nullable=False),
    sa.Column("by_unit", sa.String),
    sa.Column("by_person", sa.String, nullable=False),
    sa.Column("at", Instant, nullable=False),
    sa.Index("points_of_measure", "town", "measure", "id"),
    info={OWN_WORD: True, ASKED: of_town("select", "insert"), APPENDED: ()},
)

objections = sa.Table(
    "objections",
    metadata,
    sa.Column("id", sa.String, primary_key=True),
    sa.Column("town", sa.String, nullable=False),
    sa.Column("figure", sa.String, nullable=False),
    sa.Column("span", sa.String, nullable=False),
    sa.Column("subject", sa.String, nullable=False),
    sa.Column("ref", sa.String, nullable=False),
    sa.Column("words", sa.Text, nullable=False),
    sa.Column("by_unit", sa.String),
    sa.Column("by_person", sa.String, nullable=False),
    sa.Column("at", Instant, nullable=False),
    sa.Column("upheld", sa.Boolean),  # NULL: not decided yet
    sa.Column("verdict", sa.Text),
    sa.Column("decided_by", sa.String),  # a reference
    sa.Column("decided_at", Instant),
    sa.Index("objections_of_town", "town", "id"),
    info={OWN_WORD: True, ASKED: of_town("select", "insert", "update")},
)

deeds = sa.Table(
    "proposal_deeds",
    metadata,
    sa.Column("id", sa.String, primary_key=True),
    sa.Column("town", sa.String, nullable=False),
    sa.Column("measure", sa.String, nullable=False),
    sa.Column("span", sa.String, nullable=False),
    sa.Column("proposal", sa.String, nullable=False),
    sa.Column("subject", sa.String, nullable=False),
    sa.Column("does", sa.String, nullable=False),
    sa.Column("yuan", sa.Integer),
    sa.Column("words", sa.Text, nullable=False),
    sa.Column("by_unit", sa.String),
    sa.Column("by_person", sa.String, nullable=False),
    sa.Column("at", Instant, nullable=False),
    sa.Index("deeds_of_measure", "town", "measure", "span", "id"),
    info={OWN_WORD: True, ASKED: of_town("select", "insert"), APPENDED: ()},
)

# What was sent stays as it was sent, with what it rested on.
publications = sa.Table(
    "publications",
    metadata,
    sa.Column("id", sa.String, primary_key=True),
    sa.Column("town", sa.String, nullable=False),
    sa.Column("document", sa.String, nullable=False),
    sa.Column("span", sa.String, nullable=False),
    sa.Column("edition", sa.String, nullable=False),
    sa.Column("lines", JsonText(tuple[SentLine, ...]), nullable=False),
    sa.Column("words", JsonText, nullable=False),
    sa.Column("by_unit", sa.String),
    sa.Column("by_person", sa.String, nullable=False),
    sa.Column("at", Instant, nullable=False),
    sa.Index("publications_of_town", "town", "id"),
    sa.Index("publications_once", "town", "document", "span", unique=True),
    info={OWN_WORD: True, ASKED: of_town("select", "insert"), APPENDED: ()},
)

jurisdictions = sa.Table(
    "jurisdictions",
    metadata,
    sa.Column("key", sa.String, primary_key=True),
    sa.Column("suspended_at", Instant),  # NULL: it takes what comes
    info={OUTLIVES_CASES: True, BELONGS: ByKey("key"), ASKED: of_all(*READ)},
)
