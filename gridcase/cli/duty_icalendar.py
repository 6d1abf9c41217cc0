"""A year of duties as an iCalendar feed (RFC 5545), for calendars that people have already.

Decides nothing about duties. An entry keeps its UID, whatever day its occurrence moves to.
"""

from collections.abc import Iterator
from datetime import date, timedelta

from gridcase.cli.duty_year import DutyYear
from shared.kernel.texts import Language
from shared.rules.case.timing import calendar_of
from shared.rules.duties import Occurrence
from shared.rules.worktime.wall import instant_of

_FOLD = 75  # octets of a line
_NEWLINE = "\r\n"


def icalendar(duties: DutyYear, language: Language) -> str:
    """Return the year as one text, its lines folded and ended as the format asks."""
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//gridcase//duties//EN", "CALSCALE:GREGORIAN"]
    lines.append(f"X-WR-CALNAME:{_escaped(duties.pack.name.in_language(language))}")
    for each in duties.held:
        lines += _event(duties, each, language)
    return _NEWLINE.join(part for line in [*lines, "END:VCALENDAR", ""] for part in _folded(line))


def _event(duties: DutyYear, each: Occurrence, language: Language) -> Iterator[str]:
    duty, on = duties.pack.duties[each.duty], each.on or each.label
    yield "BEGIN:VEVENT"
    yield f"UID:{duties.pack.town}-{duty.key}-{each.label.isoformat()}@gridcase"
    # When the entry was made: the same each time, so that equal years make equal files.
    yield f"DTSTAMP:{duties.year}0101T000000Z"
    yield from _times(duties, each, on)
    yield f"SUMMARY:{_escaped(duty.name.in_language(language))}"
    said = [each.moved.in_language(language), ", ".join(duty.origin.because)]
    yield f"DESCRIPTION:{_escaped(chr(10).join(filter(None, said)))}"
    yield "END:VEVENT"


def _times(duties: DutyYear, each: Occurrence, on: date) -> Iterator[str]:
    if each.at is None:
        yield f"DTSTART;VALUE=DATE:{on:%Y%m%d}"
        yield f"DTEND;VALUE=DATE:{on + timedelta(days=1):%Y%m%d}"
    else:
        at = instant_of(on.toordinal(), each.at, calendar_of(duties.pack).tz)
        yield f"DTSTART:{at:%Y%m%dT%H%M%SZ}"


def _escaped(text: str) -> str:
    for plain, written in (("\\", "\\\\"), (";", "\\;"), (",", "\\,"), ("\n", "\\n")):
        text = text.replace(plain, written)
    return text


def _folded(line: str) -> Iterator[str]:
    """Yield a line in parts of at most 75 octets, never through a character; those that go on begin with a space."""
    part = ""
    for character in line:
        if len(f"{part}{character}".encode()) > _FOLD:
            yield part
            part = " "
        part += character
    yield part
