"""Notifications, and how far the file channel has been written."""

from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from services.notify.domain.notification import Channel, Happening, Notification, Reason
from services.notify.ports.books import About, Entry
from services.notify.store.tables import alarm_days, notifications
from shared.db.work import Work
from shared.kernel.texts import Text

_FILE = Channel.FILE.value


class NotificationRows:
    """The book of notifications."""

    def add(self, work: Work, entry: Entry) -> None:
        """Write down a notification; rows go out in bulk at the commit."""
        work.rows(notifications).add(row_of(entry))

    def is_first_of_day(self, work: Work, town: str, code: str, day: str) -> bool:
        """Tell whether an alarm's code is heard for the first time on a day, and remember that it was."""
        rows = work.rows(alarm_days)
        if rows.get((town, code, day)) is not None:
            return False
        rows.put({"town": town, "code": code, "day": day})
        return True


class UnwrittenRows:
    """What the file channel does not have yet. A line may be written twice, never lost: its key tells."""

    def pick(self, conn: sa.Connection, limit: int) -> Sequence[Entry]:
        """Return notifications of the file channel that are not in the file, oldest first."""
        found = conn.execute(
            sa.select(notifications)
            .where(notifications.c.channel == _FILE, notifications.c.try_at.is_not(None))
            .order_by(notifications.c.notification)
            .limit(limit)
        )
        return [entry_of(dict(one)) for one in found.mappings()]

    def mark(self, work: Work, ids: Sequence[str]) -> None:
        """Remember that these are in the file."""
        work.conn.execute(
            sa.update(notifications).where(notifications.c.notification.in_(ids)).values(try_at=None)
        )


def row_of(entry: Entry) -> dict[str, Any]:
    """Return a notification's row."""
    what, made = entry.notification, entry.made_at
    return {
        "notification": entry.id,
        "key": what.key,
        "town": entry.about.town,
        "case_id": what.happening.case,
        "number": entry.about.number,
        "edition": entry.about.edition,
        "source": what.happening.source,
        "stream": what.happening.stream,
        "sequence": what.happening.sequence,
        "round": what.happening.round,
        "event": what.happening.on,
        "rule": what.reason.rule,
        "because": list(what.reason.because),
        "party": what.party,
        "unit": what.unit,
        "person": what.person,
        "via": what.via,
        "channel": what.channel.value,
        "text_zh": what.text.zh,
        "text_en": what.text.en,
        "state": entry.state,
        "attempts": 0,
        "try_at": entry.try_at,
        "lease_until": None,
        "cause": entry.cause,
        "made_at": made,
        "sent_at": made if entry.state == "sent" else None,
        "read_at": None,
        "read_by": None,
    }


def notification_of(row: Mapping[str, Any]) -> Notification:
    """Return the notification that a row holds."""
    return Notification(
        happening=Happening(
            row["case_id"], row["source"], row["stream"], row["sequence"], row["round"], row["event"]
        ),
        reason=Reason(row["rule"], tuple(row["because"])),
        party=row["party"],
        channel=Channel(row["channel"]),
        text=Text(row["text_zh"], row["text_en"]),
        unit=row["unit"],
        person=row["person"],
        via=row["via"],
    )


def about_of(row: Mapping[str, Any]) -> About:
    """Return what a row repeats of its case."""
    return About(row["town"], row["number"], row["edition"])


def entry_of(row: Mapping[str, Any]) -> Entry:
    """Return a row as it was written down."""
    return Entry(
        row["notification"],
        notification_of(row),
        about_of(row),
        row["state"],
        row["made_at"],
        row["try_at"],
        row["cause"],
    )
