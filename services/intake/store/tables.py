"""Intake's own tables. Copies of others' facts carry `as_of`: the instant up to which they are known."""

import sqlalchemy as sa

from shared.db.flow_tables import flow_tables
from shared.db.types import Instant, JsonText

metadata = sa.MetaData()
flow = flow_tables(metadata)

cases = sa.Table(
    "cases",
    metadata,
    sa.Column("id", sa.String, primary_key=True),
    sa.Column("town", sa.String, nullable=False),
    sa.Column("number", sa.String, nullable=False),
    sa.Column("edition", sa.String, nullable=False),
    sa.Column("category", sa.String, nullable=False),
    sa.Column("channel", sa.String, nullable=False),
    sa.Column("place", JsonText, nullable=False),
    sa.Column("title", sa.Text),
    sa.Column("text", sa.Text, nullable=False),
    sa.Column("facts", JsonText, nullable=False),
    sa.Column("texts", JsonText, nullable=False),
    sa.Column("state", sa.String, nullable=False),
    sa.Column("marks", JsonText, nullable=False),
    sa.Column("round", sa.Integer, nullable=False),
    sa.Column("progress", JsonText, nullable=False),
    sa.Column("assignment", JsonText),
    sa.Column("lead", sa.String),
    sa.Column("level", sa.String),
    sa.Column("awaiting", sa.Integer),
    sa.Column("said", sa.Integer, nullable=False),
    sa.Column("decisions", sa.Integer, nullable=False),
    sa.Column("orders", JsonText, nullable=False),
    sa.Column("clocks", JsonText, nullable=False),
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
    sa.Column("linked", JsonText, nullable=False),
    sa.Column("reported_at", Instant, nullable=False),
    sa.Column("admitted_at", Instant, nullable=False),
    sa.Column("changed_at", Instant, nullable=False),
    sa.Column("history_n", sa.Integer, nullable=False),
    sa.Column("history_head", sa.String, nullable=False),
    sa.Index("cases_number", "town", "number", unique=True),
    sa.Index("cases_town", "town", "id"),
    sa.Index("cases_state", "town", "state", "id"),
    sa.Index("cases_lead", "town", "lead", "id"),
    sa.Index(
        "cases_reporter",
        "town",
        "reporter",
        sqlite_where=sa.text("reporter is not null"),
        postgresql_where=sa.text("reporter is not null"),
    ),
    sa.Index(
        "cases_overdue", "town", "id", sqlite_where=sa.text("breached"), postgresql_where=sa.text("breached")
    ),
)

history = sa.Table(
    "history",
    metadata,
    sa.Column("case_id", sa.String, primary_key=True),
    sa.Column("n", sa.Integer, primary_key=True),
    sa.Column("at", sa.String, nullable=False),
    sa.Column("what", sa.String, nullable=False),
    sa.Column("by", JsonText, nullable=False),
    sa.Column("data", JsonText, nullable=False),
    sa.Column("previous", sa.String, nullable=False),
    sa.Column("hash", sa.String, nullable=False),
    sa.Column("texts", JsonText),  # salted free texts that the entry's digests stand for; erasable
)

decisions = sa.Table(
    "decisions",
    metadata,
    sa.Column("case_id", sa.String, primary_key=True),
    sa.Column("n", sa.Integer, primary_key=True),
    sa.Column("kind", sa.String, nullable=False),  # routed, unroutable
    sa.Column("in_effect", sa.Boolean, nullable=False),  # False: overtaken by a later question
    sa.Column("assignment", JsonText),
    sa.Column("acceptance", sa.String),
    sa.Column("flagged", sa.Boolean, nullable=False),
    sa.Column("fallback", sa.Boolean, nullable=False),
    sa.Column("reason", JsonText),
    sa.Column("answers", JsonText),  # what the evaluators said where they differed
    sa.Column("cause", sa.String),
    sa.Column("evaluator", sa.String),
    sa.Column("pass_to", sa.String),
    sa.Column("edition", sa.String),
    sa.Column("answers_sequence", sa.Integer, nullable=False),
    sa.Column("decided_at", Instant, nullable=False),
    sa.Column("as_of", Instant, nullable=False),
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
    sa.Index("work_orders_unit", "town", "unit", "state", "id"),
    sa.Index("work_orders_state", "town", "state", "id"),
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
    sa.Column("reason", JsonText, nullable=False),
    sa.Column("certificate", JsonText, nullable=False),
    sa.Column("as_of", Instant, nullable=False),
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
    sa.Column("reason", JsonText, nullable=False),
    sa.Column("told_at", Instant, nullable=False),
    sa.Column("as_of", Instant, nullable=False),
)

publications = sa.Table(
    "publications",
    metadata,
    sa.Column("id", sa.String, primary_key=True),
    sa.Column("town", sa.String, nullable=False),
    sa.Column("number", sa.String, nullable=False),
    sa.Column("category", JsonText),  # its name in both languages; NULL for a private case
    sa.Column("state", sa.String, nullable=False),
    sa.Column("published_on", sa.String, nullable=False),  # local day
    sa.Index("publications_town", "town", "id"),
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
)

claims = sa.Table(
    "idempotency_keys",
    metadata,
    sa.Column("key", sa.String, primary_key=True),  # hash of town, caller and the caller's key
    sa.Column("body_hash", sa.String, nullable=False),
    sa.Column("answer", JsonText),
    sa.Column("made_at", Instant, nullable=False, index=True),
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
    sa.Column("name", JsonText, nullable=False),
    sa.Column("as_of", Instant, nullable=False),
)
