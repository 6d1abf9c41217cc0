"""What other services say of cases, people and towns. `as_of`: up to when it is known."""

import sqlalchemy as sa

from services.intake.domain.copies import ClockWas
from services.intake.store.tables.base import metadata
from shared.contracts.messages import Reason
from shared.db.belonging import BELONGS, ByKey
from shared.db.confinement import ASKED, READ, of_all, of_row_in
from shared.db.flow_tables import OUTLIVES_CASES
from shared.db.types import Instant, JsonText
from shared.rules.case.snapshot import Assignment

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
    sa.Column("state", sa.String, nullable=False),  # held, sent, failed, uncertain
    sa.Column("cause", sa.String),
    sa.Column("reason", JsonText(Reason), nullable=False),
    sa.Column("told_at", Instant, nullable=False),
    sa.Column("as_of", Instant, nullable=False),
    sa.Column("held_by", sa.String),
    sa.Column("held_until", Instant),
    sa.Column("together", sa.Integer, nullable=False, server_default="1"),
    info={ASKED: of_row_in("cases", "id", "case_id")},
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
    info={
        OUTLIVES_CASES: True,
        BELONGS: ByKey("unit"),
        ASKED: of_all("select", "update (as_of)"),
    },
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

jurisdictions = sa.Table(
    "jurisdiction_copies",
    metadata,
    sa.Column("key", sa.String, primary_key=True),
    sa.Column("part_of", sa.String),
    sa.Column("name", JsonText(dict[str, str]), nullable=False),
    sa.Column("as_of", Instant, nullable=False),
    sa.Column("suspended_at", Instant),  # of a town: since when it takes nothing new; NULL: it does
    info={OUTLIVES_CASES: True, BELONGS: ByKey("key"), ASKED: of_all(*READ)},
)
