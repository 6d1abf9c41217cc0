"""Routing's tables: the cases it knows, and every decision ever made about them."""

import sqlalchemy as sa

from shared.db.belonging import SUBJECTS
from shared.db.confinement import ASKED, READ, of_town
from shared.db.flow_tables import flow_tables
from shared.db.sight import shares_table, sight_columns
from shared.db.types import Instant, JsonText
from shared.rules.case.situation import Situation
from shared.rules.case.snapshot import Assignment

metadata = sa.MetaData(info={SUBJECTS: (("cases", "case_id"),)})
flow = flow_tables(metadata)

cases = sa.Table(
    "cases",
    metadata,
    sa.Column("case_id", sa.String, primary_key=True),
    sa.Column("town", sa.String, nullable=False),
    sa.Column("edition", sa.String, nullable=False),
    sa.Column("reported_at", Instant, nullable=False),
    sa.Column("decisions", sa.Integer, nullable=False),
    sa.Column("seen_by", sa.String),
    *sight_columns(),
    info={ASKED: of_town(*READ)},
)

shares = shares_table(metadata, "cases", "case_id")

decisions = sa.Table(
    "decisions",
    metadata,
    sa.Column("case_id", sa.String, primary_key=True),
    sa.Column("decision", sa.Integer, primary_key=True),
    sa.Column("town", sa.String, nullable=False),
    sa.Column("edition", sa.String, nullable=False),
    sa.Column("answers_sequence", sa.BigInteger, nullable=False),
    sa.Column("decided_at", Instant, nullable=False),
    sa.Column("cause", sa.String),  # None: a rule decided; else why it went to the fallback owner
    sa.Column("rule", sa.String, nullable=False),
    sa.Column("because", JsonText, nullable=False),
    sa.Column("situation", JsonText(Situation), nullable=False),
    sa.Column("assignment", JsonText(Assignment), nullable=False),
    sa.Column("evaluator", sa.String, nullable=False),
    sa.Column("answers", JsonText),  # both evaluators' answers, where they differed
    sa.Index("decisions_of_town", "town", "decided_at"),
    info={ASKED: of_town(*READ)},
)
