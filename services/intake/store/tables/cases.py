"""A case, its number, whose it is, and the shares of units in it."""

import sqlalchemy as sa

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
from services.intake.store.indexed import (
    EXTENDED,
    FLAGGED,
    HANDLED,
    HELD,
    OVERDUE,
    UNACCEPTED,
)
from services.intake.store.tables.base import Keys, metadata
from shared.db.confinement import ASKED, of_row_in
from shared.db.partial import partial_index
from shared.db.types import Instant, JsonText
from shared.rules.case.snapshot import Assignment, Place
from shared.rules.case.timeline import Milestone
from shared.rules.logic.facts import Value

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

joint_reporters = sa.Table(
    "joint_reporters",  # whoever reported a case that was merged into this one keeps the right to follow it
    metadata,
    sa.Column("case_id", sa.String, primary_key=True),
    sa.Column("reporter", sa.String, primary_key=True, index=True),
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

numbers = sa.Table(
    "case_numbers",
    metadata,
    sa.Column("town", sa.String, primary_key=True),
    sa.Column("year", sa.Integer, primary_key=True),
    sa.Column("last", sa.BigInteger, nullable=False),
)
