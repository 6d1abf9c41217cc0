"""Letting go of rows that nobody will read again: messages taken, and messages given whose past is kept elsewhere.

Decides which: a message is known to be taken by how far its stream has been taken, not by its row; what a producer
has emitted is the history from which services are filled, wherever such a service listens to it.
"""

from collections.abc import Iterable
from datetime import timedelta

import sqlalchemy as sa

from shared.contracts.routes import LISTENS, REPLAYABLE, TOLD_AGAIN
from shared.contracts.short_tokens import SESSION
from shared.db.store import Store
from shared.db.types import Instant
from shared.flow.quota_ledger import forget_full
from shared.kernel.ids import first_id_at

KEPT_FOR = timedelta(days=30)
REFUSED_KEPT_FOR = timedelta(days=180)  # people look into refusals long after
BATCH = 1000


def is_history(service: str) -> bool:
    """Tell whether a service's outbox is needed to fill others, so that nothing of it may go (decision 18)."""
    return service in TOLD_AGAIN or any(service in LISTENS[listener] for listener in REPLAYABLE)


def prune(store: Store, sources: Iterable[str], kept_for: timedelta = KEPT_FOR, limit: int = BATCH) -> int:
    """Delete up to `limit` rows of each kind that are older than is kept; return how many went.

    In a simulated store a month passes in a moment and people look at it whole: nothing is deleted there.

    Args:
        sources: services whose messages the store's own takes.
        kept_for: how long rows are kept, at least.
        limit: rows of each kind: no writer waits long for the locks of one call.

    Raises:
        sqlalchemy.exc.DBAPIError: the store is away.
    """
    with store.begin() as work:
        if store.is_simulated(work.conn):
            return 0
        before, long_before = work.at - kept_for, work.at - REFUSED_KEPT_FOR
        gone = 0
        for source in sources:
            parameters = {"source": source, "before": first_id_at(before), "most": limit}
            gone += work.conn.execute(_TAKEN, parameters).rowcount
            parameters |= {"before": first_id_at(long_before)}
            gone += work.conn.execute(_REFUSED, parameters).rowcount
        if not is_history(store.service):
            gone += work.conn.execute(_GIVEN, {"before": before, "most": limit}).rowcount
        gone += work.conn.execute(_ENDED, {"session": SESSION, "before": work.at}).rowcount
        # A full bucket says as much as none: its row is of no use whatever its age.
        return gone + forget_full(work.conn)


# Ids sort as messages were made: the oldest lie at the left end of the primary key's part for a source, so that
# looking for them reads little more than what goes. The outbox's own numbers do the same.
_OLDEST = (
    "delete from inbox where source = :source and message_id in (select message_id from inbox "
    "where source = :source and message_id < :before and state in ({states}) order by message_id limit :most)"
)
_TAKEN = sa.text(_OLDEST.format(states="'done'"))
_REFUSED = sa.text(_OLDEST.format(states="'refused', 'dropped'"))
# Of a session that was ended before its tokens: once they have ended by themselves nobody asks for its mark.
_ENDED = sa.text("delete from tokens where role = :session and valid_until < :before").bindparams(
    sa.bindparam("before", type_=Instant())
)
_GIVEN = sa.text(
    "delete from outbox where id in (select id from outbox "
    "where sent_at is not null and made_at < :before order by id limit :most)"
).bindparams(sa.bindparam("before", type_=Instant()))
