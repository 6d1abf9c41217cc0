"""Notifications as these routes show them: the one place where they become plain values."""

from typing import Any

from services.notify.domain.notification import StoredNotification
from shared.kernel.instants import format_instant
from shared.kernel.texts import Language


def item_view(stored: StoredNotification, language: Language) -> dict[str, Any]:
    """Return an item of an inbox, in the reader's language."""
    told = stored.notification
    return {
        "notification": stored.id,
        "town": stored.town,
        "case": _case(stored),
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
        "gathered": [_gathered_view(notice, language) for notice in stored.gathered],
    }


def _gathered_view(notice: StoredNotification, language: Language) -> dict[str, Any]:
    told = notice.notification
    return {
        "notification": notice.id,
        "case": _case(notice),
        "number": notice.number or None,
        "on": told.cause.on,
        "rule": told.reason.rule,
        "because": told.reason.because,
        "via": told.via,
        "text": told.text.in_language(language),
        "at": format_instant(notice.made_at),
    }


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
        "case": _case(stored),
        "number": stored.number or None,
        "on": told.cause.on,
        "at": format_instant(stored.made_at),
    }


def _case(stored: StoredNotification) -> str | None:
    return stored.subject.id if stored.subject else None
