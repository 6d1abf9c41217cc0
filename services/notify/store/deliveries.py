"""The queue of deliveries within the notifications' table.

A delivery belongs to one worker while its lease lasts; on PostgreSQL rows that another worker holds are skipped.
Instants are in real time: what a simulated store believes of the time does not matter to a mail server.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

import sqlalchemy as sa

from services.notify.domain.attempts import DeliveryOutcome, DeliveryState
from services.notify.domain.notification import StoredNotification
from services.notify.store.notifications import stored_of
from services.notify.store.tables import QUEUED, SENDING, memberships, notifications
from shared.db.driver import KeptQuery
from shared.db.work import Work
from shared.flow.outbox import in_turn

LOOK_AHEAD = 8  # times the wanted number are looked at, to find towns behind a flood
_id = notifications.c.notification
# As the partial indexes have it: by a bound state none of them is found.
_is_queued, _is_sending = sa.text(QUEUED), sa.text(SENDING)
_HAS_DUE = KeptQuery(
    sa.select(
        sa.or_(
            sa.select(_id).where(_is_queued, notifications.c.try_at <= sa.bindparam("now")).exists(),
            sa.select(_id).where(_is_sending, notifications.c.lease_until <= sa.bindparam("now")).exists(),
        )
    )
)


@dataclass(frozen=True, slots=True)
class ClaimedDelivery:
    """A delivery that this worker alone may try until its lease ends.

    Args:
        sealed: the address, if there still is one.
    """

    stored: StoredNotification
    sealed: str | None


class SqlDeliveries:
    """Claims what is due and keeps what became of it."""

    def has_due(self, conn: sa.Connection, now: datetime) -> bool:
        """Tell whether there is anything to claim or to give up; asked often, so it locks nothing."""
        return bool(_HAS_DUE.value(conn, now=now))

    def lost(self, work: Work, now: datetime, limit: int) -> list[StoredNotification]:
        """Return deliveries whose worker vanished between sending and marking, and lock them.

        Locked rows of others are skipped: two workers that look at the same moment share what is lost.
        """
        found = work.conn.execute(
            sa.select(notifications)
            .where(_is_sending, notifications.c.lease_until <= now)
            .order_by(notifications.c.lease_until)
            .limit(limit)
            .with_for_update(skip_locked=True)
        )
        return [stored_of(row) for row in found.mappings()]

    def claim(self, work: Work, now: datetime, lease_until: datetime, limit: int) -> list[ClaimedDelivery]:
        """Take deliveries that are due, in turn over the towns, and mark them as being sent."""
        waiting = work.conn.execute(
            sa.select(notifications.c.town, _id)
            .where(_is_queued, notifications.c.try_at <= now)
            .order_by(notifications.c.try_at, _id)
            # More than are taken: a town with thousands in front must not hide the others from the turns.
            .limit(limit * LOOK_AHEAD)
        ).all()
        turns = in_turn([(row.town, place) for place, row in enumerate(waiting)], limit)
        locked = _lock(work.conn, [waiting[place].notification for place in turns])
        _mark_as_sending(work.conn, [stored.id for stored in locked], lease_until)
        # At every attempt anew, never kept with the notification: who has left or moved since is not written to there.
        sealed = _addresses(work.conn, locked)
        return [
            ClaimedDelivery(
                replace(stored, state=DeliveryState.SENDING, attempts=stored.attempts + 1),
                _address(stored, sealed),
            )
            for stored in locked
        ]

    def settle(
        self, work: Work, stored: StoredNotification, outcome: DeliveryOutcome, attempts: int, cause: str
    ) -> bool:
        """Write down what became of a delivery; False when its lease had gone to somebody else.

        A worker whose lease ended may come back late: state and number of attempts tell that another has the delivery
        meanwhile, and that one's result must not be overwritten.
        """
        done = work.conn.execute(
            sa.update(notifications)
            .where(
                _id == stored.id,
                notifications.c.state == DeliveryState.SENDING.value,
                notifications.c.attempts == stored.attempts,
            )
            .values(
                state=outcome.state.value,
                try_at=outcome.try_at,
                lease_until=None,
                attempts=attempts,
                cause=cause or None,
                sent_at=work.at if outcome.state is DeliveryState.SENT else None,
            )
        )
        return bool(done.rowcount)


def _lock(conn: sa.Connection, ids: Sequence[str]) -> list[StoredNotification]:
    """Lock rows that are still queued; another worker may have taken some since they were seen."""
    if not ids:
        return []
    found = conn.execute(
        sa.select(notifications)
        .where(_id.in_(ids), notifications.c.state == DeliveryState.QUEUED.value)
        .order_by(_id)  # in one order everywhere, so that locks can't cross
        .with_for_update(skip_locked=True)
    )
    return [stored_of(row) for row in found.mappings()]


def _mark_as_sending(conn: sa.Connection, ids: Sequence[str], lease_until: datetime) -> None:
    if not ids:
        return
    conn.execute(
        sa.update(notifications)
        .where(_id.in_(ids))
        .values(
            state=DeliveryState.SENDING.value,
            lease_until=lease_until,
            try_at=None,
            # At the claim, not with the result: by it a late result is told from one of a later claim (`settle`).
            attempts=notifications.c.attempts + 1,
        )
    )


_Sealed = Mapping[tuple[str, str], Mapping[str, str]]  # unit and person → channel → sealed address


def _addresses(conn: sa.Connection, claimed: Sequence[StoredNotification]) -> _Sealed:
    """The sealed addresses of all recipients, with one query; who no longer holds the unit has none."""
    told = [stored.notification for stored in claimed]
    wanted = sorted({(each.unit, each.person) for each in told if each.unit and each.person})
    if not wanted:
        return {}
    found = conn.execute(
        sa.select(memberships.c.unit, memberships.c.person, memberships.c.addresses).where(
            sa.tuple_(memberships.c.unit, memberships.c.person).in_(wanted), memberships.c.held
        )
    )
    addresses: dict[tuple[str, str], dict[str, str]] = {}
    for unit, person, sealed in found:
        addresses.setdefault((unit, person), {}).update(sealed)  # in several roles: the addresses of all
    return addresses


def _address(stored: StoredNotification, sealed: _Sealed) -> str | None:
    told = stored.notification
    return sealed.get((told.unit or "", told.person or ""), {}).get(told.channel.value)
