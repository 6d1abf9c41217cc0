"""Instants as text: RFC 3339 outside, aware UTC datetimes inside, local labels for people."""

from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Annotated
from zoneinfo import ZoneInfo

from msgspec import Meta

Instant = Annotated[datetime, Meta(tz=True)]  # in messages and stored documents: refused without its offset


def parse_instant(text: str) -> datetime:
    """Return the instant that an RFC 3339 text names, in UTC.

    Args:
        text: '2026-03-09T10:00:00+08:00', or with a Z for the offset; parts of a second may follow.

    Raises:
        ValueError: the text is no RFC 3339 instant or lacks its offset.
    """
    at = datetime.fromisoformat(text)
    if at.tzinfo is None:
        raise ValueError(f"{text!r} has no offset: write 2026-03-09T10:00:00+08:00 or …Z")
    return at.astimezone(UTC)


@lru_cache(maxsize=256)  # all that one transaction says is of one instant
def format_instant(at: datetime) -> str:
    """Return `at` as RFC 3339 in UTC with microseconds and a Z, always 27 characters: as texts these sort as in time.

    Args:
        at: aware. A naive one would be taken for the machine's local time: that is refused where values come in
            (`parse_instant`, `shared.db.types.Instant`), not here.
    """
    return at.astimezone(UTC).isoformat(timespec="microseconds")[:26] + "Z"


def local_label(at: datetime, zone: str, *, ends_day: bool = False) -> str:
    """Return `at` as people of `zone` write it: '2026-03-12 17:30'; seconds are left off.

    Args:
        at: aware.
        zone: IANA name, such as 'Asia/Shanghai'.
        ends_day: whether a local midnight is written as the end of the day before, '2026-03-12 24:00', as people
            write the end of a limit.

    Raises:
        ZoneInfoNotFoundError: there is no such zone.
    """
    local = at.astimezone(ZoneInfo(zone))
    if ends_day and (local.hour, local.minute) == (0, 0):
        return f"{(local - timedelta(days=1)):%Y-%m-%d} 24:00"
    return f"{local:%Y-%m-%d %H:%M}"
