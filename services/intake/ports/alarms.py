"""The last alarm of each device, so that a repeated one is counted and not reported anew."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from shared.db.work import Work


@dataclass(frozen=True, slots=True)
class LastAlarm:
    """Where the last alarm of a device went, and when it came."""

    case: str
    at: datetime


class Alarms(Protocol):
    """The last alarms, by key."""

    def take(self, work: Work, keys: Collection[str]) -> dict[str, LastAlarm]:
        """Hold keys until the transaction ends: whoever wants one of them waits; return the last alarms."""
        ...

    def keep(self, work: Work, key: str, case: str, at: datetime) -> None:
        """Note an alarm under a key that this transaction holds."""
        ...
