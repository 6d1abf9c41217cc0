"""Clock events: what they say of a clock, and which step must be known before they can be told."""

from typing import Any

from services.notify.domain.deadlines import KnownClock
from services.notify.domain.memory import EarlyEvent
from shared.contracts.envelope import Envelope
from shared.kernel.instants import parse_instant

_FOLLOW_A_STEP = frozenset({"stopped", "extended", "paused", "resumed", "excused"})

_LATE = ("late", "excused")


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
        is_open=data["state"] != "stopped",
        unit=data.get("unit"),
    )


def was_no_breach(data: dict[str, Any]) -> bool:
    """Tell whether a correction takes a breach back."""
    was = data["was"]
    had_breached = was.get("state") == "breached" or was.get("verdict") in _LATE
    return had_breached and data["state"] != "breached" and data.get("verdict") not in _LATE


def early_event(message: Envelope) -> EarlyEvent:
    """Return the event as it is kept while the step that caused it is not known.

    A start or a withheld start rests on the step from which it counts, a stop on its own instant; what falls due by
    itself on any step.
    """
    kind, data = message.type.partition(".")[2], message.data
    since = parse_instant(data["at"] if kind in _FOLLOW_A_STEP else data["started_at"])
    return EarlyEvent(since, bool(data.get("unit") or data.get("level")), message.encode().decode())


def event_of(message: Envelope) -> str:
    """Return the event as rules name it: '<clock> breached'."""
    return f"{message.data['stage']} {message.type.partition('.')[2]}"
