"""A service that comes to a house which is older than it: once, it hears what the registry said before.

Decides who is new: whoever listens to the registry and has never taken a message of it. Editions, days, posts and
tokens are all that such a service lacks; what others emit it hears from now on.
"""

from collections.abc import Mapping

import sqlalchemy as sa

from services.registry import bootstrap as registry
from shared.contracts.routes import LISTENS
from shared.db.store import Store


def tell_new_services(stores: Mapping[str, Store]) -> tuple[str, ...]:
    """Have the registry's messages sent again where a service is new; return which ones are.

    Args:
        stores: of all services, by name, with tables in their present form. Whoever has the messages passes them over.
    """
    new = tuple(
        name for name, store in stores.items() if registry.NAME in LISTENS[name] and not _has_heard(store)
    )
    if new and _has_said(stores[registry.NAME]):
        registry.send_again(stores[registry.NAME])
        return new
    return ()


def _has_heard(store: Store) -> bool:
    heard = store.flow.stream_in
    return _is_there(store, sa.select(heard.c.stream).where(heard.c.source == registry.NAME))


def _has_said(store: Store) -> bool:
    return _is_there(store, sa.select(store.flow.outbox.c.id).where(store.flow.outbox.c.sent_at.is_not(None)))


def _is_there(store: Store, wanted: sa.Select[tuple[object]]) -> bool:
    with store.read() as conn:
        return conn.execute(wanted.limit(1)).first() is not None
