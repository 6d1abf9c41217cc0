"""A year's duties as an iCalendar feed (RFC 5545): one event for each, at its time or over its day.

Decides how a duty looks in a calendar. An event keeps its UID whatever day it is moved to, so that a calendar moves it
and doesn't show it twice.
"""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from icalendar import Calendar, Event

from services.duties.api.views import DayShown
from shared.kernel.ids import derived_id
from shared.kernel.texts import Language, Text

PRODUCT = "-//gridcase//duties//"
CONTENT_TYPE = "text/calendar; charset=utf-8"
_NAME = Text("常规任务", "Duties")
_DAY = timedelta(days=1)


def feed(town: str, days: Iterable[DayShown], language: Language, as_of: datetime) -> bytes:
    """Return the feed of what is held on a day that is known.

    Args:
        as_of: when it was reckoned.
    """
    calendar = Calendar()
    calendar.add("prodid", f"{PRODUCT}{language.upper()}")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", _NAME.in_language(language))
    for day in days:
        if day.on is not None and day.replaced_by is None:
            calendar.add_component(_event(town, day, as_of))
    return bytes(calendar.to_ical())


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
