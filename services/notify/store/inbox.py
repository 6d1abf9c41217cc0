"""Reading inboxes, and marking what was read."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from services.notify.domain.notification import Channel, StoredNotification
from services.notify.store.held import with_gathered
from services.notify.store.notifications import stored_of
from services.notify.store.tables import DESK_OF_PERSON, DESK_OF_UNIT, notifications
from shared.db.looking import Looked, NextKeys, asked_of_each, look, merged, stretch
from shared.db.store import Store

_id = notifications.c.notification


@dataclass(frozen=True, slots=True)
class InboxScope:
    """The inboxes that somebody may read: some units', and a person's own.

    Args:
        towns: towns of which the person may read; None for all.
    """

    units: tuple[str, ...]
    person: str | None
    towns: tuple[str, ...] | None = None


class SqlInbox:
    """What lies in inboxes."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def page(
        self, scope: InboxScope, *, unread: bool, before: str | None, limit: int
    ) -> Looked[StoredNotification, str]:
        """Return what lies in these inboxes, newest first.

        Args:
            unread: only what nobody has read yet.
            before: id of the last item of the page before; None: from the newest. limit: how many items at most.
        """
        is_wanted = [notifications.c.read_at.is_(None)] if unread else []
        fits = asked_of_each(_in(scope), *is_wanted)
        with self._store.read() as conn:

            def fitting(ids: Sequence[str]) -> list[StoredNotification]:
                found = sa.select(notifications).where(_id.in_(ids), fits).order_by(_id.desc())
                return with_gathered(conn, map(stored_of, conn.execute(found).mappings()))

            return look(merged(*_desks(conn, scope), descending=True), fitting, before, limit)

    def mark_read(self, scope: InboxScope, ids: Sequence[str], person: str | None) -> int:
        """Mark unread items of these inboxes; return how many.

        Args:
            person: who read them, by reference.
        """
        with self._store.begin() as work:
            done = work.conn.execute(
                sa.update(notifications)
                # What is read already is left alone: whoever read it first stays on record.
                .where(_id.in_(list(ids)), _in(scope), notifications.c.read_at.is_(None))
                .values(read_at=work.at, read_by=person)
            )
            return done.rowcount


def _desks(conn: sa.Connection, scope: InboxScope) -> Iterator[NextKeys[str]]:
    """Each inbox is a stretch of an index; asked for together, all that lies in them would be sorted for each page."""
    for unit in scope.units:
        yield stretch(conn, _id, notifications.c.unit == unit, sa.text(DESK_OF_UNIT), descending=True)
    if scope.person is not None:
        own = notifications.c.person == scope.person
        yield stretch(conn, _id, own, sa.text(DESK_OF_PERSON), descending=True)


def _in(scope: InboxScope) -> sa.ColumnElement[bool]:
    """A unit's address names its jurisdiction; a person's reference does not, so towns bound what it opens."""
    is_item = notifications.c.channel == Channel.INBOX.value
    whose: list[sa.ColumnElement[bool]] = []
    if scope.units:
        whose.append(sa.and_(is_item, notifications.c.unit.in_(scope.units)))
    if scope.person is not None:
        own = sa.and_(is_item, notifications.c.person == scope.person)
        whose.append(own if scope.towns is None else sa.and_(own, notifications.c.town.in_(scope.towns)))
    return sa.or_(*whose) if whose else sa.false()
