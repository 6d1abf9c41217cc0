"""How a limit that runs stands on a day of its town: late, due today, due soon, later; extended, suspended, not known.

Decides what counts as today and as soon. Today ends with the town's midnight, and what is due at midnight belongs to
the day that ends then.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

SOON = timedelta(days=3)


class DeadlineStanding(StrEnum):
    """How a limit stands, the worst first; what is extended or paused is no more than that, whenever it is due."""

    BREACHED = "breached"
    TODAY = "today"
    SOON = "soon"
    EXTENDED = "extended"
    PAUSED = "paused"
    LATER = "later"
    UNKNOWN = "unknown"  # nobody can say yet when it is due


@dataclass(frozen=True, slots=True)
class StandingBounds:
    """The instants that divide standings; each belongs to what ends with it.

    Args:
        now: whatever is due until then is late.
    """

    now: datetime
    today_ends: datetime
    soon_ends: datetime


def bounds_at(now: datetime, zone: str) -> StandingBounds:
    """Return the bounds at an instant in a town's zone.

    Args:
        zone: IANA name, whose midnight ends today.
    """
    local = now.astimezone(ZoneInfo(zone))
    midnight = (local + timedelta(days=1)).replace(hour=0, minute=0, second=0, microsecond=0)
    today_ends = midnight.astimezone(now.tzinfo)
    return StandingBounds(now, today_ends, max(today_ends, now + SOON))


@dataclass(frozen=True, slots=True)
class DeadlineCount:
    """How many limits stand alike; None: nobody leads the case, no level was told, it is at no place with a name."""

    standing: DeadlineStanding
    unit: str | None
    level: str | None
    category: str
    place: str | None
    number: int


@dataclass(frozen=True, slots=True)
class DeadlineFigures:
    """The limits of a town that run, counted.

    Args:
        counts: with each other, all that somebody may see.
        is_cut: there are more than were counted, due later than these.
    """

    counts: tuple[DeadlineCount, ...]
    is_cut: bool

    def in_all(self) -> Mapping[DeadlineStanding, int]:
        """Return how many stand how."""
        return _sums((count.standing, count.number) for count in self.counts)

    def by(self, what: str) -> Mapping[str | None, Mapping[DeadlineStanding, int]]:
        """Return the same for each 'unit', 'level', 'category' or 'place'."""
        keys = {getattr(count, what) for count in self.counts}
        return {
            key: _sums((count.standing, count.number) for count in self.counts if getattr(count, what) == key)
            for key in sorted(keys, key=lambda key: (key is None, key or ""))
        }


def _sums(pairs: Iterable[tuple[DeadlineStanding, int]]) -> Mapping[DeadlineStanding, int]:
    found: Counter[DeadlineStanding] = Counter()
    for standing, number in pairs:
        found[standing] += number
    return found
