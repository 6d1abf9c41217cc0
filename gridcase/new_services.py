"""A service that comes to a house which is older than it: once, it hears what others said before it came.

Decides who is new: whoever listens to the registry or the ledger and has never taken a message of it. Editions, days,
posts and tokens, and who is there to be visited, are all that such a service lacks; what others emit it hears from now
on. One that is a copy of what others say is filled with all of it, from what they have kept.
"""

from collections.abc import Callable, Mapping

import sqlalchemy as sa

from shared.contracts.routes import FILLED_WHEN_NEW, LISTENS, TOLD_AGAIN
from shared.db.resending import SqlOutbox
from shared.db.store import Store
from shared.flow.replay import empty_store, replay
from shared.flow.service import Service

_FILLING = "filling"  # in `meta`, while a store is being filled: one that broke off is begun anew


def fill_new_services(stores: Mapping[str, Store], built: Callable[[str], Service]) -> tuple[str, ...]:
    """Fill services that are copies and new in a house that has a past; return which ones.

    Args:
        stores: of all services, by name, with tables in their present form.
        built: makes the service of a name on its store, or has it.
    """
    new = tuple(
        name
        for name in FILLED_WHEN_NEW
        if _is_unfilled(stores[name]) and any(_has_history(stores[source]) for source in LISTENS[name])
    )
    for name in new:
        if _is_marked(stores[name]):
            empty_store(stores[name])
        _mark(stores[name], is_filling=True)
        replay(built(name), stores)
        _mark(stores[name], is_filling=False)
    return new


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


def _has_history(store: Store) -> bool:
    return _is_there(store, sa.select(store.flow.outbox.c.id))


def _is_unfilled(store: Store) -> bool:
    return _is_marked(store) or not _is_there(store, sa.select(store.flow.stream_in.c.stream))


def _is_marked(store: Store) -> bool:
    meta = store.flow.meta
    return _is_there(store, sa.select(meta.c.key).where(meta.c.key == _FILLING))


def _mark(store: Store, *, is_filling: bool) -> None:
    meta = store.flow.meta
    with store.begin() as work:
        if is_filling:
            work.rows(meta).put({"key": _FILLING, "value": "yes"})
        else:
            work.conn.execute(sa.delete(meta).where(meta.c.key == _FILLING))


def _has_heard(store: Store, source: str) -> bool:
    heard = store.flow.stream_in
    return _is_there(store, sa.select(heard.c.stream).where(heard.c.source == source))


def _has_said(store: Store) -> bool:
    return _is_there(store, sa.select(store.flow.outbox.c.id).where(store.flow.outbox.c.sent_at.is_not(None)))


def _is_there(store: Store, wanted: sa.Select[str] | sa.Select[int]) -> bool:
    with store.read() as conn:
        return conn.execute(wanted.limit(1)).first() is not None
