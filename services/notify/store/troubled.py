"""Deliveries in trouble: reading them, and a person's decision about one."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from services.notify.domain.attempts import State
from services.notify.messages.said import notification_event
from services.notify.store.notification_rows import notification_of
from services.notify.store.tables import notifications
from shared.db.store import Store
from shared.db.work import Work

_id = notifications.c.notification
_IN_TROUBLE = (State.FAILED.value, State.UNCERTAIN.value)


class Troubled:
    """Deliveries that failed or that may have arrived."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def page(self, town: str, state: State, before: str | int | None, limit: int) -> list[dict[str, Any]]:
        """Return up to `limit` + 1 of them, newest first."""
        found = sa.select(notifications).where(
            notifications.c.town == town, notifications.c.state == state.value
        )
        if before is not None:
            found = found.where(_id < str(before))
        with self._store.read() as conn:
            rows = conn.execute(found.order_by(_id.desc()).limit(limit + 1))
            return [dict(row) for row in rows.mappings()]

    def one(self, town: str, notification: str) -> dict[str, Any] | None:
        """Return a notification of a town, whatever its state."""
        with self._store.read() as conn:
            row = (
                conn.execute(
                    sa.select(notifications).where(_id == notification, notifications.c.town == town)
                )
                .mappings()
                .one_or_none()
            )
        return dict(row) if row is not None else None

    def judge(self, row: Mapping[str, Any], decision: str, now: datetime) -> State | None:
        """Carry out a decision and say it to the case; None when it is no longer in trouble.

        Args:
            decision: 'resend' (under the same key, with all its attempts anew), 'arrived' or 'give_up'.
            now: real time.
        """
        with self._store.begin() as work:
            state = {"resend": State.QUEUED, "arrived": State.SENT, "give_up": State.FAILED}[decision]
            values: dict[str, Any] = {
                "state": state.value,
                "cause": None if state is not State.FAILED else "given-up",
            }
            if state is State.QUEUED:
                values |= {"try_at": now, "attempts": 0}
            if state is State.SENT:
                values |= {"sent_at": work.at}
            done = work.conn.execute(
                sa.update(notifications)
                .where(_id == row["notification"], notifications.c.state.in_(_IN_TROUBLE))
                .values(**values)
            )
            if not done.rowcount:
                return None
            _say(work, row, state, values["cause"])
            return state


def _say(work: Work, row: Mapping[str, Any], state: State, cause: str | None) -> None:
    if state is State.QUEUED or not row["case_id"]:
        return
    event = notification_event(notification_of(row), row["notification"], work.at, cause)
    work.say(
        f"notification.{state.value}",
        stream=row["case_id"],
        town=row["town"],
        edition=row["edition"],
        data=event,
    )
