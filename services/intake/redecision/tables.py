"""What was ordered to be decided again, and how far each of its cases has come."""

import sqlalchemy as sa

from services.intake.store.tables import metadata
from shared.db.confinement import ASKED, of_row_in
from shared.db.types import Instant, JsonText

redecisions = sa.Table(
    "redecisions",
    metadata,
    sa.Column("id", sa.String, primary_key=True),
    sa.Column("town", sa.String, nullable=False),
    sa.Column("cause", sa.String, nullable=False),  # asked: by an operator; follow: by the edition's own rule
    sa.Column("edition", sa.String, nullable=False),
    sa.Column("reason", sa.Text),
    sa.Column("by", JsonText, nullable=False),
    sa.Column("scope", JsonText, nullable=False),  # what was asked for: cases, or a filter
    sa.Column("state", sa.String, nullable=False),  # waiting, under_way, done
    sa.Column("starts_at", Instant, nullable=False),
    sa.Column("made_at", Instant, nullable=False),
    sa.Column("ended_at", Instant),
    sa.Index("redecisions_town", "town", "id"),
    sa.Index("redecisions_open", "state", "starts_at"),
)

redecided_cases = sa.Table(
    "redecided_cases",
    metadata,
    sa.Column("redecision_id", sa.String, primary_key=True),
    sa.Column("case_id", sa.String, primary_key=True),
    sa.Column("state", sa.String, nullable=False),  # waiting, asked, decided, left
    sa.Column("cause", sa.String),  # why it was left as it is
    sa.Column("was", JsonText),  # edition and lead before
    sa.Column("now", JsonText),  # lead and decision after
    sa.Column("at", Instant),
    sa.Index("redecided_cases_state", "redecision_id", "state", "case_id"),
    # By what was ordered, which is one town's, and not by the case: a page would be held against every case there is.
    info={ASKED: of_row_in("redecisions", "id", "redecision_id")},
)
