"""A town's deadlines as an iCalendar feed (RFC 5545): one event per open clock, at its due instant.

Decides how a deadline looks in a calendar. It carries number, stage, rule and unit, and nothing of what the
case is about. An event keeps its UID while its clock lives, so that a calendar moves it and doesn't show it
twice.
"""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from icalendar import Calendar, Event

from services.sla.api.wording import line, word
from shared.kernel.texts import Language

PRODUCT = "-//gridcase//deadlines//"
CONTENT_TYPE = "text/calendar; charset=utf-8"


def feed(rows: Iterable[Mapping[str, Any]], language: Language, as_of: datetime) -> bytes:
    """Return the feed of clocks that have a due instant."""
    calendar = Calendar()
    calendar.add("prodid", f"{PRODUCT}{language.upper()}")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", line("feed", "name", language))
    for row in rows:
        if row["due_at"] is not None:
            calendar.add_component(_event(row, language, as_of))
    return bytes(calendar.to_ical())


def _event(row: Mapping[str, Any], language: Language, as_of: datetime) -> Event:
    stage = word("stages", row["stage"], language)
    state = word("states", row["state"], language)
    event = Event()
    event.add("uid", f"{row['clock_id']}@gridcase")
    event.add("sequence", row["version"])
    event.add("dtstamp", as_of.astimezone(UTC))
    event.add("dtstart", row["due_at"])
    event.add("duration", timedelta(0))
    event.add(
        "summary", f"{line('feed', 'title', language, number=row['number'], stage=stage)} {row['label']}"
    )
    event.add(
        "description", line("feed", "note", language, state=state, rule=row["rule"], unit=row["unit"] or "–")
    )
    event.add("categories", [row["stage"], row["state"]])
    event.add("transp", "TRANSPARENT")
    return event
