"""The tables of the registry's store. Its `editions`, `calendars` and `tokens` are the truth that others
copy.
"""

import sqlalchemy as sa

from shared.db.belonging import BELONGS, KEYED, ByKey, OfHouse
from shared.db.confinement import APPENDED, ASKED, of_all, of_town
from shared.db.flow_tables import OUTLIVES_CASES, flow_tables
from shared.db.partial import partial_index
from shared.db.types import BigId, Instant, JsonText

metadata = sa.MetaData()
HELD = "held"  # of which places a partial index is kept: a query must say it by the letter
flow = flow_tables(metadata)

jurisdictions = sa.Table(
    "jurisdictions",
    metadata,
    sa.Column("key", sa.String, primary_key=True),
    sa.Column("part_of", sa.String),
    sa.Column("name_zh", sa.String, nullable=False),
    sa.Column("name_en", sa.String, nullable=False),
    sa.Column("changed_at", Instant, nullable=False),
    sa.Column("suspended_at", Instant),  # of a town: since when it takes nothing new; NULL: it does
    info={BELONGS: ByKey("key"), ASKED: of_all("select", "insert", "update")},
)

# Every publication; the same content may be published again later, as a return to it.
publications = sa.Table(
    "publications",
    metadata,
    sa.Column("town", sa.String, primary_key=True),
    sa.Column("number", sa.Integer, primary_key=True),
    sa.Column("edition", sa.String, nullable=False),
    sa.Column("effective_at", Instant, nullable=False),
    sa.Column("published_at", Instant, nullable=False),
    sa.Column("published_by", sa.String),  # a reference
    info={ASKED: of_town("select", "insert")},
)

# Places in units. `person` is a reference.
members = sa.Table(
    "members",
    metadata,
    sa.Column("unit", sa.String, primary_key=True),
    sa.Column("person", sa.String, primary_key=True),
    sa.Column("role", sa.String, primary_key=True),
    sa.Column("town", sa.String, nullable=False),
    sa.Column("held", sa.Boolean, nullable=False),
    sa.Column("changed_at", Instant, nullable=False),
    sa.Index("members_of_town", "town", "unit"),
    partial_index("members_held", "town", "unit", "person", "role", where=HELD),
    sa.Index("places_of_person", "person"),
)

# The one table that names people: name and addresses, sealed.
people = sa.Table(
    "people",
    metadata,
    sa.Column("town", sa.String, primary_key=True),
    sa.Column("person", sa.String, primary_key=True),
    sa.Column("sealed", sa.Text, nullable=False),
    sa.Column("changed_at", Instant, nullable=False),
    info={KEYED: "sealed"},
)

# Every reading of an identity.
readings = sa.Table(
    "readings",
    metadata,
    sa.Column("id", BigId, primary_key=True, autoincrement=True),
    sa.Column("town", sa.String, nullable=False),
    sa.Column("person", sa.String, nullable=False),
    sa.Column("by_role", sa.String, nullable=False),
    sa.Column("by_person", sa.String),
    sa.Column("at", Instant, nullable=False),
    sa.Column("by_unit", sa.String),
    sa.Column("by_token", sa.String),  # a token's reference; NULL: read before this was kept
    sa.Column("client", sa.String),  # network address from which it was read
    sa.Index("readings_of_person", "town", "person"),
    info={APPENDED: (), ASKED: of_town("select", "insert")},
)

# Every token that was issued or revoked, and by whom; all NULL: the command line.
token_events = sa.Table(
    "token_events",
    metadata,
    sa.Column("id", BigId, primary_key=True, autoincrement=True),
    sa.Column("at", Instant, nullable=False),
    sa.Column("kind", sa.String, nullable=False),  # domain.audit.TokenEventKind
    sa.Column("reference", sa.String, nullable=False),
    sa.Column("by_role", sa.String),
    sa.Column("by_unit", sa.String),
    sa.Column("by_person", sa.String),
    sa.Column("by_token", sa.String),
    sa.Column("client", sa.String),
    info={
        BELONGS: OfHouse("a record of tokens"),
        APPENDED: (),
        ASKED: of_all("select", "insert"),
    },
)

token_notes = sa.Table(
    "token_notes",
    metadata,
    sa.Column("token_hash", sa.String, primary_key=True),
    sa.Column("reference", sa.String, nullable=False, unique=True),
    sa.Column("label", sa.String, nullable=False),
    sa.Column("issued_at", Instant, nullable=False),
    sa.Column("issued_by", sa.String),  # a reference
    info={BELONGS: OfHouse("a token may reach several towns"), ASKED: of_all("select", "insert", "update")},
)

# Who may sign in. The name is sealed, the password stretched; a login is known by whoever types it.
accounts = sa.Table(
    "accounts",
    metadata,
    sa.Column("id", sa.String, primary_key=True),
    sa.Column("login", sa.String, nullable=False, unique=True),
    sa.Column("person", sa.String, nullable=False),  # a reference
    sa.Column("sealed_name", sa.Text),
    sa.Column("password", sa.String, nullable=False),
    sa.Column("must_change", sa.Boolean, nullable=False),
    sa.Column("first_until", Instant),
    sa.Column("disabled", sa.Boolean, nullable=False),
    sa.Column("changed_at", Instant, nullable=False),
    sa.Column("provider", sa.String),  # at which its holder signs in too
    sa.Column("subject", sa.String),  # who the holder is there
    sa.Index("accounts_of_person", "person"),
    sa.Index("accounts_linked", "provider", "subject", unique=True),
    # Signing in names no town: found by login, or by the roles that a town gives. These go with their town, so that
    # nobody has a part in another that is once called so.
    info={
        BELONGS: OfHouse("an account may act in several towns"),
        ASKED: of_all("select", "insert", "update"),
    },
)

# What an account is in each town; '' where a role speaks for no unit.
account_roles = sa.Table(
    "account_roles",
    metadata,
    sa.Column("account", sa.String, primary_key=True),
    sa.Column("town", sa.String, primary_key=True),
    sa.Column("role", sa.String, primary_key=True),
    sa.Column("unit", sa.String, primary_key=True),
    sa.Column("login", sa.String, nullable=False),  # of the account, which keeps it: by it they are listed
    sa.Index("account_roles_listed", "town", "login"),
)

# Who has signed in. Of the secret the hash is kept.
sessions = sa.Table(
    "sessions",
    metadata,
    sa.Column("reference", sa.String, primary_key=True),
    sa.Column("secret_hash", sa.String, nullable=False, unique=True),
    sa.Column("account", sa.String, nullable=False),
    sa.Column("opened_at", Instant, nullable=False),
    sa.Column("seen_at", Instant, nullable=False),
    sa.Column("ends_at", Instant, nullable=False),  # whatever is done in it
    sa.Column("ended_at", Instant),
    sa.Column("client", sa.String, nullable=False),
    sa.Column("agent", sa.String, nullable=False),
    sa.Column("tokens", sa.Integer, nullable=False),  # issued in it so far; none of them is kept
    sa.Column("token_until", Instant),
    sa.Column("provider", sa.String),  # that vouched for whoever signed in; NULL: a password did
    sa.Index("sessions_of_account", "account", "reference"),
    sa.Index("sessions_ending", "ends_at"),
    info={
        BELONGS: OfHouse("whoever signs in may act in several towns"),
        ASKED: of_all("select", "insert", "update"),
    },
)

# What became of accounts and sessions, and by whom; kept as long as logs are.
account_events = sa.Table(
    "account_events",
    metadata,
    sa.Column("id", BigId, primary_key=True, autoincrement=True),
    sa.Column("at", Instant, nullable=False),
    sa.Column("kind", sa.String, nullable=False),  # domain.sessions.AccountEventKind
    sa.Column("account", sa.String),  # NULL: a login that nobody has; what was typed is kept nowhere
    sa.Column("session", sa.String),
    sa.Column("by_role", sa.String),
    sa.Column("by_unit", sa.String),
    sa.Column("by_person", sa.String),
    sa.Column("by_token", sa.String),
    sa.Column("client", sa.String),
    info={BELONGS: OfHouse("a record of accounts"), ASKED: of_all("select", "insert")},
)

absences = sa.Table(
    "absences",
    metadata,
    sa.Column("id", sa.String, primary_key=True),
    sa.Column("town", sa.String, nullable=False),
    sa.Column("person", sa.String, nullable=False),  # a reference, as is the substitute
    sa.Column("substitute", sa.String),
    sa.Column("from_at", Instant, nullable=False),
    sa.Column("until_at", Instant, nullable=False),  # exclusive
    sa.Column("stands", sa.Boolean, nullable=False),
    sa.Column("changed_at", Instant, nullable=False),
    sa.Column("changed_by", sa.String),
    sa.Index("absences_of_town", "town", "until_at"),
    sa.Index("absences_listed", "town", "id"),
    sa.Index("absences_of_person", "town", "person", "id"),
)

# Codes of grids that were given out: letters and names, parts apart (P002A.8, A-14).
grid_codes = sa.Table(
    "grid_codes",
    metadata,
    sa.Column("id", sa.String, primary_key=True),
    sa.Column("town", sa.String, nullable=False),
    sa.Column("street", sa.String, nullable=False),
    sa.Column("community", sa.String, nullable=False),
    sa.Column("serial", sa.Integer, nullable=False),
    sa.Column("street_name", sa.String, nullable=False),
    sa.Column("community_name", sa.String, nullable=False),
    sa.Column("separator", sa.String, nullable=False),
    sa.Column("joined", sa.String, nullable=False),
    sa.Column("given_at", Instant, nullable=False),
    sa.Column("given_by", sa.String),
    sa.Index("grid_codes_of_town", "town", "id"),
    sa.Index("grid_codes_joined", "joined"),
    info={ASKED: of_town("select", "insert")},
)

# What was said of grids: a row holds all that one source said at one time, and none is changed (decision 58).
grid_statements = sa.Table(
    "grid_statements",
    metadata,
    sa.Column("id", sa.String, primary_key=True),
    sa.Column("town", sa.String, nullable=False),
    sa.Column("place", sa.String, nullable=False),  # key within the town's pack
    sa.Column("facts", JsonText(dict[str, bool | int | float | str]), nullable=False),
    sa.Column("since", sa.String, nullable=False),  # a day as text, which sorts as days do
    sa.Column("source", sa.String, nullable=False),
    sa.Column("by_role", sa.String, nullable=False),
    sa.Column("by_unit", sa.String),
    sa.Column("by_person", sa.String),
    sa.Column("at", Instant, nullable=False),
    sa.Index("grid_statements_of_place", "town", "place", "id"),
    info={APPENDED: (), ASKED: of_town("select", "insert")},
)

# Of each fact of a grid the statement that holds: a town's hints must not read all that was ever said.
grid_facts = sa.Table(
    "grid_facts",
    metadata,
    sa.Column("town", sa.String, primary_key=True),
    sa.Column("place", sa.String, primary_key=True),
    sa.Column("fact", sa.String, primary_key=True),
    sa.Column("value", JsonText(), nullable=False),
    sa.Column("since", sa.String, nullable=False),
    sa.Column("source", sa.String, nullable=False),
    sa.Column("statement", sa.String, nullable=False),  # the id of a grid's statement
    info={ASKED: of_town("select", "insert", "update")},
)

# Who takes which turn at a service station.
rota_turns = sa.Table(
    "rota_turns",
    metadata,
    sa.Column("id", sa.String, primary_key=True),
    sa.Column("town", sa.String, nullable=False),
    sa.Column("rota", sa.String, nullable=False),
    sa.Column("unit", sa.String, nullable=False),  # whose holders take turns there
    sa.Column("person", sa.String, nullable=False),  # a reference
    sa.Column("from_at", Instant, nullable=False),
    sa.Column("until_at", Instant, nullable=False),  # exclusive
    sa.Column("stands", sa.Boolean, nullable=False),
    sa.Column("changed_at", Instant, nullable=False),
    sa.Column("changed_by", sa.String),
    sa.Index("rota_turns_of_unit", "town", "unit", "until_at"),
    sa.Index("rota_turns_listed", "town", "until_at", "id"),
    info={ASKED: of_town("select", "insert", "update")},
)

# Who keeps in touch with whom: an entry of the ledger by its id, and nobody's name.
contacts = sa.Table(
    "contacts",
    metadata,
    sa.Column("town", sa.String, primary_key=True),
    sa.Column("entry", sa.String, primary_key=True),
    sa.Column("person", sa.String, primary_key=True),  # a reference
    sa.Column("held", sa.Boolean, nullable=False),
    sa.Column("changed_at", Instant, nullable=False),
    sa.Column("changed_by", sa.String),
    partial_index("contacts_held", "town", "person", "entry", where=HELD),
    info={ASKED: of_town("select", "insert", "update")},
)

# What signs and cards say of somebody, given to be shown to everybody; kept apart from `people`, which few may read.
plates = sa.Table(
    "plates",
    metadata,
    sa.Column("town", sa.String, primary_key=True),
    sa.Column("person", sa.String, primary_key=True),
    sa.Column("sealed", sa.Text, nullable=False),
    sa.Column("changed_at", Instant, nullable=False),
    sa.Column("changed_by", sa.String),
    info={KEYED: "sealed"},
)

# The photo of a plate, apart from it: who reads plates reads no pictures. Sealed under their key, gone with the plate.
plate_photos = sa.Table(
    "plate_photos",
    metadata,
    sa.Column("town", sa.String, primary_key=True),
    sa.Column("person", sa.String, primary_key=True),
    sa.Column(
        "id", sa.String, nullable=False
    ),  # drawn by chance: by it everybody asks for what a public sign shows
    sa.Column("type", sa.String, nullable=False),
    sa.Column("sealed", sa.Text, nullable=False),
    sa.Column("changed_at", Instant, nullable=False),
    sa.Column("changed_by", sa.String),
    sa.Index("plate_photos_by_id", "town", "id", unique=True),
    info={KEYED: "sealed"},
)

# What somebody who leaves a post leaves to whoever follows (移交): seen by both.
hand_overs = sa.Table(
    "hand_overs",
    metadata,
    sa.Column("id", sa.String, primary_key=True),
    sa.Column("town", sa.String, nullable=False),
    sa.Column("unit", sa.String, nullable=False),
    sa.Column("from_person", sa.String, nullable=False),  # references
    sa.Column("to_person", sa.String, nullable=False),
    sa.Column("note", sa.Text, nullable=False),
    sa.Column("contacts", sa.Integer, nullable=False),  # how many went over with it
    sa.Column("opened_at", Instant, nullable=False),
    sa.Column("opened_by", sa.String),
    sa.Column("given_at", Instant),  # when whoever leaves has seen it
    sa.Column("taken_at", Instant),  # when whoever follows has
    sa.Index("hand_overs_listed", "town", "id"),
    sa.Index("hand_overs_from", "town", "from_person", "id"),
    sa.Index("hand_overs_to", "town", "to_person", "id"),
    info={ASKED: of_town("select", "insert", "update")},
)

# Attempts to change a town's rules or grids that were refused; none is removed (P003.5).
refused = sa.Table(
    "refused",
    metadata,
    sa.Column("id", BigId, primary_key=True, autoincrement=True),
    sa.Column("town", sa.String, nullable=False),
    sa.Column("what", sa.String, nullable=False),  # publication, grid-code
    sa.Column("code", sa.String, nullable=False),
    sa.Column("detail", sa.Text, nullable=False),
    sa.Column("by_role", sa.String),
    sa.Column("by_unit", sa.String),
    sa.Column("by_person", sa.String),
    sa.Column("at", Instant, nullable=False),
    sa.Column("by_token", sa.String),
    sa.Column("client", sa.String),
    sa.Index("refused_of_town", "town", "id"),
    sa.Index("refused_what", "town", "what", "id"),
    info={APPENDED: (), ASKED: of_town("select", "insert")},
)

# No case is kept here. Of what towns say, amended days alone go when cases are lived anew: each life amends its own.
for _table in metadata.tables.values():
    _table.info[OUTLIVES_CASES] = _table is not flow.calendars

# The truth is written here, by requests too; what was said is sent again for who asks.
for _table, _asked in {
    # One that is published again is entered anew under its later number.
    flow.editions: of_all("select", "insert", "update"),
    flow.calendars: of_town("select", "insert", "update"),
    flow.tokens: of_all("select", "insert", "update"),
    # A town's pack names the jurisdictions that it lies in, which are others' too and are told of under their own keys.
    flow.outbox: of_all("select", "insert", "update (sent_at)"),
}.items():
    _table.info[ASKED] = _asked
