"""What the services answer about themselves, as far as pages show it; see `sheets`."""

from collections.abc import Mapping
from datetime import datetime

from msgspec import Struct, field

WELL = "ok"
AWAY = "away"


class HealthSheet(Struct, frozen=True):
    """Whether a service is well, and each of its parts."""

    status: str = AWAY
    parts: Mapping[str, str] = field(default_factory=dict)

    @property
    def is_well(self) -> bool:
        """Whether every part is."""
        return self.status == WELL

    @property
    def unwell(self) -> tuple[tuple[str, str], ...]:
        """The parts that are not, each with its word."""
        return tuple((part, state) for part, state in self.parts.items() if state != WELL)


class BacklogSheet(Struct, frozen=True):
    """How much waits in a service; `waiting`: state → messages that came in and are in it."""

    unsent: int = 0
    oldest_at: datetime | None = None
    lag_seconds: float = 0.0
    waiting: Mapping[str, int] = field(default_factory=dict)


class WaitingMessage(Struct, frozen=True):
    """A message that could not be handled: where it stands and why, not what it says."""

    message: str
    source: str
    type: str
    stream: str
    sequence: int
    state: str
    received_at: datetime
    attempts: int = 0
    reason: str | None = None
    detail: str | None = None


class WaitingPage(Struct, frozen=True):
    """Messages that wait or were refused, oldest first."""

    items: tuple[WaitingMessage, ...] = ()
    next: str | None = None


class EditionSheet(Struct, frozen=True):
    """One publication of a town's rules."""

    number: int
    edition: str
    effective_at: datetime
    published_at: datetime | None = None
    published_by: str | None = None
    standing: str = ""


class EditionRows(Struct, frozen=True):
    """A town's publications, newest first."""

    items: tuple[EditionSheet, ...] = ()


class ReasonToSend(Struct, frozen=True):
    """Why a message is given up."""

    why: str
