"""The ledger's tables: entries, what was ever said of them, groups, and who opened what is sealed.

Days are kept as text ('2026-03-02'), which sorts as they do.
"""

import sqlalchemy as sa

from services.ledger.domain.statements import Said, Seals
from shared.db.belonging import BELONGS, KEYED, ByKey
from shared.db.claims import claims_table
from shared.db.confinement import APPENDED, ASKED, READ, of_all, of_town
from shared.db.flow_tables import OUTLIVES_CASES, flow_tables
from shared.db.partial import partial_index
from shared.db.types import BigId, Instant, JsonText

metadata = sa.MetaData()  # its streams are the towns' own
flow = flow_tables(metadata)

HERE = "ended_on is null"
DIFFERING = "differs and ended_on is null"
TO_ERASE = "ended_on is not null and erased_at is null"

entries = sa.Table(
    "entries",
    metadata,
    sa.Column("id", sa.String, primary_key=True),
    sa.Column("town", sa.String, nullable=False),
    sa.Column("type", sa.String, nullable=False),
    sa.Column("line", sa.String),  # key of its class; NULL: of none
    sa.Column("place", sa.String, nullable=False),  # key of its grid, within the town's pack
    sa.Column("about", sa.String),  # the entry that it belongs to
    sa.Column("same_key", sa.String),  # digest of what makes a second entry the same one; NULL: nothing does
    sa.Column("said", sa.Integer, nullable=False),  # number of its latest statement
    sa.Column("touched_on", sa.String, nullable=False),  # latest day of which something of it was stated or confirmed
    sa.Column("differs", sa.Boolean, nullable=False),  # two sources say different things of it
    sa.Column("entered_at", Instant, nullable=False),
    sa.Column("ended_on", sa.String),
    sa.Column("erased_at", Instant),
    sa.Index("entries_of_place", "town", "place", "id"),
    sa.Index("entries_of_line", "town", "line", "id"),
    sa.Index("entries_of_type", "town", "type", "id"),
    sa.Index("entries_about", "about"),
    partial_index("entries_differing", "town", "id", where=DIFFERING),
    partial_index("entries_to_erase", "town", "type", "ended_on", where=TO_ERASE),
    sa.Index(
        "entries_same", "town", "type", "same_key", unique=True,
        sqlite_where=sa.text(HERE), postgresql_where=sa.text(HERE),
    ),
    info={ASKED: of_town("select", "insert", "update")},
)  # fmt: skip

statements = sa.Table(
    "statements",
    metadata,
    sa.Column("entry_id", sa.String, primary_key=True),
    sa.Column("number", sa.Integer, primary_key=True),
    sa.Column("town", sa.String, nullable=False),
    sa.Column("event", sa.String, nullable=False),
    sa.Column("change", sa.String),  # key of the pack's change that it was, if it was one
    sa.Column("facts", JsonText(Said), nullable=False),
    sa.Column("sealed", JsonText(Seals), nullable=False),
    sa.Column("since", sa.String, nullable=False),
    sa.Column("source", sa.String, nullable=False),
    sa.Column("place", sa.String),  # where it moved to
    sa.Column("by_role", sa.String, nullable=False),
    sa.Column("by_unit", sa.String),
    sa.Column("by_person", sa.String),
    sa.Column("at", Instant, nullable=False),
    # What was said is never changed; when an ended entry is erased, its contents go and the row stays.
    info={KEYED: "sealed", APPENDED: ("facts", "sealed", "source"), ASKED: of_town("select", "insert")},
)

groups = sa.Table(
    "entry_groups",
    metadata,
    sa.Column("entry_id", sa.String, primary_key=True),
    sa.Column("fact", sa.String, primary_key=True),
    sa.Column("value", sa.String, nullable=False),
    sa.Column("town", sa.String, nullable=False),
    sa.Column("type", sa.String, nullable=False),
    sa.Index("groups_of_type", "town", "type", "fact", "value", "entry_id"),
    info={ASKED: of_town()},
)

openings = sa.Table(
    "openings",
    metadata,
    sa.Column("id", BigId, primary_key=True, autoincrement=True),
    sa.Column("town", sa.String, nullable=False),
    sa.Column("entry_id", sa.String, nullable=False),
    sa.Column("fact", sa.String, nullable=False),
    sa.Column("at", Instant, nullable=False),
    sa.Column("by_role", sa.String, nullable=False),
    sa.Column("by_unit", sa.String),
    sa.Column("by_person", sa.String, nullable=False),
    sa.Column("by_token", sa.String, nullable=False),
    sa.Column("client", sa.String, nullable=False),
    sa.Column("purpose", sa.String),  # in the reader's words; NULL: opened before anybody was asked for one
    sa.Index("openings_of_town", "town", "id"),
    sa.Index("openings_of_entry", "town", "entry_id", "id"),
    info={APPENDED: (), ASKED: of_town("select", "insert")},
)

claims = claims_table(metadata)

jurisdictions = sa.Table(
    "jurisdictions",
    metadata,
    sa.Column("key", sa.String, primary_key=True),
    sa.Column("suspended_at", Instant),  # NULL: it takes what comes
    info={OUTLIVES_CASES: True, BELONGS: ByKey("key"), ASKED: of_all(*READ)},
)
