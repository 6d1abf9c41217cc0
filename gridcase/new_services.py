"""A service that comes to a house which is older than it: once, it hears what others said before it came.

Decides who is new: whoever listens to the registry or the ledger and has never taken a message of it. Editions, days,
posts and tokens, and who is there to be visited, are all that such a service lacks; what others emit it hears from now
on.
"""

from collections.abc import Mapping

import sqlalchemy as sa

from shared.contracts.routes import LISTENS, TOLD_AGAIN
from shared.db.resending import SqlOutbox
from shared.db.store import Store


def tell_new_services(stores: Mapping[str, Store]) -> tuple[str, ...]:
    """Have the messages of those whose whole past is kept sent again where a service is new; return which ones are.

    Args:
        stores: of all services, by name, with tables in their present form. Whoever has the messages passes them over.
    """
    new: dict[str, None] = {}
    for source in TOLD_AGAIN:
        waiting = [
            name
            for name, store in stores.items()
            if source in LISTENS[name] and not _has_heard(store, source)
        ]
        if waiting and _has_said(stores[source]):
            with stores[source].begin() as work:
                SqlOutbox().send_again(work, None)
            new |= dict.fromkeys(waiting)
    return tuple(new)


def _has_heard(store: Store, source: str) -> bool:
    heard = store.flow.stream_in
    return _is_there(store, sa.select(heard.c.stream).where(heard.c.source == source))


def _has_said(store: Store) -> bool:
    return _is_there(store, sa.select(store.flow.outbox.c.id).where(store.flow.outbox.c.sent_at.is_not(None)))


def _is_there(store: Store, wanted: sa.Select[tuple[object]]) -> bool:
    with store.read() as conn:
        return conn.execute(wanted.limit(1)).first() is not None
