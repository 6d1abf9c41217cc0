"""The one module that reads the time.

Decides nothing; everything else is handed an instant. Must not know stores or services.
"""

from datetime import UTC, datetime
from typing import Protocol


class TimeSource(Protocol):
    """Tells the present instant, aware and in UTC."""

    def now(self) -> datetime:
        """Return the present instant."""
        ...


class SystemClock:
    """The machine's own clock."""

    def now(self) -> datetime:
        """Return the machine's present instant in UTC."""
        return datetime.now(UTC)


class SetClock:
    """A clock that stands still until it is set: for simulated stores and for tests.

    Args:
        at: the first instant that it tells; aware.
    """

    def __init__(self, at: datetime) -> None:
        self._at = at.astimezone(UTC)

    def now(self) -> datetime:
        """Return the instant last set."""
        return self._at

    def set(self, at: datetime) -> None:
        """Move to `at`; time never runs backwards.

        Args:
            at: an aware instant, the present one of this clock or a later one.

        Raises:
            ValueError: `at` lies before the present instant of this clock.
        """
        if at < self._at:
            raise ValueError(f"time cannot run backwards: {at.isoformat()} < {self._at.isoformat()}")
        self._at = at.astimezone(UTC)
