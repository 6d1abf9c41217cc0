"""Instants and calendars that several of these tests use."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from shared.rules.worktime.calendar import Calendar
from shared.rules.worktime.readings import TimeReadings

OFFICE = [("08:30", "12:00"), ("14:00", "17:30")]
ALL_HOURS = Calendar.build()
OFFICE_HOURS = Calendar.build(office_hours=OFFICE)
DEFAULT = TimeReadings()


def at(text: str, zone: str = "Asia/Shanghai") -> datetime:
    """Return the instant at which clocks of the zone show '2026-03-09 10:00'."""
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)
