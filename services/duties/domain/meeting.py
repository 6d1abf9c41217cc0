"""Who came to a meeting or a training, who is excused, and who owes it still.

Decides who is expected, until when leave may be asked, and until when a make-up is owed. Whether a reason is a good one
nobody decides but who is asked.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from enum import StrEnum

from msgspec import Struct

from services.duties.domain.occurrence import KeptOccurrence
from services.duties.domain.people import is_meant
from shared.kernel.instants import Instant
from shared.rules.duties import owners
from shared.rules.pack.model import Duty, Pack
from shared.rules.worktime.calendar import Calendar
from shared.rules.worktime.days import CalendarMissing
from shared.rules.worktime.due import due
from shared.rules.worktime.readings import TimeReadings
from shared.rules.worktime.wall import instant_of


class Presence(Struct, frozen=True, kw_only=True):
    """Somebody came, or made up for it.

    Args:
        person: a reference; unit: for which; stands_for: the person in whose place.
        entered_by: who entered it, where it was another.
    """

    occurrence: str
    person: str
    town: str
    unit: str
    stands_for: str | None = None
    at: Instant
    entered_by: str | None = None
    is_make_up: bool = False


class Leave(Struct, frozen=True, kw_only=True):
    """Somebody asked not to come.

    Args:
        asked_of: the unit that answers.
        granted: None: nobody has answered yet; words: with the answer.
    """

    id: str
    town: str
    occurrence: str
    unit: str
    person: str
    asked_of: str
    asked_at: Instant
    explanation: str
    granted: bool | None = None
    answered_by: str | None = None
    answered_at: Instant | None = None
    words: str | None = None


class Attending(StrEnum):
    """How an expected person stands to a meeting."""

    EXPECTED = "expected"
    PRESENT = "present"
    SUBSTITUTED = "substituted"  # somebody came in their place
    EXCUSED = "excused"
    ABSENT = "absent"
    MADE_UP = "made_up"


class ExpectedPerson(Struct, frozen=True):
    """An expected person; '' where nobody holds the post.

    Args:
        owes_make_up_by: until when a make-up is owed; None: none is.
    """

    unit: str
    person: str
    how: Attending
    owes_make_up_by: Instant | None = None


def expected_units(pack: Pack, duty: Duty, post: str) -> tuple[str, ...]:
    """Return the units that owe their presence to a meeting that a post convenes."""
    return _units(pack, duty, duty.meeting.attend if duty.meeting else (), post)


def invited_units(pack: Pack, duty: Duty, post: str) -> tuple[str, ...]:
    """Return the units that are asked to come and owe nothing."""
    return _units(pack, duty, duty.meeting.invite if duty.meeting else (), post)


def _units(pack: Pack, duty: Duty, names: tuple[str, ...], post: str) -> tuple[str, ...]:
    everywhere = (unit for name in names for unit in owners(pack, replace(duty, who=(name,))))
    return tuple(dict.fromkeys(unit for unit in everywhere if is_meant(pack, names, unit, post)))


def begins_at(occurrence: KeptOccurrence, calendar: Calendar, minute: int | None = None) -> datetime | None:
    """Return when an occasion begins, or the given minute of its day; None: its day is not known."""
    if occurrence.on is None:
        return None
    at = minute if minute is not None else occurrence.minute
    return instant_of(occurrence.on.toordinal(), at or 0, calendar.tz)


def leave_until(duty: Duty, occurrence: KeptOccurrence, calendar: Calendar) -> datetime | None:
    """Return until when leave may be asked; None: nobody is asked for any."""
    if duty.meeting is None or duty.meeting.leave_asked_of is None:
        return None
    return begins_at(occurrence, calendar, duty.meeting.leave_before)


def roll(
    expected: Sequence[str],
    holders: Mapping[str, Sequence[str]],
    came: Sequence[Presence],
    leaves: Sequence[Leave],
    is_over: bool,
    make_up_by: datetime | None,
) -> Iterator[ExpectedPerson]:
    """Yield every expected person with what became of it.

    Args:
        expected: units; holders: their people.
        is_over: who has not come by now is absent.
        make_up_by: until when absent ones owe a make-up.
    """
    for unit in expected:
        for person in holders.get(unit) or ("",):
            how = _how(unit, person, came, leaves, is_over)
            owes = how in (Attending.ABSENT, Attending.EXCUSED) and is_over
            yield ExpectedPerson(unit, person, how, make_up_by if owes else None)


def _how(
    unit: str, person: str, came: Sequence[Presence], leaves: Sequence[Leave], is_over: bool
) -> Attending:
    own = next((each for each in came if each.person == person), None)
    if own is not None:
        return Attending.MADE_UP if own.is_make_up else Attending.PRESENT
    if any(each.unit == unit and each.stands_for == person for each in came):
        return Attending.SUBSTITUTED
    if any(each.person == person and each.granted for each in leaves):
        return Attending.EXCUSED
    return Attending.ABSENT if is_over else Attending.EXPECTED


def make_up_until(pack: Pack, duty: Duty, occurrence: KeptOccurrence, calendar: Calendar) -> datetime | None:
    """Return until when who missed a meeting owes a make-up; None: none is owed, or nobody can say yet."""
    within = duty.meeting.make_up_within if duty.meeting else None
    begin = begins_at(occurrence, calendar)
    if within is None or begin is None:
        return None
    readings = TimeReadings.of({**pack.readings, **duty.readings})
    try:
        return due(start_at=begin, amount=within, calendar=calendar, readings=readings).due_at
    except CalendarMissing:
        return None
