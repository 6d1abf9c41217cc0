"""The queue of deliveries within the notifications' table.

A delivery belongs to one worker while its lease lasts; on PostgreSQL rows that another worker holds are
skipped. Instants are in real time: what a simulated store believes of the time does not matter to a mail
server.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from services.notify.domain.attempts import Next, State
from services.notify.ports.books import Claimed
from services.notify.store.notification_rows import about_of, notification_of
from services.notify.store.tables import memberships, notifications
from shared.db.work import Work
from shared.flow.outbox import in_turn

LOOK_AHEAD = 8  # times the wanted number are looked at, to find towns behind a flood
_id = notifications.c.notification


class DeliveryRows:
    """The queue of deliveries."""

    def has_due(self, conn: sa.Connection, now: datetime) -> bool:
        """Tell whether there is anything to claim or to give up; asked often, so it locks nothing."""
        states = notifications.c.state
        queued = sa.and_(states == State.QUEUED.value, notifications.c.try_at <= now)
        lost = sa.and_(states == State.SENDING.value, notifications.c.lease_until <= now)
        return any(conn.scalar(sa.select(sa.exists().where(due))) for due in (queued, lost))

    def lost(self, work: Work, now: datetime, limit: int) -> list[Claimed]:
        """Return deliveries whose worker vanished between sending and marking, and lock them."""
        table = notifications
        found = (
            work.conn.execute(
                sa.select(table)
                .where(table.c.state == State.SENDING.value, table.c.lease_until <= now)
                .order_by(table.c.lease_until)
                .limit(limit)
                .with_for_update(skip_locked=True)
            )
            .mappings()
            .all()
        )
        return [_claimed(dict(row), None) for row in found]

    def claim(self, work: Work, now: datetime, lease_until: datetime, limit: int) -> list[Claimed]:
        """Take deliveries that are due, in turn over the towns, and mark them as being sent."""
        waiting = work.conn.execute(
            sa.select(notifications.c.town, _id)
            .where(notifications.c.state == State.QUEUED.value, notifications.c.try_at <= now)
            .order_by(notifications.c.try_at, _id)
            .limit(limit * LOOK_AHEAD)
        ).all()
        turns = in_turn([(row.town, place) for place, row in enumerate(waiting)], limit)
        rows = _lock(work.conn, [waiting[place].notification for place in turns])
        if rows:
            work.conn.execute(
                sa.update(notifications)
                .where(_id.in_([row["notification"] for row in rows]))
                .values(
                    state=State.SENDING.value,
                    lease_until=lease_until,
                    try_at=None,
                    attempts=notifications.c.attempts + 1,
                )
            )
        sealed = _addresses(work.conn, rows)
        return [_claimed({**row, "attempts": row["attempts"] + 1}, _address(row, sealed)) for row in rows]

    def settle(self, work: Work, claimed: Claimed, next_: Next, attempts: int, cause: str) -> bool:
        """Write down what became of a delivery, unless its lease ended and another worker has it."""
        done = work.conn.execute(
            sa.update(notifications)
            .where(
                _id == claimed.id,
                notifications.c.state == State.SENDING.value,
                notifications.c.attempts == claimed.attempts,
            )
            .values(
                state=next_.state.value,
                try_at=next_.try_at,
                lease_until=None,
                attempts=attempts,
                cause=cause or None,
                sent_at=work.at if next_.state is State.SENT else None,
            )
        )
        return bool(done.rowcount)


def _lock(conn: sa.Connection, ids: Sequence[str]) -> list[Mapping[str, Any]]:
    """Lock rows that are still queued; another worker may have taken some since they were seen."""
    if not ids:
        return []
    found = conn.execute(
        sa.select(notifications)
        .where(_id.in_(ids), notifications.c.state == State.QUEUED.value)
        .order_by(_id)
        .with_for_update(skip_locked=True)
    )
    return [dict(row) for row in found.mappings()]


def _addresses(
    conn: sa.Connection, rows: Sequence[Mapping[str, Any]]
) -> dict[tuple[str, str], dict[str, str]]:
    """The sealed addresses of all recipients, with one query; who no longer holds the unit has none."""
    wanted = sorted({(row["unit"], row["person"]) for row in rows if row["unit"] and row["person"]})
    if not wanted:
        return {}
    found = conn.execute(
        sa.select(memberships.c.unit, memberships.c.person, memberships.c.addresses).where(
            sa.tuple_(memberships.c.unit, memberships.c.person).in_(wanted), memberships.c.held
        )
    )
    addresses: dict[tuple[str, str], dict[str, str]] = {}
    for unit, person, sealed in found:
        addresses.setdefault((unit, person), {}).update(sealed)
    return addresses


def _address(row: Mapping[str, Any], sealed: Mapping[tuple[str, str], Mapping[str, str]]) -> str | None:
    return sealed.get((row["unit"], row["person"]), {}).get(row["channel"])


def _claimed(row: Mapping[str, Any], sealed: str | None) -> Claimed:
    return Claimed(
        row["notification"], notification_of(row), about_of(row), row["attempts"], row["made_at"], sealed
    )
