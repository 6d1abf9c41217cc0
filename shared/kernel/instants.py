"""Instants as text: RFC 3339 outside, aware UTC datetimes inside, local labels for people."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo


def parse_instant(text: str) -> datetime:
    """Return the instant that an RFC 3339 text names, in UTC.

    Raises:
        ValueError: the text is no RFC 3339 instant or lacks its offset.
    """
    at = datetime.fromisoformat(text)
    if at.tzinfo is None:
        raise ValueError(f"{text!r} has no offset: write 2026-03-09T10:00:00+08:00 or …Z")
    return at.astimezone(UTC)


def format_instant(at: datetime) -> str:
    """Return `at` as RFC 3339 in UTC with microseconds and a Z."""
    return at.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="microseconds") + "Z"


def local_label(at: datetime, zone: str, *, ends_day: bool = False) -> str:
    """Return `at` as people of `zone` write it: '2026-03-12 17:30'.

    With `ends_day`, a local midnight is written as the end of the day before: '2026-03-12 24:00'.
    """
    local = at.astimezone(ZoneInfo(zone))
    if ends_day and (local.hour, local.minute) == (0, 0):
        return f"{(local - timedelta(days=1)):%Y-%m-%d} 24:00"
    return f"{local:%Y-%m-%d %H:%M}"
