"""Intake's own tables; its parts keep theirs. Copies of others' facts carry `as_of`: up to when they are known."""

import sqlalchemy as sa
from msgspec import Raw

from services.intake.domain.case import (
    DraftNote,
    LinkedCase,
    MergedCase,
    MergedInto,
    OpenClock,
    OpenOrder,
    Progress,
    ProposedCategory,
    Satisfaction,
)
from services.intake.domain.copies import ClockWas
from services.intake.domain.receipts import KeptAnswer
from services.intake.store.indexed import (
    EXTENDED,
    FLAGGED,
    HANDLED,
    HELD,
    OVERDUE,
    PRIVATE,
    UNACCEPTED,
    still_held,
)
from shared.contracts.messages import Reason
from shared.db.confinement import APPENDED, ASKED, READ, of_all, of_row_in, of_town
from shared.db.flow_tables import OUTLIVES_CASES, flow_tables
from shared.db.partial import partial_index
from shared.db.raised import raised_table
from shared.db.types import Instant, JsonText
from shared.kernel.texts import Text
from shared.rules.case.snapshot import Assignment, Place
from shared.rules.case.timeline import Milestone
from shared.rules.logic.facts import Value
from shared.rules.pack.model import DataClass

metadata = sa.MetaData()
flow = flow_tables(metadata)
# The preview of a re-decision reads a case's own messages; the other services' outboxes are never asked by stream.
sa.Index("outbox_stream", flow.outbox.c.stream, flow.outbox.c.sequence)

Keys = tuple[str, ...]

cases = sa.Table(
    "cases",
    metadata,
    sa.Column("id", sa.String, primary_key=True),
    sa.Column("town", sa.String, nullable=False),
    sa.Column("number", sa.String, nullable=False),
    sa.Column("edition", sa.String, nullable=False),
    sa.Column("category", sa.String, nullable=False),
    sa.Column("channel", sa.String, nullable=False),
    sa.Column("place", JsonText(Place), nullable=False),
    sa.Column("title", sa.Text),
    sa.Column("text", sa.Text, nullable=False),
    sa.Column("facts", JsonText(dict[str, Value]), nullable=False),
    sa.Column("texts", JsonText(dict[str, str]), nullable=False),
    sa.Column("state", sa.String, nullable=False),
    sa.Column("milestones", JsonText(dict[str, Milestone]), nullable=False),
    sa.Column("round", sa.Integer, nullable=False),
    sa.Column("progress", JsonText(Progress), nullable=False),
    sa.Column("assignment", JsonText(Assignment)),
    sa.Column("lead", sa.String),
    sa.Column("level", sa.String),
    sa.Column("awaiting", sa.Integer),
    sa.Column("messages", sa.Integer, nullable=False),
    sa.Column("decisions", sa.Integer, nullable=False),
    # What is open, beside the rows that hold the whole of it: a step is judged by the case's row alone.
    sa.Column("orders", JsonText(tuple[OpenOrder, ...]), nullable=False),
    sa.Column("clocks", JsonText(dict[str, OpenClock]), nullable=False),
    sa.Column("due_at", Instant),
    sa.Column("breached", sa.Boolean, nullable=False),
    sa.Column("flagged", sa.Boolean, nullable=False),
    sa.Column("fallback", sa.Boolean, nullable=False),
    sa.Column("private", sa.Boolean, nullable=False),
    sa.Column("reporter", sa.String),
    sa.Column("anonymous", sa.Boolean, nullable=False),
    sa.Column("on_behalf", sa.Boolean, nullable=False),
    sa.Column("first_contact", sa.String),
    sa.Column("finder_role", sa.String),
    sa.Column("finder_unit", sa.String),
    sa.Column("linked_from", sa.String),
    sa.Column("link_direction", sa.String),  # where that case lies: above, below, across
    sa.Column("linked", JsonText(tuple[LinkedCase, ...]), nullable=False),
    sa.Column("reported_at", Instant, nullable=False),
    sa.Column("admitted_at", Instant, nullable=False),
    sa.Column("changed_at", Instant, nullable=False),
    sa.Column("history_n", sa.Integer, nullable=False),
    sa.Column("history_head", sa.String, nullable=False),
    sa.Column("place_key", sa.String),  # of `place`, to be searched
    sa.Column("also", JsonText(Keys), nullable=False, server_default="[]"),  # further categories
    sa.Column("accepted_at", Instant),  # when any lead accepted it for the first time
    sa.Column("extended_without_due", sa.Boolean, nullable=False, server_default=sa.false()),
    sa.Column("seen_by", sa.String),  # '|unit|unit|' while rules hide the case; NULL: not hidden
    sa.Column("asked", sa.String),  # '|unit|role|' whom steps have asked for approval; NULL: nobody
    sa.Column("draft", JsonText(DraftNote)),  # why it is or was a draft, and what became of it
    sa.Column(
        "proposal", JsonText(ProposedCategory)
    ),  # the category that the text proposed, with what matched
    sa.Column("source", sa.String),  # the device that reported it, by its own name
    sa.Column("repeats", sa.Integer, nullable=False, server_default="0"),  # alarms counted on it
    sa.Column("reporters", JsonText(Keys), nullable=False, server_default="[]"),  # of cases merged into it
    sa.Column(
        "merged", JsonText(tuple[MergedCase, ...]), nullable=False, server_default="[]"
    ),  # cases merged into it
    sa.Column("merged_into", JsonText(MergedInto)),
    sa.Column(
        "satisfaction", JsonText(dict[str, Satisfaction]), nullable=False, server_default="{}"
    ),  # by reporter
    sa.Column("redecision", sa.String),  # the re-decision whose answer it waits for
    # fact from earlier cases → ids of those that it counts
    sa.Column("earlier", JsonText(dict[str, Keys]), nullable=False, server_default="{}"),
    sa.Index("cases_number", "town", "number", unique=True),
    sa.Index("cases_town", "town", "id"),
    sa.Index("cases_state", "town", "state", "id"),
    sa.Index("cases_lead", "town", "lead", "id"),
    partial_index("cases_level", "town", "level", "id", where="level is not null"),
    # By what is the same, then by time: a count of earlier cases reads one stretch of one of these.
    sa.Index(
        "cases_reporter",
        "town",
        "reporter",
        "reported_at",
        sqlite_where=sa.text("reporter is not null"),
        postgresql_where=sa.text("reporter is not null"),
    ),
    sa.Index(
        "cases_device",
        "town",
        "source",
        "reported_at",
        sqlite_where=sa.text("source is not null"),
        postgresql_where=sa.text("source is not null"),
    ),
    sa.Index("cases_category", "town", "category", "reported_at"),
    sa.Index(
        "cases_place_category",
        "town",
        "place_key",
        "category",
        "reported_at",
        sqlite_where=sa.text("place_key is not null"),
        postgresql_where=sa.text("place_key is not null"),
    ),
    partial_index("cases_overdue", "town", "id", where=OVERDUE),
    partial_index("cases_flagged", "town", "id", where=FLAGGED),
    partial_index("cases_unaccepted", "town", "id", where=UNACCEPTED),
    partial_index("cases_extended", "town", "id", where=EXTENDED),
)

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
    info={APPENDED: (), ASKED: of_row_in("cases", "id", "case_id", *READ)},
)

# From when on entries are keyed: one row, signed; written once every plain beginning is sealed.
history_keyed = sa.Table(
    "history_keyed",
    metadata,
    sa.Column("since", sa.String, primary_key=True),
    sa.Column("key", sa.String, nullable=False),
    sa.Column("seal", sa.String, nullable=False),
    info={OUTLIVES_CASES: True, APPENDED: (), ASKED: of_all(*READ)},
)

decisions = sa.Table(
    "decisions",
    metadata,
    sa.Column("case_id", sa.String, primary_key=True),
    sa.Column("n", sa.Integer, primary_key=True),
    sa.Column("kind", sa.String, nullable=False),  # routed, unroutable, imported
    sa.Column("in_effect", sa.Boolean, nullable=False),  # False: overtaken by a later question
    sa.Column("assignment", JsonText(Assignment)),
    sa.Column("acceptance", sa.String),
    sa.Column("flagged", sa.Boolean, nullable=False),
    sa.Column("fallback", sa.Boolean, nullable=False),
    sa.Column("reason", JsonText(Reason)),
    sa.Column(
        "answers", JsonText(dict[str, tuple[str, ...] | str])
    ),  # what the evaluators said where they differed
    sa.Column("cause", sa.String),
    sa.Column("evaluator", sa.String),
    sa.Column("pass_to", sa.String),
    sa.Column("returned", sa.Boolean, nullable=False, server_default=sa.false()),
    sa.Column("edition", sa.String),
    sa.Column("answers_sequence", sa.Integer, nullable=False),
    sa.Column("decided_at", Instant, nullable=False),
    sa.Column("as_of", Instant, nullable=False),
    info={ASKED: of_row_in("cases", "id", "case_id")},
)

orders = sa.Table(
    "work_orders",
    metadata,
    sa.Column("id", sa.String, primary_key=True),
    sa.Column("case_id", sa.String, nullable=False, index=True),
    sa.Column("town", sa.String, nullable=False),
    sa.Column("number", sa.String, nullable=False),
    sa.Column("unit", sa.String, nullable=False),
    sa.Column("part", sa.String, nullable=False),
    sa.Column("state", sa.String, nullable=False),
    sa.Column("decision", sa.Integer, nullable=False),
    sa.Column("round", sa.Integer, nullable=False),
    sa.Column("issued_at", Instant, nullable=False),
    sa.Column("accepted_at", Instant),
    sa.Column("ended_at", Instant),
    sa.Column("held_for_seconds", sa.Integer),
    sa.Column("assignee", sa.String),  # the person who works on it, by reference
    sa.Column("left_alarmed_at", Instant),  # when the operator heard that this person is gone
    sa.Index("work_orders_unit", "town", "unit", "state", "id"),
    sa.Index("work_orders_state", "town", "state", "id"),
    # By case and not by id: these are the cases that a unit's list shows, in that list's order.
    partial_index("work_orders_handled", "town", "unit", "case_id", where=HANDLED),
    partial_index("work_orders_in_hand", "assignee", "id", where=f"assignee is not null and {HELD}"),
    sa.Index(
        "work_orders_assignee",
        "assignee",
        sqlite_where=sa.text("assignee is not null"),
        postgresql_where=sa.text("assignee is not null"),
    ),
)

members = sa.Table(
    "member_copies",
    metadata,
    sa.Column("person", sa.String, primary_key=True),
    sa.Column("unit", sa.String, primary_key=True),
    sa.Column("held", sa.Boolean, nullable=False),
    sa.Column("as_of", Instant, nullable=False),
    # References alone, and units of a county work for many towns. Who assigns holds the person's place meanwhile, and
    # in PostgreSQL the right to lock is the right to change something.
    info={OUTLIVES_CASES: True, ASKED: of_all("select", "update (as_of)")},
)

absences = sa.Table(
    "absence_copies",
    metadata,
    sa.Column("id", sa.String, primary_key=True),
    sa.Column("town", sa.String, nullable=False),
    sa.Column("person", sa.String, nullable=False, index=True),
    sa.Column("substitute", sa.String),
    sa.Column("from_at", Instant, nullable=False),
    sa.Column("until_at", Instant, nullable=False),  # exclusive
    sa.Column("stands", sa.Boolean, nullable=False),
    sa.Column("as_of", Instant, nullable=False),
    info={OUTLIVES_CASES: True},
)

joint_reporters = sa.Table(
    "joint_reporters",  # whoever reported a case that was merged into this one keeps the right to follow it
    metadata,
    sa.Column("case_id", sa.String, primary_key=True),
    sa.Column("reporter", sa.String, primary_key=True, index=True),
    info={ASKED: of_row_in("cases", "id", "case_id")},
)

# Alarms of a town that were raised, each once.
raised = raised_table(metadata, of_town("select", "insert"))

alarms = sa.Table(
    "machine_alarms",  # the last alarm of each device, matter and place
    metadata,
    sa.Column("key", sa.String, primary_key=True),
    sa.Column("case_id", sa.String),
    sa.Column("last_at", Instant),
    info={ASKED: of_all("select", "insert", "update")},  # the key names the town
)

clocks = sa.Table(
    "clock_copies",
    metadata,
    sa.Column("id", sa.String, primary_key=True),
    sa.Column("case_id", sa.String, nullable=False, index=True),
    sa.Column("stage", sa.String, nullable=False),
    sa.Column("state", sa.String, nullable=False),
    sa.Column("verdict", sa.String),
    sa.Column("level", sa.String),
    sa.Column("unit", sa.String),
    sa.Column("round", sa.Integer, nullable=False),
    sa.Column("started_at", Instant, nullable=False),
    sa.Column("due_at", Instant),
    sa.Column("label", sa.String),
    sa.Column("provisional", sa.Boolean, nullable=False),
    sa.Column("missing_year", sa.Integer),
    sa.Column("reason", JsonText(Reason), nullable=False),
    sa.Column("certificate", JsonText, nullable=False),
    sa.Column("was", JsonText(ClockWas)),  # what it was before it was corrected or excused
    sa.Column("as_of", Instant, nullable=False),
    # Entry of the case's history with which it was first heard of: clocks are shown in that order. Ids say nothing of
    # it but those of before version 0.2, which have 0 here.
    sa.Column("first_heard", sa.Integer, nullable=False, server_default="0"),
    info={ASKED: of_row_in("cases", "id", "case_id")},
)

notices = sa.Table(
    "notice_copies",
    metadata,
    sa.Column("id", sa.String, primary_key=True),
    sa.Column("case_id", sa.String, nullable=False, index=True),
    sa.Column("on", sa.String, nullable=False),
    sa.Column("party", sa.String, nullable=False),
    sa.Column("unit", sa.String),
    sa.Column("person", sa.String),
    sa.Column("via", sa.String),
    sa.Column("channel", sa.String, nullable=False),
    sa.Column("state", sa.String, nullable=False),  # sent, failed, uncertain
    sa.Column("cause", sa.String),
    sa.Column("reason", JsonText(Reason), nullable=False),
    sa.Column("told_at", Instant, nullable=False),
    sa.Column("as_of", Instant, nullable=False),
    info={ASKED: of_row_in("cases", "id", "case_id")},
)

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

claims = sa.Table(
    "idempotency_keys",
    metadata,
    sa.Column("key", sa.String, primary_key=True),  # hash of town, caller and the caller's key
    sa.Column("body_hash", sa.String, nullable=False),
    # NULL only within the transaction that claims the key: nobody else ever sees a claim without its answer.
    sa.Column("answer", JsonText(KeptAnswer)),
    sa.Column("made_at", Instant, nullable=False, index=True),
    info={ASKED: of_all()},
)

numbers = sa.Table(
    "case_numbers",
    metadata,
    sa.Column("town", sa.String, primary_key=True),
    sa.Column("year", sa.Integer, primary_key=True),
    sa.Column("last", sa.BigInteger, nullable=False),
)

jurisdictions = sa.Table(
    "jurisdiction_copies",
    metadata,
    sa.Column("key", sa.String, primary_key=True),
    sa.Column("part_of", sa.String),
    sa.Column("name", JsonText(dict[str, str]), nullable=False),
    sa.Column("as_of", Instant, nullable=False),
    info={OUTLIVES_CASES: True, ASKED: of_all(*READ)},
)
