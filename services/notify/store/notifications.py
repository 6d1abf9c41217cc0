"""Notifications as rows, and how far the file channel has been written."""

from collections.abc import Sequence
from datetime import date
from typing import Any

import sqlalchemy as sa

from services.notify.domain.attempts import DeliveryState
from services.notify.domain.notification import Channel, NoticeCause, Notification, StoredNotification
from services.notify.store.held import with_gathered
from services.notify.store.tables import UNWRITTEN, alarm_days, notifications
from shared.contracts.messages import Reason
from shared.db.work import Work
from shared.kernel.subject import Subject, SubjectKind
from shared.kernel.texts import Text
from shared.rules.case.telling import HeldBy


class SqlNotifications:
    """Writes notifications down; reads those that the file channel does not have yet."""

    def add(self, work: Work, stored: StoredNotification) -> None:
        """Write down a notification; rows go out in bulk at the commit."""
        work.rows(notifications).add(row_of(stored))

    def is_first_of_day(self, work: Work, town: str, code: str, day: date) -> bool:
        """Tell whether an alarm's code is heard for the first time on a day, and remember that it was."""
        rows, key = work.rows(alarm_days), (town, code, day.isoformat())
        if rows.get(key) is not None:
            return False
        # Of two that are first at the same moment one fails as it writes, is taken anew, and then finds this row.
        rows.put(dict(zip(("town", "code", "day"), key, strict=True)))
        return True

    def unwritten(self, conn: sa.Connection, limit: int) -> Sequence[StoredNotification]:
        """Return notifications of the file channel that are not in the file, oldest first."""
        found = conn.execute(_UNWRITTEN, {"most": limit})
        return with_gathered(conn, map(stored_of, found.mappings()))

    def mark_written(self, work: Work, ids: Sequence[str]) -> None:
        """Remember that these are in the file. A line may be written twice, never lost: its key tells."""
        work.conn.execute(
            sa.update(notifications).where(notifications.c.notification.in_(ids)).values(try_at=None)
        )


_UNWRITTEN = (
    sa.select(notifications)
    .where(sa.text(UNWRITTEN))
    .order_by(notifications.c.notification)
    .limit(sa.bindparam("most"))
)


def row_of(stored: StoredNotification) -> dict[str, Any]:
    """Return a notification's row."""
    told, subject = stored.notification, stored.subject
    return {
        "notification": stored.id,
        "key": told.key,
        "town": stored.town,
        "subject_id": subject.id if subject else "",
        "subject_kind": (subject.kind if subject else SubjectKind.CASE).value,
        "number": stored.number,
        "edition": stored.edition,
        "source": told.cause.source,
        "stream": told.cause.stream,
        "sequence": told.cause.sequence,
        "round": told.cause.round,
        "event": told.cause.on,
        "rule": told.reason.rule,
        "because": told.reason.because,
        "party": told.party,
        "unit": told.unit,
        "person": told.person,
        "via": told.via,
        "channel": told.channel.value,
        "text_zh": told.text.zh,
        "text_en": told.text.en,
        "state": stored.state.value,
        "attempts": stored.attempts,
        "try_at": stored.try_at,
        "lease_until": None,
        "cause": stored.cause,
        "made_at": stored.made_at,
        "sent_at": stored.made_at if stored.state is DeliveryState.SENT else None,
        "read_at": stored.read_at,
        "read_by": None,
        "held_by": stored.held_by.value if stored.held_by else None,
        "matter": told.matter,
    }


def stored_of(row: sa.RowMapping) -> StoredNotification:
    """Return the notification that a row holds."""
    return StoredNotification(
        id=row["notification"],
        notification=_notification(row),
        town=row["town"],
        number=row["number"],
        edition=row["edition"],
        state=DeliveryState(row["state"]),
        made_at=row["made_at"],
        attempts=row["attempts"],
        try_at=row["try_at"],
        cause=row["cause"],
        read_at=row["read_at"],
        held_by=_held_by(row["held_by"]),
    )


def _notification(row: sa.RowMapping) -> Notification:
    return Notification(
        cause=NoticeCause(
            _subject(row), row["source"], row["stream"], row["sequence"], row["round"], row["event"]
        ),
        reason=Reason(rule=row["rule"], because=tuple(row["because"])),
        party=row["party"],
        channel=Channel(row["channel"]),
        text=Text(row["text_zh"], row["text_en"]),
        unit=row["unit"],
        person=row["person"],
        via=row["via"],
        matter=row[notifications.c.matter],
    )


def _held_by(word: str | None) -> HeldBy | None:
    return HeldBy(word) if word else None


def _subject(row: sa.RowMapping) -> Subject | None:
    known = row["subject_id"]
    return Subject(SubjectKind(row["subject_kind"]), known) if known else None
