"""Reading desks, and putting read marks."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from services.notify.domain.notification import Channel
from services.notify.store.tables import notifications
from shared.db.store import Store

_id = notifications.c.notification


@dataclass(frozen=True, slots=True)
class Desk:
    """The desks that somebody may read: some units', and a person's own.

    Args:
        towns: towns of which the person may read; None for all.
    """

    units: tuple[str, ...]
    person: str | None
    towns: tuple[str, ...] | None = None


class Desks:
    """What desks hold."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def page(self, desk: Desk, *, unread: bool, before: str | int | None, limit: int) -> list[dict[str, Any]]:
        """Return up to `limit` + 1 items, newest first: the one more tells that there is another page."""
        found = sa.select(notifications).where(_on(desk))
        if unread:
            found = found.where(notifications.c.read_at.is_(None))
        if before is not None:
            found = found.where(_id < str(before))
        with self._store.read() as conn:
            rows = conn.execute(found.order_by(_id.desc()).limit(limit + 1))
            return [dict(row) for row in rows.mappings()]

    def mark_read(self, desk: Desk, ids: Sequence[str], person: str | None) -> int:
        """Mark unread items of these desks; return how many."""
        with self._store.begin() as work:
            done = work.conn.execute(
                sa.update(notifications)
                .where(_id.in_(list(ids)), _on(desk), notifications.c.read_at.is_(None))
                .values(read_at=work.at, read_by=person)
            )
            return done.rowcount


def _on(desk: Desk) -> sa.ColumnElement[bool]:
    is_item = notifications.c.channel == Channel.INBOX.value
    whose: list[sa.ColumnElement[bool]] = []
    if desk.units:
        whose.append(sa.and_(is_item, notifications.c.unit.in_(desk.units)))
    if desk.person is not None:
        own = sa.and_(is_item, notifications.c.person == desk.person)
        whose.append(own if desk.towns is None else sa.and_(own, notifications.c.town.in_(desk.towns)))
    return sa.or_(*whose) if whose else sa.false()
