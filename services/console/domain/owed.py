"""What somebody owes, in the order in which it presses; and how what is owed stands over a town, as a table.

Decides what counts as late, as of today, as ahead. What is missing, the service judges.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from enum import StrEnum
from zoneinfo import ZoneInfo

from services.console.domain.day import cases_of
from services.console.domain.duty_sheets import (
    OccurrenceSheet,
    OccurrenceWhole,
    OwedDay,
    RecordSheet,
    StandingRow,
)
from services.console.domain.sheets import CaseRow, NameBook
from services.console.domain.time_left import DueBand, band_of

STATES = ("missing", "open", "late", "met", "excused", "unjudged", "ahead", "replaced")
WORST_FIRST = ("missing", "late")
LATEST = datetime.max.replace(tzinfo=UTC)


class OwedPart(StrEnum):
    """A part of what somebody owes."""

    LATE = "late"
    TODAY = "today"
    AHEAD = "ahead"
    LISTED = "listed"


@dataclass(frozen=True, slots=True)
class OwnDuties:
    """What somebody owes, each part by the time that remains.

    Args:
        late: missed; today: due before the day ends; ahead: owed already, due later.
        listed: no number is asked; meetings: of the coming days.
        begun: records that were begun and not finished.
    """

    late: tuple[OccurrenceSheet, ...] = ()
    today: tuple[OccurrenceSheet, ...] = ()
    ahead: tuple[OccurrenceSheet, ...] = ()
    listed: tuple[OccurrenceSheet, ...] = ()
    meetings: tuple[OccurrenceSheet, ...] = ()
    begun: tuple[RecordSheet, ...] = ()
    day: date | None = None

    @property
    def urgent(self) -> int:
        """How many press."""
        return len(self.late) + len(self.today)


def own_duties(day: OwedDay, now: datetime) -> OwnDuties:
    """Return a day's duties in their parts.

    Args:
        now: in the town's zone.
    """
    owed = sorted(day.owed, key=lambda each: (each.due_at or LATEST, each.label, each.duty))
    parts: dict[OwedPart, list[OccurrenceSheet]] = {part: [] for part in OwedPart}
    for each in owed:
        parts[_part(each, now)].append(each)
    meetings = sorted(day.meetings, key=lambda each: (each.on or each.label, each.at or ""))
    return OwnDuties(
        tuple(reversed(parts[OwedPart.LATE])),  # what can still be mended soonest is the latest
        tuple(parts[OwedPart.TODAY]),
        tuple(parts[OwedPart.AHEAD]),
        tuple(parts[OwedPart.LISTED]),
        tuple(meetings),
        day.begun,
        day.day,
    )


def _part(each: OccurrenceSheet, now: datetime) -> OwedPart:
    if each.state == "unjudged" or each.due_at is None:
        return OwedPart.LISTED
    band = band_of(each.due_at, now, str(now.tzinfo))
    return {DueBand.LATE: OwedPart.LATE, DueBand.TODAY: OwedPart.TODAY}.get(band, OwedPart.AHEAD)


@dataclass(frozen=True, slots=True)
class CarriedCase:
    """An open case that is carried to a meeting.

    Args:
        meetings: before how many it came, this one among them.
    """

    row: CaseRow
    meetings: int


def carried(rows: Iterable[CaseRow], meeting: OccurrenceWhole, book: NameBook) -> list[CarriedCase]:
    """Return the open cases of a meeting's place, those that were carried most often first.

    Args:
        book: the town's, with its places and its zone.
    """
    held, here = [*meeting.held_before, meeting.on or meeting.label], ZoneInfo(book.zone)
    found = (
        CarriedCase(row, sum(day >= row.reported_at.astimezone(here).date() for day in held))
        for row in cases_of(rows, meeting.post, book)
    )
    return sorted((case for case in found if case.meetings), key=lambda case: -case.meetings)


@dataclass(frozen=True, slots=True)
class StandingLine:
    """A unit, or a duty, with how what it owes stands.

    Args:
        key: of the unit or duty; name: of a duty, '' of a unit.
        counts: by state.
    """

    key: str
    name: str
    counts: Counter[str] = field(default_factory=Counter)

    @property
    def total(self) -> int:
        """How many in all."""
        return self.counts.total()


@dataclass(frozen=True, slots=True)
class StandingTable:
    """The whole table: what is missing most, first."""

    lines: Sequence[StandingLine]
    counts: Counter[str]


def standing_table(counts: Iterable[StandingRow], by: str) -> StandingTable:
    """Return counts as a table.

    Args:
        by: 'post', or 'duty'.
    """
    lines: dict[str, StandingLine] = {}
    whole: Counter[str] = Counter()
    for each in counts:
        key, name = (each.duty, each.name) if by == "duty" else (each.post, "")
        lines.setdefault(key, StandingLine(key, name)).counts[each.state] += each.number
        whole[each.state] += each.number
    ordered = sorted(
        lines.values(), key=lambda line: (*(-line.counts[state] for state in WORST_FIRST), line.key)
    )
    return StandingTable(ordered, whole)
