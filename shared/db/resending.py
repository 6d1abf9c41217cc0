"""Sending again what a service has said, for whoever lost it or came later."""

from collections.abc import Sequence

import sqlalchemy as sa

from shared.db.work import Work


class SqlOutbox:
    """Sending again what was sent: the same messages under the same ids and numbers.

    Whoever has them passes them over; whoever lost its store takes them, in their order and without a hole.
    """

    def send_again(self, work: Work, streams: Sequence[str] | None) -> int:
        """Have every message, or those of some streams, sent again as they were; return how many."""
        outbox = work.flow.outbox
        # What is not sent yet is on its way anyway, and nothing that is sent again.
        again = sa.update(outbox).where(outbox.c.sent_at.is_not(None)).values(sent_at=None)
        if streams is not None:
            again = again.where(outbox.c.stream.in_(list(streams)))
        work.has_emitted = True  # the relay is woken as for anything newly emitted
        return work.conn.execute(again).rowcount
