"""Deliveries in trouble: reading them, and writing down what a person decided about one."""

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa

from services.notify.domain.attempts import ERASED, IN_TROUBLE, DeliveryState
from services.notify.domain.notification import StoredNotification
from services.notify.store.notifications import stored_of
from services.notify.store.tables import TROUBLED, notifications
from shared.db.looking import Looked, asked_of_each, look, stretch
from shared.db.store import Store
from shared.db.work import Work

_id = notifications.c.notification
_is_readable = notifications.c.cause.is_distinct_from(
    ERASED
)  # its text is gone: nobody can do anything about it


class SqlTroubledDeliveries:
    """Deliveries that failed or that may have arrived."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def page(
        self, town: str, state: DeliveryState, before: str | None, limit: int
    ) -> Looked[StoredNotification, str]:
        """Return a town's deliveries that are in one of these states, newest first.

        Args:
            before: id of the last one of the page before; None: from the newest. limit: how many at most.
        """
        of_town = notifications.c.town == town
        with self._store.read() as conn:

            def fitting(ids: Sequence[str]) -> list[StoredNotification]:
                fits = asked_of_each(of_town, notifications.c.state == state.value, _is_readable)
                found = sa.select(notifications).where(_id.in_(ids), fits).order_by(_id.desc())
                return [stored_of(row) for row in conn.execute(found).mappings()]

            keys = stretch(conn, _id, of_town, sa.text(TROUBLED), descending=True)
            return look(keys, fitting, before, limit)

    def find(self, town: str, notification: str) -> StoredNotification | None:
        """Return a notification of a town, whatever its state."""
        wanted = sa.select(notifications).where(_id == notification, notifications.c.town == town)
        with self._store.read() as conn:
            row = conn.execute(wanted).mappings().one_or_none()
        return stored_of(row) if row is not None else None

    def settle(
        self, work: Work, notification: str, state: DeliveryState, now: datetime, cause: str | None
    ) -> bool:
        """Give a delivery in trouble its new state; False when it is no longer in trouble.

        Its state is asked for in the same statement: two people may decide at the same moment, and the queue must not
        get a delivery back that the other has called arrived.

        Args:
            now: real time, at which one that is queued again is tried.
        """
        changes = sa.update(notifications).values(state=state.value, cause=cause)
        if state is DeliveryState.QUEUED:
            changes = changes.values(try_at=now, attempts=0)
        if state is DeliveryState.SENT:
            changes = changes.values(sent_at=work.at)
        in_trouble = notifications.c.state.in_([found.value for found in IN_TROUBLE])
        return bool(work.conn.execute(changes.where(_id == notification, in_trouble, _is_readable)).rowcount)
