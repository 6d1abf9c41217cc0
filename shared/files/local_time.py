"""Instants as people and spreadsheets write them, in a town's own time.

Decides which forms mean one instant alone; what could mean two days (3/4/2026) is none.
"""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from unicodedata import normalize
from zoneinfo import ZoneInfo

_WRITTEN = re.compile(
    r"(?P<year>\d{4})\s*[-/.年]\s*(?P<month>\d{1,2})\s*[-/.月]\s*(?P<day>\d{1,2})\s*日?"
    r"(?:[ T]*(?P<half>上午|下午|[AaPp][Mm])?\s*(?P<hour>\d{1,2})\s*[:时点]\s*(?:(?P<minute>\d{1,2})\s*分?)?"
    r"(?::?\s*(?P<second>\d{1,2})(?:\.\d+)?\s*秒?)?\s*(?P<half_after>[AaPp][Mm])?)?"
)
_PARTS = ("year", "month", "day", "hour", "minute", "second")
# Days since then are how Excel keeps dates: a cell that was never given the form of one shows the number.
_EXCEL_BEGINS = datetime(1899, 12, 30)  # noqa: DTZ001 - local, like all that it is added to
_EXCEL_NUMBER = re.compile(r"[1-9]\d{4}(?:\.\d+)?")
_OFFSET = re.compile(r":\d\d(?:\.\d+)?\s*(?:[Zz]|[+-]\d\d:?\d\d)\s*$")
_AFTERNOON, _MORNING = ("下午", "pm"), ("上午", "am")
NOON = 12


@dataclass(frozen=True, slots=True)
class WrittenInstant:
    """An instant of a file; `is_day`: its day alone was written, and it is the day's beginning."""

    at: datetime
    is_day: bool


def states_offset(text: str) -> bool:
    """Tell whether a text names an instant by its own offset, as 10:00Z and 10:00+08:00 do."""
    return _OFFSET.search(text) is not None


def written_instant(text: str, zone: ZoneInfo) -> WrittenInstant:
    """Return the instant, in UTC, that a text means in a zone; one that states an offset keeps it.

    Raises:
        ValueError: it means none, or more than one.
    """
    plain = normalize("NFKC", text).strip()
    local = _excel(plain) if _EXCEL_NUMBER.fullmatch(plain) else _iso(plain) or _by_hand(plain)
    is_day = ":" not in plain and not re.search("[时点]", plain) and local.time() == datetime.min.time()
    return WrittenInstant((local if local.tzinfo else local.replace(tzinfo=zone)).astimezone(UTC), is_day)


def _excel(number: str) -> datetime:
    """To the second: a day's fraction of a number is not exact."""
    return _EXCEL_BEGINS + timedelta(seconds=round(float(number) * 86_400))


def _iso(text: str) -> datetime | None:
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        return None


def _by_hand(text: str) -> datetime:
    found = _WRITTEN.fullmatch(text)
    if found is None:
        raise ValueError(text)
    year, month, day, hour, minute, second = (int(part or 0) for part in found.group(*_PARTS))
    half = (found.group("half") or found.group("half_after") or "").lower()
    if half in _AFTERNOON and hour < NOON:
        hour += NOON
    if half in _MORNING and hour == NOON:
        hour = 0
    return datetime(year, month, day, hour, minute, second)  # noqa: DTZ001
