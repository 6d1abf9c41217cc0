"""The tables of clocks: subjects as far as limits need them, clocks, their versions, and what falls due when.

Decides columns and indexes: the cost of a look must follow what is due, not what is pending. A `subject_id` is unique
among subjects of all kinds, since `kernel.ids` makes every id.
"""

import sqlalchemy as sa

from shared.contracts.messages.body import FactsSeen
from shared.db.belonging import BELONGS, SUBJECTS, ByParent
from shared.db.calendar_links import calendar_links_table
from shared.db.confinement import ASKED, NOT_ASKED, PARTS, READ, of_row_in, of_town
from shared.db.flow_tables import flow_tables
from shared.db.partial import partial_index
from shared.db.raised import raised_table
from shared.db.sight import shares_table, sight_columns
from shared.db.types import BigId, Instant, JsonText
from shared.kernel.subject import SubjectKind
from shared.rules.case.snapshot import CaseSnapshot
from shared.rules.case.timeline import Timeline
from shared.rules.clocks.changes import ClockBefore
from shared.rules.clocks.escalation import EscalationStep
from shared.rules.worktime.pauses import Span

Names = tuple[str, ...]
# Of which clocks partial indexes are kept: a query must say it by the letter.
OPEN, UNSETTLED = "stopped_at is null", "is_unsettled"

metadata = sa.MetaData(info={SUBJECTS: (("situations", "subject_id"), ("duties", "subject_id"))})
flow = flow_tables(metadata)


def _kind() -> sa.Column[str]:
    """Rows written before there were other kinds are of cases."""
    return sa.Column("subject_kind", sa.String, nullable=False, server_default=SubjectKind.CASE.value)


# A subject as its last message left it. `is_unsettled`: its rules are asked again with the next step.
situations = sa.Table(
    "situations",
    metadata,
    sa.Column("subject_id", sa.String, primary_key=True),
    _kind(),
    sa.Column("town", sa.String, nullable=False),
    sa.Column("edition", sa.String, nullable=False),
    sa.Column("number", sa.String, nullable=False),
    sa.Column("snapshot", JsonText(CaseSnapshot), nullable=False),
    sa.Column("timeline", JsonText(Timeline), nullable=False),
    sa.Column("is_unsettled", sa.Boolean, nullable=False, server_default=sa.false()),
    sa.Column("clock_ids", JsonText(Names), nullable=False),  # in order of their start
    sa.Column("as_of", Instant, nullable=False),
    sa.Column("accepted_at", Instant),  # first acceptance
    # Of the snapshot, for whoever counts or narrows by them: what it is about, and the key of its place.
    sa.Column("category", sa.String),
    sa.Column("place", sa.String),
    sa.Column(
        "seen_by", sa.String
    ),  # of the snapshot: '|name|name|' while rules hide the case; NULL: not hidden
    *sight_columns(),
    sa.Index("situations_by_number", "town", "number"),
    sa.Index(
        "situations_unaccepted",
        "town",
        "subject_id",
        sqlite_where=sa.text("accepted_at is null"),
        postgresql_where=sa.text("accepted_at is null"),
    ),
    info={ASKED: of_town(*READ)},
)

shares = shares_table(metadata, "situations", "subject_id")

# Which units assist in which subjects: a limit common to lead and assisting units is theirs to see as well.
assisting = sa.Table(
    "assisting",
    metadata,
    sa.Column("unit", sa.String, primary_key=True),
    sa.Column("subject_id", sa.String, primary_key=True),
    sa.Column("assists", sa.Boolean, nullable=False),  # no longer, where false
    info={ASKED: of_row_in("situations", "subject_id", "subject_id", *READ)},
)

# Occurrences of duties, as far as their clocks need them. One that is only listed has no clock.
duties = sa.Table(
    "duties",
    metadata,
    sa.Column("subject_id", sa.String, primary_key=True),
    sa.Column("town", sa.String, nullable=False),
    sa.Column("edition", sa.String, nullable=False),
    sa.Column("number", sa.String, nullable=False),
    sa.Column("duty", sa.String, nullable=False),
    sa.Column("clock_id", sa.String),
    info={ASKED: NOT_ASKED},
)

# Every clock as it now stands; `is_unsettled`: new calendar days may still change something about it.
clocks = sa.Table(
    "clocks",
    metadata,
    sa.Column("clock_id", sa.String, primary_key=True),
    sa.Column("subject_id", sa.String, nullable=False, index=True),
    _kind(),
    sa.Column("number", sa.String, nullable=False),
    sa.Column("town", sa.String, nullable=False),
    sa.Column("edition", sa.String, nullable=False),
    sa.Column("rule", sa.String, nullable=False),
    sa.Column("because", JsonText(Names), nullable=False),
    sa.Column("facts", JsonText(FactsSeen), nullable=False),
    sa.Column("stage", sa.String, nullable=False),
    sa.Column("round", sa.Integer, nullable=False),
    sa.Column("decision", sa.Integer, nullable=False),
    sa.Column("start_mark", sa.String, nullable=False),
    sa.Column("started_at", Instant, nullable=False),
    sa.Column("counted_from_at", Instant, nullable=False),
    sa.Column("gaps", JsonText(tuple[Span, ...]), nullable=False),
    sa.Column("is_immediate", sa.Boolean, nullable=False),
    sa.Column("unit", sa.String),
    sa.Column("level", sa.String),
    sa.Column("due_at", Instant),
    sa.Column("first_due_at", Instant),
    sa.Column("label", sa.String),
    sa.Column("is_provisional", sa.Boolean, nullable=False),
    sa.Column("is_capped", sa.Boolean, nullable=False),
    sa.Column("missing_year", sa.Integer),
    sa.Column("not_before_at", Instant),
    sa.Column("warn_at", Instant),
    sa.Column("escalations", JsonText(tuple[EscalationStep, ...]), nullable=False),
    sa.Column("reason_in_time", sa.String, nullable=False),
    sa.Column("otherwise", sa.String, nullable=False),
    sa.Column("late_as", sa.String, nullable=False),
    sa.Column("reason_at", Instant),
    sa.Column("late_reason_at", Instant),
    sa.Column("extended_at", Instant),
    sa.Column("written_at", Instant),
    sa.Column("written_due_at", Instant),
    sa.Column("paused_at", Instant),
    sa.Column("warned_at", Instant),
    sa.Column("passed_at", Instant),
    sa.Column("breached_at", Instant),
    sa.Column(
        "reached", sa.BigInteger, nullable=False
    ),  # steps reached, as bits: 2 the first, 4 the second …
    sa.Column("excused_at", Instant),
    sa.Column("earlier_verdict", sa.String),
    sa.Column("silent_until", Instant),
    sa.Column("stopped_at", Instant),
    sa.Column("stopped_by", sa.String),
    sa.Column("verdict", sa.String),
    sa.Column("state", sa.String, nullable=False),
    sa.Column("revision", sa.Integer, nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("is_unsettled", sa.Boolean, nullable=False),
    sa.Index("clocks_of_town", "town", "due_at", "clock_id"),
    sa.Index("clocks_of_unit", "town", "unit", "due_at", "clock_id"),
    # What is over is most of it, and lies in front of what runs.
    partial_index("clocks_open", "town", "due_at", "clock_id", where=OPEN),
    partial_index("clocks_open_of_unit", "town", "unit", "due_at", "clock_id", where=OPEN),
    partial_index("clocks_by_revision", "town", "revision", where=UNSETTLED),
    # Room for a row's next form on its own page: firing then touches no index of this table (a third of the
    # cost).
    postgresql_with={"fillfactor": 50},
    info={ASKED: of_town(*READ)},
)

# What falls due. Rows are few per clock and change in place: a `due_at` of NULL waits for nothing. The index
# holds only what is still to be fired, so that its left end is what is due next.
deadlines = sa.Table(
    "deadlines",
    metadata,
    sa.Column("clock_id", sa.String, primary_key=True),
    sa.Column("kind", sa.String, primary_key=True),  # warn due cap escalation
    sa.Column("nth", sa.Integer, primary_key=True),  # number of an escalation step from 1, else 0
    sa.Column("due_at", Instant),
    sa.Column("fired_at", Instant),
    sa.Index(
        "deadlines_pending",
        "due_at",
        sqlite_where=sa.text("fired_at is null and due_at is not null"),
        postgresql_where=sa.text("fired_at is null and due_at is not null"),
    ),
    info={BELONGS: ByParent("clocks", "clock_id", "clock_id")},
)

# Every form that a clock ever had; only ever added to. A certificate stands where the due instant was counted
# anew.
clock_versions = sa.Table(
    "clock_versions",
    metadata,
    sa.Column("clock_id", sa.String, primary_key=True),
    sa.Column("version", sa.Integer, primary_key=True),
    sa.Column("at", Instant, nullable=False),
    sa.Column("recorded_at", Instant, nullable=False),
    sa.Column("event", sa.String),
    sa.Column("mark", sa.String),
    sa.Column("state", sa.String, nullable=False),
    sa.Column("verdict", sa.String),
    sa.Column("unit", sa.String),
    sa.Column("due_at", Instant),
    sa.Column("label", sa.String),
    sa.Column("is_provisional", sa.Boolean, nullable=False),
    sa.Column("was", JsonText(ClockBefore)),
    sa.Column("certificate", JsonText),
    info={ASKED: of_row_in("clocks", "clock_id", "clock_id", *READ)},
)

# What a revision of a town's days has moved, for the list that the operator sees.
moved = sa.Table(
    "moved",
    metadata,
    sa.Column("town", sa.String, primary_key=True),
    sa.Column("revision", sa.Integer, primary_key=True),
    sa.Column("clock_id", sa.String, primary_key=True),
    sa.Column("subject_id", sa.String, nullable=False),
    sa.Column("number", sa.String, nullable=False),
    sa.Column("stage", sa.String, nullable=False),
    sa.Column("was_due_at", Instant),
    sa.Column("due_at", Instant),
    sa.Column("was_state", sa.String, nullable=False),
    sa.Column("state", sa.String, nullable=False),
    sa.Column("recorded_at", Instant, nullable=False),
    info={ASKED: of_town(*READ)},
)

# How many clocks of a town are in which state: what is counted, and what has happened since (no writer waits
# for another); the sum of both is right at every instant.
clock_counts = sa.Table(
    "clock_counts",
    metadata,
    sa.Column("town", sa.String, primary_key=True),
    sa.Column("state", sa.String, primary_key=True),
    sa.Column("n", sa.BigInteger, nullable=False),
    info={ASKED: NOT_ASKED},
)
clock_deltas = sa.Table(
    "clock_deltas",
    metadata,
    sa.Column("id", BigId, primary_key=True, autoincrement=True),
    sa.Column("town", sa.String, nullable=False),
    sa.Column("state", sa.String, nullable=False),
    sa.Column("n", sa.BigInteger, nullable=False),
    info={ASKED: NOT_ASKED},
)

# Links by which calendars read a unit's deadlines. Of the secret the hash is kept.
calendar_links = calendar_links_table(metadata)

# Alarms that are raised once: a missing year of a town, until its days arrive.
raised = raised_table(metadata, NOT_ASKED)

# The engine fires: it reads a town's rules and days, and changes what stands about its clocks. It takes no messages,
# knows no tokens, and leaves a subject's situation as it is.
metadata.info[PARTS] = {
    "engine": {
        **dict.fromkeys(("meta", "editions", "calendars", "situations", "assisting"), READ),
        **dict.fromkeys(("clocks", "deadlines"), ("select", "insert", "update")),
        **dict.fromkeys(("clock_versions", "clock_deltas", "raised"), ("select", "insert")),
        "outbox": ("insert",),
        "stream_out": ("select", "insert", "update"),
    }
}
