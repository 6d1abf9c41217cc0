"""Pauses of a limit (RC-19): merged where they overlap, in order. Must not know how a limit counts."""

from collections.abc import Sequence
from datetime import UTC, datetime

from msgspec import Struct

from shared.rules.worktime.days import InstantOutOfRange

FIRST_YEAR = 1900
LAST_YEAR = 2999


class Span(Struct, frozen=True, array_like=True):
    """A pause from `begin_at` to `end_at` (exclusive), aware UTC; `end_at` None while it is open.

    Raises:
        ValueError: an instant without offset, or the end before the begin.
        InstantOutOfRange: a year before 1900 or after 2999.
    """

    begin_at: datetime
    end_at: datetime | None = None

    def __post_init__(self) -> None:
        """Refuse a pause that ends before it begins."""
        require_instant(self.begin_at)
        if self.end_at is not None:
            require_instant(self.end_at)
            if self.end_at < self.begin_at:
                raise ValueError(f"a pause ends at {self.end_at} before it begins at {self.begin_at}")


Interval = tuple[datetime, datetime]


def closed(pauses: Sequence[Span], *, open_until: datetime | None = None) -> list[Interval]:
    """Return the pauses as intervals in order, without overlaps, without empty ones.

    Args:
        pauses: in any order.
        open_until: where an open pause ends, if that is later than its begin; None: it is left out.
    """
    if not pauses:
        return []
    intervals = sorted(
        (span.begin_at.astimezone(UTC), end.astimezone(UTC))
        for span in pauses
        if (end := span.end_at or open_until) and end > span.begin_at
    )
    merged: list[Interval] = []
    for begin, end in intervals:
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
