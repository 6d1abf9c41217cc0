"""Clock events: what they say of a clock, and which step must be known before they can be told."""

from datetime import datetime
from typing import Any

from services.notify.domain.deadlines import KnownClock
from shared.contracts.envelope import Envelope
from shared.kernel.instants import parse_instant

_FOLLOW_A_STEP = frozenset({"stopped", "extended", "paused", "resumed"})


def clock_of(data: dict[str, Any]) -> KnownClock:
    """Return the clock as the event shows it."""
    return KnownClock(
        id=data["clock"],
        stage=data["stage"],
        rule=data["reason"]["rule"],
        round=data["round"],
        started_at=parse_instant(data["started_at"]),
        label=data.get("label"),
        is_provisional=data.get("provisional", False),
        is_withheld=data["state"] == "withheld",
    )


def was_no_breach(data: dict[str, Any]) -> bool:
    """Tell whether a correction takes a breach back."""
    was = data["was"]
    had_breached = was.get("state") == "breached" or was.get("verdict") == "late"
    return had_breached and data["state"] != "breached" and data.get("verdict") != "late"


def follows(message: Envelope) -> datetime:
    """Return the instant of the step that caused the event: what is told of it rests on that step's word.

    A start or a withheld start rests on the step from which it counts; what falls due by itself on any step.
    """
    kind = message.type.partition(".")[2]
    return parse_instant(message.data["at"] if kind in _FOLLOW_A_STEP else message.data["started_at"])


def event_of(message: Envelope) -> str:
    """Return the event as rules name it: '<clock> breached'."""
    return f"{message.data['stage']} {message.type.partition('.')[2]}"
