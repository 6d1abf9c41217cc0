"""What this service says to the others: data of its messages."""

from datetime import datetime
from typing import Any

from services.notify.domain.notification import Notification
from shared.kernel.instants import format_instant


def notification_event(
    notification: Notification, id_: str, at: datetime, cause: str | None = None
) -> dict[str, Any]:
    """Return the data of `notification.sent`, `.failed` or `.uncertain`."""
    reason = notification.reason
    return {
        "case": notification.happening.case,
        "notification": id_,
        "key": notification.key,
        "reason": {"rule": reason.rule, "because": list(reason.because), "facts": dict(reason.facts)},
        "on": notification.happening.on,
        "party": notification.party,
        "unit": notification.unit,
        "person": notification.person,
        "via": notification.via,
        "channel": notification.channel.value,
        "at": format_instant(at),
        "cause": cause,
    }


def alarm(code: str, case: str | None, at: datetime, **detail: object) -> dict[str, Any]:
    """Return the data of `alarm.raised`."""
    return {"code": code, "case": case, "detail": detail, "at": format_instant(at)}
