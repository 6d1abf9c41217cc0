"""Noticing holes: a message that came early and still waits for one before it."""

from datetime import timedelta

import sqlalchemy as sa

from shared.db.store import Store
from shared.flow.alarms import HOLE, alarm_about_messages

PATIENCE = timedelta(minutes=1)  # what only overtook another message has been followed by it long before
ALARMED = "hole-reported"


def report_holes(store: Store, patience: timedelta = PATIENCE) -> int:
    """Raise one alarm per stream that has waited longer than `patience`; return how many were raised.

    Args:
        patience: in the store's own time.
    """
    inbox = store.flow.inbox
    with store.begin() as work:
        # A held row without a reason has not been told of. All of its stream are marked with the alarm, so that the
        # next look does not raise another.
        waiting = work.conn.execute(
            sa.select(inbox.c.source, inbox.c.stream, sa.func.min(inbox.c.sequence).label("first"))
            .where(
                inbox.c.state == "held", inbox.c.reason.is_(None), inbox.c.received_at < work.at - patience
            )
            .group_by(inbox.c.source, inbox.c.stream)
        ).all()
        # Marked and told of in one transaction: a process that dies on the way has done neither.
        for row in waiting:
            work.conn.execute(
                sa.update(inbox)
                .where(inbox.c.state == "held", inbox.c.source == row.source, inbox.c.stream == row.stream)
                .values(reason=ALARMED)
            )
            detail = {"source": row.source, "stream": row.stream, "arrived": row.first}
            alarm_about_messages(work, HOLE, detail)
    return len(waiting)
