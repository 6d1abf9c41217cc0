"""Pauses of a limit (RC-19): merged where they overlap, in order. Must not know how a limit counts."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from shared.rules.worktime.days import InstantOutOfRange

FIRST_YEAR = 1900
LAST_YEAR = 2999


@dataclass(frozen=True, slots=True)
class Span:
    """A pause from `begin_at` to `end_at` (exclusive), aware UTC; `end_at` None while it is open."""

    begin_at: datetime
    end_at: datetime | None = None

    def __post_init__(self) -> None:
        """Refuse a pause that ends before it begins.

        Raises:
            ValueError: an instant without offset, or the end before the begin.
        InstantOutOfRange: a year before 1900 or after 2999.
        """
        require_instant(self.begin_at)
        if self.end_at is not None:
            require_instant(self.end_at)
            if self.end_at < self.begin_at:
                raise ValueError(f"a pause ends at {self.end_at} before it begins at {self.begin_at}")


Stretch = tuple[datetime, datetime]


def closed(pauses: Sequence[Span], *, open_until: datetime | None = None) -> list[Stretch]:
    """Return the pauses as stretches in order, without overlaps, without empty ones.

    An open pause is left out, or ends at `open_until` where that is given and later than its begin.
    """
    if not pauses:
        return []
    stretches = sorted(
        (span.begin_at.astimezone(UTC), end.astimezone(UTC))
        for span in pauses
        if (end := span.end_at or open_until) and end > span.begin_at
    )
    merged: list[Stretch] = []
    for begin, end in stretches:
        if merged and begin <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((begin, end))
    return merged


def require_instant(at: datetime) -> None:
    """Refuse what is no instant that a limit can have.

    Raises:
        ValueError: `at` has no offset.
        InstantOutOfRange: a year before 1900 or after 2999.
    """
    if at.tzinfo is None:
        raise ValueError(f"{at.isoformat()} has no offset: instants are aware and in UTC")
    if not FIRST_YEAR <= at.year <= LAST_YEAR:
        raise InstantOutOfRange
