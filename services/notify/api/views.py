"""Notifications as these routes show them: the one place where they become plain values."""

from typing import Any

from msgspec import Struct, to_builtins

from services.notify.domain.notification import StoredNotification
from shared.kernel.instants import format_instant
from shared.kernel.texts import Language


def item_view(stored: StoredNotification, language: Language) -> dict[str, Any]:
    """Return an item of an inbox, in the reader's language."""
    told = stored.notification
    return {
        "notification": stored.id,
        "town": stored.town,
        "case": stored.case,
        "occurrence": stored.occurrence,
        "number": stored.number or None,
        "on": told.cause.on,
        "rule": told.reason.rule,
        "because": told.reason.because,
        "unit": told.unit,
        "via": told.via,
        "text": told.text.in_language(language),
        "at": format_instant(stored.made_at),
        "read_at": format_instant(stored.read_at) if stored.read_at else None,
        "held_by": stored.held_by.value if stored.held_by else None,
        "gathered": to_builtins([_gathered_view(notice, language) for notice in stored.gathered]),
    }


class GatheredItem(Struct, frozen=True):
    """One of several notices that were told together."""

    notification: str
    case: str | None
    occurrence: str | None
    number: str | None
    on: str
    rule: str
    because: tuple[str, ...]
    via: str | None
    text: str
    at: str


def _gathered_view(notice: StoredNotification, language: Language) -> GatheredItem:
    told = notice.notification
    return GatheredItem(
        notice.id,
        notice.case,
        notice.occurrence,
        notice.number or None,
        told.cause.on,
        told.reason.rule,
        told.reason.because,
        told.via,
        told.text.in_language(language),
        format_instant(notice.made_at),
    )


def delivery_view(stored: StoredNotification) -> dict[str, Any]:
    """Return a delivery in trouble; no address and no text."""
    told = stored.notification
    return {
        "notification": stored.id,
        "key": told.key,
        "unit": told.unit,
        "channel": told.channel.value,
        "state": stored.state.value,
        "attempts": stored.attempts,
        "cause": stored.cause,
        "case": stored.case,
        "number": stored.number or None,
        "on": told.cause.on,
        "at": format_instant(stored.made_at),
    }
