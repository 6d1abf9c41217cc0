"""What is done or told once: requests by their keys, alarms of devices, alarms of a town."""

import sqlalchemy as sa

from services.intake.domain.receipts import KeptAnswer
from services.intake.store.tables.base import metadata
from shared.db.belonging import BELONGS, ByParent, OfHouse
from shared.db.confinement import ASKED, of_all, of_town
from shared.db.raised import raised_table
from shared.db.types import Instant, JsonText

claims = sa.Table(
    "idempotency_keys",
    metadata,
    sa.Column("key", sa.String, primary_key=True),  # hash of town, caller and the caller's key
    sa.Column("body_hash", sa.String, nullable=False),
    # NULL only within the transaction that claims the key: nobody else ever sees a claim without its answer.
    sa.Column("answer", JsonText(KeptAnswer)),
    sa.Column("made_at", Instant, nullable=False, index=True),
    info={BELONGS: OfHouse("a key says nothing of its town, and passes within days"), ASKED: of_all()},
)

alarms = sa.Table(
    "machine_alarms",  # the last alarm of each device, matter and place
    metadata,
    sa.Column("key", sa.String, primary_key=True),
    sa.Column("case_id", sa.String),
    sa.Column("last_at", Instant),
    # The key names the town, as a part of what it is the hash of.
    info={BELONGS: ByParent("cases", "id", "case_id"), ASKED: of_all("select", "insert", "update")},
)

# Alarms of a town that were raised, each once.
raised = raised_table(metadata, of_town("select", "insert"))
