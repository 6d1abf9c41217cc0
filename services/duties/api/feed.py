"""Duties as iCalendar feeds (RFC 5545), of a year or of what a unit owes: an event each, at its time or over its day.

Decides how a duty looks in a calendar. An event keeps its UID whatever day it is moved to, so that a calendar moves it
and doesn't show it twice.
"""

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta

from icalendar import Calendar, Event
from msgspec import Struct

from services.duties.api.views import DayShown
from services.duties.domain.occurrence import KeptOccurrence
from shared.kernel.ids import derived_id
from shared.kernel.texts import Language, Text

PRODUCT = "-//gridcase//duties//"
CONTENT_TYPE = "text/calendar; charset=utf-8"
_NAME = Text("常规任务", "Duties")
_DAY = timedelta(days=1)
_LASTS = timedelta(hours=1)  # nobody says how long a meeting takes; a calendar wants something


class OwedEvent(Struct, frozen=True):
    """An occurrence for a calendar.

    Args:
        begins_at: None: at no hour of its own.
    """

    occurrence: KeptOccurrence
    name: str
    kind: str
    begins_at: datetime | None


def feed(town: str, days: Iterable[DayShown], language: Language, as_of: datetime) -> bytes:
    """Return the feed of what is held on a day that is known.

    Args:
        as_of: when it was reckoned.
    """
    calendar = _calendar(language)
    for day in days:
        if day.on is not None and day.replaced_by is None:
            calendar.add_component(_event(town, day, as_of))
    return bytes(calendar.to_ical())


def occurrences_feed(events: Iterable[OwedEvent], language: Language, as_of: datetime) -> bytes:
    """Return the feed of occurrences as they are kept: moved ones move, withdrawn ones are not in it.

    Args:
        as_of: when they were read.
    """
    calendar = _calendar(language)
    for event in events:
        if event.occurrence.on is not None:
            calendar.add_component(_owed(event, event.occurrence.on, language, as_of))
    return bytes(calendar.to_ical())


def _calendar(language: Language) -> Calendar:
    calendar = Calendar()
    calendar.add("prodid", f"{PRODUCT}{language.upper()}")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", _NAME.in_language(language))
    return calendar


def _owed(event: OwedEvent, on: date, language: Language, as_of: datetime) -> Event:
    """One occurrence: at its hour, else over its day; what lasts a span stands on its last day."""
    known = event.occurrence
    made = Event()
    made.add("uid", f"{known.id}@gridcase")
    made.add("dtstamp", as_of.astimezone(UTC))
    made.add("last-modified", known.changed_at.astimezone(UTC))
    if event.begins_at is None:
        made.add("dtstart", on)
        made.add("dtend", on + _DAY)
    else:
        made.add("dtstart", event.begins_at.astimezone(UTC))
        made.add("duration", _LASTS)
    made.add("summary", event.name)
    made.add("description", "\n".join(filter(None, (known.number, known.moved.in_language(language)))))
    made.add("categories", [event.kind])
    made.add("transp", "TRANSPARENT")
    return made


def _event(town: str, day: DayShown, as_of: datetime) -> Event:
    event = Event()
    event.add("uid", f"{derived_id(town, day.duty, day.label.isoformat())}@gridcase")
    event.add("dtstamp", as_of.astimezone(UTC))
    assert day.on is not None
    event.add("dtstart", day.on)
    event.add("dtend", day.on + _DAY)
    event.add("summary", f"{day.name} {day.at or ''}".strip())
    if day.moved:
        event.add("description", day.moved)
    event.add("categories", [day.kind])
    event.add("transp", "TRANSPARENT")
    return event
