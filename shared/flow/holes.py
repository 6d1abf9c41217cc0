"""Noticing holes: a message that came early and still waits for one before it."""

from datetime import timedelta

import sqlalchemy as sa

from shared.db.store import Store
from shared.kernel.instants import format_instant

PATIENCE = timedelta(minutes=1)
ALARMED = "hole-reported"


def report_holes(store: Store, patience: timedelta = PATIENCE) -> int:
    """Raise one alarm per stream that has waited longer than `patience`; return how many were raised."""
    inbox = store.flow.inbox
    with store.begin() as work:
        waiting = work.conn.execute(
            sa.select(inbox.c.source, inbox.c.stream, sa.func.min(inbox.c.sequence).label("first"))
            .where(
                inbox.c.state == "held", inbox.c.reason.is_(None), inbox.c.received_at < work.at - patience
            )
            .group_by(inbox.c.source, inbox.c.stream)
        ).all()
        for row in waiting:
            work.conn.execute(
                sa.update(inbox)
                .where(inbox.c.state == "held", inbox.c.source == row.source, inbox.c.stream == row.stream)
                .values(reason=ALARMED)
            )
            work.say(
                "alarm.raised",
                stream=f"alarm/{store.service}",
                town="*",
                data={
                    "code": "stream-hole",
                    "case": None,
                    "at": format_instant(work.at),
                    "detail": {"source": row.source, "stream": row.stream, "arrived": row.first},
                },
            )
    return len(waiting)
