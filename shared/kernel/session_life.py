"""How long somebody stays signed in: what a deployment says, and the registry holds sessions to."""

from dataclasses import dataclass
from datetime import datetime, timedelta


@dataclass(frozen=True, slots=True)
class SessionLife:
    """How long a session lives.

    Args:
        longest: from signing in to its end, whatever is done in it.
        idle: without anything being asked in it.
    """

    longest: timedelta = timedelta(hours=12)
    idle: timedelta = timedelta(minutes=60)

    def is_over(self, seen_at: datetime, ends_at: datetime, now: datetime) -> bool:
        """Tell whether a session has ended by itself."""
        return now >= ends_at or now >= seen_at + self.idle
