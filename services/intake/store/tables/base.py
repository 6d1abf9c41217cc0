"""What all of intake's tables stand on."""

import sqlalchemy as sa

from shared.db.belonging import SUBJECTS
from shared.db.flow_tables import flow_tables

metadata = sa.MetaData(info={SUBJECTS: (("cases", "id"),)})
flow = flow_tables(metadata)
# The preview of a re-decision reads a case's own messages; the other services' outboxes are never asked by stream.
sa.Index("outbox_stream", flow.outbox.c.stream, flow.outbox.c.sequence)

Keys = tuple[str, ...]
