"""The tables of this service's store."""

from typing import Any

import sqlalchemy as sa

from services.notify.domain.matter import Matter
from services.notify.domain.notification import Notification
from services.notify.domain.notified_case import NotifiedCase
from shared.contracts.messages import HistoriesAnchored
from shared.db.belonging import BELONGS, KEYED, SUBJECTS, UNDER_WAY, ByColumn, ByParent, OfHouse
from shared.db.confinement import ASKED, NOT_ASKED, READ, of_town
from shared.db.flow_tables import OUTLIVES_CASES, flow_tables
from shared.db.types import Instant, JsonText

metadata = sa.MetaData(info={SUBJECTS: (("cases", "case_id"),)})
flow = flow_tables(metadata)


# Of which rows partial indexes are kept that lists are read by: a query must say it by the letter.
DESK_OF_UNIT = "channel = 'inbox' and unit is not null"
DESK_OF_PERSON = "channel = 'inbox' and person is not null"
HELD = "told_in is null"
TROUBLED = "state in ('failed', 'uncertain')"
QUEUED, SENDING = "state = 'queued'", "state = 'sending'"
UNWRITTEN = "channel = 'file' and try_at is not null"


def _where(condition: str) -> dict[str, Any]:
    """A partial index in both databases: it holds only the rows that somebody looks for."""
    return {"sqlite_where": sa.text(condition), "postgresql_where": sa.text(condition)}


# What is known of each case, whole in `memory`. `waits_until` repeats what stands in it, in real time, to be found by.
cases = sa.Table(
    "cases",
    metadata,
    sa.Column("case_id", sa.String, primary_key=True),
    sa.Column("town", sa.String, nullable=False),
    sa.Column("edition", sa.String),
    sa.Column("memory", JsonText(NotifiedCase), nullable=False),
    sa.Column("waits_until", Instant),
    sa.Index("cases_waiting", "waits_until", **_where("waits_until is not null")),
    info={ASKED: of_town(*READ)},
)

# Every notification. Desk items are rows with channel 'inbox'; `try_at` and `lease_until` are in real time;
# a row of channel 'file' keeps its `try_at` until its line is written.
notifications = sa.Table(
    "notifications",
    metadata,
    sa.Column("notification", sa.String, primary_key=True),  # grows with time: newest last
    sa.Column("key", sa.String, nullable=False),
    sa.Column("town", sa.String, nullable=False),
    sa.Column(
        "subject_id", sa.String, nullable=False
    ),  # '' for what concerns a town and no single thing in it
    sa.Column("subject_kind", sa.String, nullable=False, server_default="case"),  # kernel.subject.SubjectKind
    sa.Column("number", sa.String, nullable=False),
    sa.Column("edition", sa.String),
    sa.Column("source", sa.String, nullable=False),
    sa.Column("stream", sa.String, nullable=False),
    sa.Column("sequence", sa.BigInteger, nullable=False),
    sa.Column("round", sa.Integer, nullable=False),
    sa.Column("event", sa.String, nullable=False),
    sa.Column("rule", sa.String, nullable=False),
    sa.Column("because", JsonText, nullable=False),
    sa.Column("party", sa.String, nullable=False),
    sa.Column("unit", sa.String),
    sa.Column("person", sa.String),  # a reference
    sa.Column("via", sa.String),
    sa.Column("channel", sa.String, nullable=False),
    sa.Column("text_zh", sa.Text, nullable=False),
    sa.Column("text_en", sa.Text, nullable=False),
    sa.Column("state", sa.String, nullable=False),  # domain.attempts.DeliveryState
    sa.Column("attempts", sa.Integer, nullable=False),
    sa.Column("try_at", Instant),
    sa.Column("lease_until", Instant),
    sa.Column("cause", sa.String),
    sa.Column("made_at", Instant, nullable=False),
    sa.Column("sent_at", Instant),
    sa.Column("read_at", Instant),
    sa.Column("read_by", sa.String),  # a reference
    sa.Column("held_by", sa.String),  # rules.case.telling.HeldBy; null: it was told at once
    sa.Column(
        "matter", JsonText(Matter)
    ),  # the case as it was told to a program outside; null: its words are all
    sa.Index("desk_of_unit", "unit", "notification", **_where(DESK_OF_UNIT)),
    sa.Index("desk_of_person", "person", "notification", **_where(DESK_OF_PERSON)),
    sa.Index("to_be_tried", "try_at", **_where(QUEUED)),
    sa.Index("being_sent", "lease_until", **_where(SENDING)),
    sa.Index("troubled", "town", "notification", **_where(TROUBLED)),
    sa.Index("of_subject", "subject_id", **_where("subject_id <> ''")),
    sa.Index("to_be_written", "notification", **_where(UNWRITTEN)),
    info={ASKED: of_town("select", "update"), UNDER_WAY: SENDING},
)

# Notices that wait to be told, and those that have waited: the message that told them, be it one or several, stands
# among the notifications. `due_at` is in the store's own time.
held_notices = sa.Table(
    "held_notices",
    metadata,
    sa.Column("notice", sa.String, primary_key=True),  # the id under which its case knows it
    sa.Column("town", sa.String, nullable=False),
    sa.Column(
        "subject_id", sa.String, nullable=False
    ),  # '' for what concerns a town and no single thing in it
    sa.Column("subject_kind", sa.String, nullable=False),
    sa.Column("number", sa.String, nullable=False),
    sa.Column("edition", sa.String),
    sa.Column("goes_with", sa.String, nullable=False),  # equal for what is told together; else its own id
    sa.Column("due_at", Instant, nullable=False),
    sa.Column("held_by", sa.String, nullable=False),
    sa.Column("made_at", Instant, nullable=False),
    sa.Column("told", JsonText(Notification), nullable=False),  # without its text
    sa.Column("text_zh", sa.Text, nullable=False),
    sa.Column("text_en", sa.Text, nullable=False),
    sa.Column("told_in", sa.String),  # the notification that told it; null: it waits
    sa.Index("held_due", "due_at", "goes_with", **_where(HELD)),
    sa.Index("held_together", "goes_with", "due_at", "notice", **_where(HELD)),
    sa.Index("held_of_subject", "subject_id", **_where("subject_id <> ''")),
    sa.Index("held_told_in", "told_in", "notice", **_where("told_in is not null")),
    info={ASKED: of_town(*READ)},
)

# Cases whose texts are to go: a row stays, so that what a replay makes late of before goes as well.
erased_cases = sa.Table(
    "erased_cases",
    metadata,
    sa.Column("case_id", sa.String, primary_key=True),
    sa.Column("until_at", Instant, nullable=False),  # what was made up to then goes
    sa.Column("is_open", sa.Boolean, nullable=False),  # there is still something to look for
    sa.Index("erased_cases_open", "case_id", **_where("is_open")),
    info={BELONGS: ByParent("cases", "case_id", "case_id")},
)

# Who holds which unit, as the registry announced it; addresses are sealed.
memberships = sa.Table(
    "memberships",
    metadata,
    sa.Column("unit", sa.String, primary_key=True),
    sa.Column("person", sa.String, primary_key=True),
    sa.Column("role", sa.String, primary_key=True),
    sa.Column("root", sa.String, nullable=False, index=True),  # jurisdiction without its places
    sa.Column("held", sa.Boolean, nullable=False),
    sa.Column("addresses", JsonText, nullable=False),
    sa.Column("as_of", Instant, nullable=False),
    info={OUTLIVES_CASES: True, BELONGS: ByColumn("root"), KEYED: "addresses"},
)

# Who is away and who stands in, as the registry announced it.
absences = sa.Table(
    "absences",
    metadata,
    sa.Column("absence", sa.String, primary_key=True),
    sa.Column("root", sa.String, nullable=False),
    sa.Column("person", sa.String, nullable=False),
    sa.Column("substitute", sa.String),
    sa.Column("from_at", Instant, nullable=False),
    sa.Column("until_at", Instant, nullable=False),  # exclusive
    sa.Column("stands", sa.Boolean, nullable=False),
    sa.Column("as_of", Instant, nullable=False),
    sa.Index("absences_of_root", "root", "until_at", **_where("stands")),
    info={OUTLIVES_CASES: True, BELONGS: ByColumn("root")},
)

# Grows by one with every change below a root, so that a process knows when what it has cached is old.
rosters = sa.Table(
    "rosters",
    metadata,
    sa.Column("root", sa.String, primary_key=True),
    sa.Column("revision", sa.BigInteger, nullable=False),
    info={OUTLIVES_CASES: True, BELONGS: ByColumn("root")},
)

# Heads of days, until the file channel has written them.
history_heads = sa.Table(
    "history_heads",
    metadata,
    sa.Column("seal", sa.String, primary_key=True),
    sa.Column("head", JsonText(HistoriesAnchored), nullable=False),
    info={OUTLIVES_CASES: True, BELONGS: OfHouse("a day of all towns"), ASKED: NOT_ASKED},
)

# Alarms of one kind reach an operator's mailbox once a day and town, however many cases raise them.
alarm_days = sa.Table(
    "alarm_days",
    metadata,
    sa.Column("town", sa.String, primary_key=True),
    sa.Column("code", sa.String, primary_key=True),
    sa.Column("day", sa.String, primary_key=True),
    info={ASKED: NOT_ASKED},
)
