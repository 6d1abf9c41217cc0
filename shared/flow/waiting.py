"""What waits in a service: messages that are not out yet, and those that could not be handled, page by page.

Decides what is told of a message: where it stands and why, never what it says.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from shared.db.store import Store
from shared.flow.dead_letters import SHOWN_STATES, DeadLetter
from shared.flow.outbox import depth

LetterKey = tuple[str, str]  # id, source: where a message stands in the list; ids grow with time


@dataclass(frozen=True, slots=True)
class Backlog:
    """How much waits in a service.

    Args:
        unsent: messages that not every subscriber has yet.
        oldest_at: when the oldest of them was made; None: none waits.
        lag_seconds: how long that one has waited, in the store's own time.
        waiting: state → messages that came in and are in it.
    """

    unsent: int
    oldest_at: datetime | None
    lag_seconds: float
    waiting: Mapping[str, int]


def backlog_of(store: Store) -> Backlog:
    """Return how much waits in a service."""
    inbox = store.flow.inbox
    by_state = (
        sa.select(inbox.c.state, sa.func.count())
        .where(inbox.c.state.in_(SHOWN_STATES))
        .group_by(inbox.c.state)
    )
    with store.read() as conn:
        unsent, oldest_at = depth(conn, store.flow.outbox)
        counted: dict[str, int] = dict(conn.execute(by_state).all())
        lag = 0.0 if oldest_at is None else max(0.0, (store.now(conn) - oldest_at).total_seconds())
    return Backlog(unsent, oldest_at, lag, {state: counted.get(state, 0) for state in SHOWN_STATES})


def letters_after(
    store: Store, states: Sequence[str], after: LetterKey | None, limit: int
) -> list[DeadLetter]:
    """Return what waits or was refused in a service's inbox, oldest first; none with what it says.

    Args:
        states: of `SHOWN_STATES`.
        after: the last one of the page before; None: from the begin.
    """
    inbox = store.flow.inbox
    shown = [inbox.c[name] for name in _TOLD]
    key = (inbox.c.message_id, inbox.c.source)
    found = sa.select(*shown).where(inbox.c.state.in_(list(states)))
    if after is not None:
        found = found.where(sa.tuple_(*key) > after)
    with store.read() as conn:
        rows = conn.execute(found.order_by(*key).limit(limit)).mappings()
        return [DeadLetter(service=store.service, frame=None, **row) for row in rows]


_TOLD = tuple(name for name in DeadLetter.__slots__ if name not in ("service", "frame"))
