"""The tables of duties: how far occurrences are made, occurrences, records, attendance, leave, surveys, samples.

Decides columns and indexes: what falls due is found by the instant at which it opens, what is listed by its day, and
neither reads what lies ahead or behind. Days stand as ISO texts, which sort as days do.
"""

import sqlalchemy as sa

from shared.db.belonging import BELONGS, KEYED, SUBJECTS, OfHouse
from shared.db.calendar_links import calendar_links_table
from shared.db.confinement import APPENDED, ASKED, NOT_ASKED, READ, of_all, of_town
from shared.db.flow_tables import OUTLIVES_CASES, flow_tables
from shared.db.partial import partial_index
from shared.db.types import Instant, JsonText

# Of which rows partial indexes are kept: a query must say it by the letter.
AHEAD, MOVED, ORDERED = "state = 'ahead'", "was_on is not null", "ordered is not null"
STANDING = "ended_at is null"
HERE, UNNAMED = "erased_at is null", "record is null and erased_at is null"
RUNNING, DRAWN = "sealed is not null", "place is not null"

metadata = sa.MetaData(info={SUBJECTS: (("occurrences", "id"),)})
flow = flow_tables(metadata)

# How far the occurrences of a duty are made: under which edition and days, up to which label, from which post on. A row
# without a duty stands for the town. `next_at`: when there is something to make again.
horizons = sa.Table(
    "horizons",
    metadata,
    sa.Column("town", sa.String, primary_key=True),
    sa.Column("duty", sa.String, primary_key=True),
    sa.Column("edition", sa.String),
    sa.Column("revision", sa.Integer, nullable=False),
    sa.Column("until", sa.String),
    sa.Column("post", sa.String, nullable=False),
    sa.Column("made_to", sa.String),
    sa.Column("next_at", Instant),
    sa.Index("horizons_due", "next_at"),
    info={ASKED: NOT_ASKED},
)

occurrences = sa.Table(
    "occurrences",
    metadata,
    sa.Column("id", sa.String, primary_key=True),
    sa.Column("town", sa.String, nullable=False),
    sa.Column("duty", sa.String, nullable=False),
    sa.Column("post", sa.String, nullable=False),
    sa.Column("edition", sa.String, nullable=False),
    sa.Column("label", sa.String, nullable=False),
    sa.Column("held_on", sa.String),
    sa.Column("opens_at", Instant),
    sa.Column("due_at", Instant),
    sa.Column("minute", sa.Integer),
    sa.Column("since", sa.String),
    sa.Column("moved", JsonText, nullable=False),
    sa.Column("replaced_by", sa.String),
    sa.Column("provisional", sa.Boolean, nullable=False),
    sa.Column("missing_year", sa.Integer),
    sa.Column("also", JsonText, nullable=False),
    sa.Column("was_on", sa.String),
    sa.Column("state", sa.String, nullable=False),
    sa.Column("has_records", sa.Boolean, nullable=False),
    sa.Column("met_at", Instant),
    sa.Column("closed_by", sa.String),  # a reference
    sa.Column("reason", sa.Text),
    sa.Column("ordered", sa.String),
    sa.Column("order_number", sa.String),
    sa.Column("ordered_by", sa.String),
    sa.Column("returned_at", Instant),
    sa.Column("accepted_at", Instant),
    sa.Column("changed_at", Instant, nullable=False),
    sa.Index("occurrences_of_town", "town", "held_on", "id"),
    sa.Index("occurrences_of_post", "town", "post", "held_on", "id"),
    sa.Index("occurrences_of_duty", "town", "duty", "held_on", "id"),
    sa.Index("occurrences_by_label", "town", "duty", "label", "post"),
    partial_index("occurrences_ahead", "opens_at", where=AHEAD),
    partial_index("occurrences_moved", "town", "held_on", "id", where=MOVED),
    partial_index("occurrences_of_order", "ordered", "post", where=ORDERED),
    info={ASKED: of_town("select", "insert", "update")},
)

# What somebody orders: an occurrence for each post, and here what is asked and by when.
orders = sa.Table(
    "orders",
    metadata,
    sa.Column("id", sa.String, primary_key=True),  # grows with time
    sa.Column("town", sa.String, nullable=False),
    sa.Column("number", sa.String, nullable=False),
    sa.Column("duty", sa.String, nullable=False),
    sa.Column("edition", sa.String, nullable=False),
    sa.Column("words", sa.Text, nullable=False),
    sa.Column("about", sa.String),
    sa.Column("subject", sa.String),
    sa.Column("post", sa.String),
    sa.Column("person", sa.String),  # a reference
    sa.Column("issued_at", Instant, nullable=False),
    sa.Column("due_at", Instant, nullable=False),
    sa.Column("ended_at", Instant),
    sa.Index("orders_of_town", "town", "id"),
    sa.Index("orders_of_duty", "town", "duty", "id"),
    sa.Index("orders_by_number", "town", "number", unique=True),
    partial_index("orders_standing", "town", "due_at", "id", where=STANDING),
    partial_index("orders_of_duty_standing", "town", "duty", "due_at", "id", where=STANDING),
    partial_index("orders_about", "town", "subject", "id", where="subject is not null"),
    info={ASKED: of_town("select", "insert", "update")},
)

# What was said of an order since: only ever added to.
order_steps = sa.Table(
    "order_steps",
    metadata,
    sa.Column("id", sa.String, primary_key=True),  # grows with time
    sa.Column("town", sa.String, nullable=False),
    sa.Column("ordered", sa.String, nullable=False),
    sa.Column("occurrence", sa.String),
    sa.Column("what", sa.String, nullable=False),
    sa.Column("at", Instant, nullable=False),
    sa.Column("person", sa.String),  # a reference
    sa.Column("words", sa.Text, nullable=False),
    sa.Column("due_at", Instant),
    sa.Index("order_steps_of_order", "ordered", "id"),
    info={ASKED: of_town("select", "insert"), APPENDED: ()},
)

# The last number of a town's orders in a year: whoever gives the next one holds the row.
order_numbers = sa.Table(
    "order_numbers",
    metadata,
    sa.Column("town", sa.String, primary_key=True),
    sa.Column("year", sa.Integer, primary_key=True),
    sa.Column("last", sa.Integer, nullable=False),
    info={ASKED: of_town("select", "insert", "update")},
)

# Records are only ever added to. What is sealed of one stands apart from what everybody reads.
records = sa.Table(
    "records",
    metadata,
    sa.Column("id", sa.String, primary_key=True),  # grows with time
    sa.Column("town", sa.String, nullable=False),
    sa.Column("form", sa.String, nullable=False),
    sa.Column("edition", sa.String, nullable=False),
    sa.Column("about", sa.String, nullable=False),
    sa.Column("subject", sa.String, nullable=False),
    sa.Column("post", sa.String, nullable=False),
    sa.Column("unit", sa.String),
    sa.Column("person", sa.String),  # a reference
    sa.Column("day", sa.String, nullable=False),
    sa.Column("at", Instant, nullable=False),
    sa.Column("begins", sa.Integer),
    sa.Column("ends", sa.Integer),
    sa.Column("is_late", sa.Boolean, nullable=False),
    sa.Column("is_finished", sa.Boolean, nullable=False),
    sa.Column("occurrence", sa.String),
    sa.Column("corrects", sa.String),
    sa.Column("facts", JsonText, nullable=False),
    sa.Column("lines", JsonText, nullable=False),
    sa.Column("sealed", sa.Text),
    sa.Column("pictures", JsonText, nullable=False, server_default="[]"),  # ids, in their order
    sa.Column("channel", sa.String),  # of an anonymous answer; NULL: it is none
    sa.Index("records_of_town", "town", "id"),
    sa.Index("records_of_post", "town", "post", "form", "day", "id"),
    sa.Index("records_of_subject", "town", "subject", "id"),
    sa.Index("records_by_post", "town", "post", "id"),
    partial_index("records_of_occurrence", "town", "occurrence", "id", where="occurrence is not null"),
    partial_index("records_correcting", "corrects", where="corrects is not null"),
    info={ASKED: of_town("select", "insert"), APPENDED: (), KEYED: "sealed"},
)

# Pictures of records. One comes before its record, which names it; what none names within days is removed again. Which
# are here, and since when, says an index that only holds those whose content is not erased.
pictures = sa.Table(
    "pictures",
    metadata,
    sa.Column("id", sa.String, primary_key=True),  # the name under which its content lies
    sa.Column("town", sa.String, nullable=False),
    sa.Column("unit", sa.String),
    sa.Column("person", sa.String),  # a reference
    sa.Column("name", sa.String, nullable=False),
    sa.Column("type", sa.String, nullable=False),
    sa.Column("size", sa.Integer, nullable=False),
    sa.Column("sha256", sa.String, nullable=False),
    sa.Column("added_at", Instant, nullable=False),
    sa.Column("record", sa.String),  # the first that names it
    sa.Column("erased_at", Instant),
    partial_index("pictures_here", "town", "added_at", "id", where=HERE),
    partial_index("pictures_unnamed", "added_at", where=UNNAMED),
    info={ASKED: of_town("select", "insert", "update")},
)

# Requests by their keys: sent again, one makes no second record.
claims = sa.Table(
    "idempotency_keys",
    metadata,
    sa.Column("key", sa.String, primary_key=True),  # hash of town, caller and the caller's key
    sa.Column("body_hash", sa.String, nullable=False),
    sa.Column("record", sa.String, nullable=False),
    sa.Column("made_at", Instant, nullable=False, index=True),
    info={BELONGS: OfHouse("a key says nothing of its town, and passes within days"), ASKED: of_all()},
)

# What was planned of meetings and training, only ever added to: the latest word on an occurrence holds. It is meant by
# what makes it one, since a year is planned before its occurrences are made.
plans = sa.Table(
    "plans",
    metadata,
    sa.Column("id", sa.String, primary_key=True),  # grows with time
    sa.Column("town", sa.String, nullable=False),
    sa.Column("duty", sa.String, nullable=False),
    sa.Column("post", sa.String, nullable=False),
    sa.Column("label", sa.String, nullable=False),
    sa.Column("person", sa.String),  # a reference
    sa.Column("made_at", Instant, nullable=False),
    sa.Column("items", JsonText, nullable=False),
    sa.Index("plans_of_post", "town", "post", "label", "id"),
    info={ASKED: of_town("select", "insert"), APPENDED: ()},
)

# Links by which calendars read what a unit owes.
calendar_links = calendar_links_table(metadata)

# Who came to an occasion, or made up for it.
attendance = sa.Table(
    "attendance",
    metadata,
    sa.Column("occurrence", sa.String, primary_key=True),
    sa.Column("person", sa.String, primary_key=True),  # a reference
    sa.Column("town", sa.String, nullable=False),
    sa.Column("unit", sa.String, nullable=False),
    sa.Column("stands_for", sa.String),  # a reference
    sa.Column("at", Instant, nullable=False),
    sa.Column("entered_by", sa.String),  # a reference
    sa.Column("is_make_up", sa.Boolean, nullable=False),
    info={ASKED: of_town("select", "insert", "update")},
)

leaves = sa.Table(
    "leaves",
    metadata,
    sa.Column("id", sa.String, primary_key=True),
    sa.Column("town", sa.String, nullable=False),
    sa.Column("occurrence", sa.String, nullable=False),
    sa.Column("unit", sa.String, nullable=False),
    sa.Column("person", sa.String, nullable=False),  # a reference
    sa.Column("asked_of", sa.String, nullable=False),
    sa.Column("asked_at", Instant, nullable=False),
    sa.Column("explanation", sa.Text, nullable=False),
    sa.Column("granted", sa.Boolean),
    sa.Column("answered_by", sa.String),  # a reference
    sa.Column("answered_at", Instant),
    sa.Column("words", sa.Text),
    sa.Index("leaves_of_town", "town", "id"),
    sa.Index("leaves_of_occurrence", "occurrence", "id"),
    info={ASKED: of_town("select", "insert", "update")},
)

# Surveys that are given out by an address. Nothing here says who has answered, or when.
surveys = sa.Table(
    "surveys",
    metadata,
    sa.Column("id", sa.String, primary_key=True),  # grows with time
    sa.Column("town", sa.String, nullable=False),
    sa.Column("form", sa.String, nullable=False),
    sa.Column("about", sa.String, nullable=False),
    sa.Column("subject", sa.String, nullable=False),
    sa.Column("post", sa.String, nullable=False),
    sa.Column("occurrence", sa.String),
    sa.Column("first", sa.String, nullable=False),
    sa.Column("last", sa.String, nullable=False),
    sa.Column("ends_at", Instant, nullable=False),
    sa.Column("most", sa.Integer, nullable=False),
    sa.Column("accounts_only", sa.Boolean, nullable=False),
    sa.Column("answered", sa.Integer, nullable=False),
    sa.Column("code_hash", sa.String, nullable=False),
    sa.Column("sealed", sa.Text),  # the code, until it ends
    sa.Column("made_by", sa.String),  # a reference
    sa.Index("surveys_of_town", "town", "id"),
    sa.Index("surveys_by_code", "code_hash", unique=True),
    partial_index("surveys_running", "ends_at", where=RUNNING),
    info={ASKED: of_town("select", "insert", "update"), KEYED: "sealed"},
)

# That a device or an account has answered a survey, under the survey's own code, until it ends: never what.
survey_marks = sa.Table(
    "survey_marks",
    metadata,
    sa.Column("survey", sa.String, primary_key=True),
    sa.Column("mark", sa.String, primary_key=True),
    sa.Column("town", sa.String, nullable=False),
    info={ASKED: of_town("select", "insert", "delete")},
)

# Anonymous answers of which others hear once their day is over: a message says to the millisecond when it was made.
untold = sa.Table(
    "untold",
    metadata,
    sa.Column("record", sa.String, primary_key=True),
    sa.Column("town", sa.String, nullable=False),
    sa.Column("due_at", Instant, nullable=False, index=True),
    info={ASKED: of_town("select", "insert")},
)

# Samples that were drawn, with all that was there to be drawn from: whoever has the seed draws the same again.
samples = sa.Table(
    "samples",
    metadata,
    sa.Column("id", sa.String, primary_key=True),  # grows with time
    sa.Column("town", sa.String, nullable=False),
    sa.Column("duty", sa.String),
    sa.Column("occurrence", sa.String),
    sa.Column("form", sa.String, nullable=False),
    sa.Column("post", sa.String, nullable=False),
    sa.Column("of", sa.String, nullable=False),
    sa.Column("first", sa.String, nullable=False),
    sa.Column("last", sa.String, nullable=False),
    sa.Column("seed", sa.String, nullable=False),
    sa.Column("strata", JsonText, nullable=False),
    sa.Column("drawn_by", sa.String),  # a reference
    sa.Column("drawn_at", Instant, nullable=False),
    sa.Index("samples_of_town", "town", "id"),
    sa.Index("samples_of_post", "town", "post", "form", "id"),
    info={ASKED: of_town("select", "insert"), APPENDED: ()},
)
sample_things = sa.Table(
    "sample_things",
    metadata,
    sa.Column("sample", sa.String, primary_key=True),
    sa.Column("ref", sa.String, primary_key=True),
    sa.Column("town", sa.String, nullable=False),
    sa.Column("stratum", sa.String, nullable=False),
    sa.Column("place", sa.Integer),  # in which it was drawn; NULL: it was not
    partial_index("sample_things_drawn", "sample", "place", where=DRAWN),
    info={ASKED: of_town("select", "insert"), APPENDED: ()},
)

# Who is there to be visited, as the ledger announced it: references with their grid and groups, and no name. A row for
# each time that an entry was in a group in a place; that it is there at all is a row with empty fact and value.
subjects = sa.Table(
    "subjects",
    metadata,
    sa.Column("entry", sa.String, primary_key=True),
    sa.Column("fact", sa.String, primary_key=True),
    sa.Column("number", sa.Integer, primary_key=True),  # 1, 2 …: its values one after another
    sa.Column("since_at", Instant, nullable=False),
    sa.Column("town", sa.String, nullable=False),
    sa.Column("kind", sa.String, nullable=False),
    sa.Column("place", sa.String, nullable=False),
    sa.Column("value", sa.String, nullable=False),
    sa.Column("until_at", Instant),  # NULL: it still is
    sa.Index("subjects_of_group", "town", "kind", "value", "place", "entry"),
    info={OUTLIVES_CASES: True, ASKED: of_town(*READ)},
)

# Who holds which post and who is away, as the registry announced it; no address is kept.
members = sa.Table(
    "members",
    metadata,
    sa.Column("unit", sa.String, primary_key=True),
    sa.Column("person", sa.String, primary_key=True),
    sa.Column("role", sa.String, primary_key=True),
    sa.Column("town", sa.String, nullable=False),
    sa.Column("held", sa.Boolean, nullable=False),
    sa.Column("as_of", Instant, nullable=False),
    sa.Index("members_of_person", "town", "person", "unit"),
    info={OUTLIVES_CASES: True, ASKED: of_town(*READ)},
)
absences = sa.Table(
    "absences",
    metadata,
    sa.Column("absence", sa.String, primary_key=True),
    sa.Column("town", sa.String, nullable=False),
    sa.Column("person", sa.String, nullable=False),
    sa.Column("substitute", sa.String),
    sa.Column("from_at", Instant, nullable=False),
    sa.Column("until_at", Instant, nullable=False),  # exclusive
    sa.Column("stands", sa.Boolean, nullable=False),
    sa.Column("as_of", Instant, nullable=False),
    partial_index("absences_of_town", "town", "until_at", where="stands"),
    info={OUTLIVES_CASES: True, ASKED: of_town(*READ)},
)
