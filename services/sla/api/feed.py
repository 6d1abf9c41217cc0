"""A town's deadlines as an iCalendar feed (RFC 5545): one event per open clock, at its due instant.

Decides how a deadline looks in a calendar. It carries number, stage, rule and unit, and nothing of what the
case is about. An event keeps its UID while its clock lives, so that a calendar moves it and doesn't show it
twice.
"""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from icalendar import Calendar, Event

from services.sla.api.wording import line, word
from services.sla.domain.listed import ListedClock
from shared.kernel.texts import Language

PRODUCT = "-//gridcase//deadlines//"
CONTENT_TYPE = "text/calendar; charset=utf-8"


def feed(clocks: Iterable[ListedClock], language: Language, as_of: datetime) -> bytes:
    """Return the feed of clocks that have a due instant.

    Args:
        as_of: when the clocks were read.
    """
    calendar = Calendar()
    calendar.add("prodid", f"{PRODUCT}{language.upper()}")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", line("feed", "name", language))
    for listed in clocks:
        if listed.clock.due_at is not None:
            calendar.add_component(_event(listed, language, as_of))
    return bytes(calendar.to_ical())


def _event(listed: ListedClock, language: Language, as_of: datetime) -> Event:
    clock = listed.clock
    stage, state = word("stages", clock.stage, language), word("states", clock.state, language)
    title = line("feed", "title", language, number=listed.number, stage=stage)
    note = line("feed", "note", language, state=state, rule=clock.rule, unit=clock.unit or "–")
    event = Event()
    event.add("uid", f"{clock.id}@gridcase")
    event.add("sequence", clock.version)
    event.add("dtstamp", as_of.astimezone(UTC))
    event.add("dtstart", clock.due_at)
    event.add("duration", timedelta(0))
    event.add("summary", f"{title} {clock.label}")
    event.add("description", note)
    event.add("categories", [clock.stage, clock.state.value])
    # A deadline takes no time of its own: it must not make its reader look busy.
    event.add("transp", "TRANSPARENT")
    return event
