"""What became of an occurrence, from the records that there are: judged when it is asked, never stored."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from shared.rules.duties.kept import Kept, in_force
from shared.rules.duties.occurrence import Occurrence
from shared.rules.duties.wanted import NOTHING, Members, Wanting, spans_of, wanting
from shared.rules.pack.model import Duty, Pack

_NOBODY: Members = {}


class State(StrEnum):
    """Where an occurrence stands."""

    AHEAD = "ahead"  # not begun
    OPEN = "open"
    MET = "met"
    LATE = "late"  # all is there, and came after its end
    MISSING = "missing"
    EXCUSED = "excused"
    UNJUDGED = "unjudged"  # no number, in principle, no day, or nobody knows for whom: listed
    REPLACED = "replaced"  # a larger one is held instead


@dataclass(frozen=True, slots=True)
class Compliance:
    """An occurrence with what was done.

    Args:
        given: how many records count, late ones too.
        wanted: how many are asked for in all; None: no number.
        minutes: what the records' from and to add up to.
        wanting: what is not there, records that came late counted as there.
        met_at: when the last of what it asks for was entered; None: something is wanting, or nothing is judged.
    """

    state: State
    given: int
    wanted: int | None
    minutes: int
    wanting: Wanting = NOTHING
    met_at: datetime | None = None


def standing(
    pack: Pack,
    duty: Duty,
    occurrence: Occurrence,
    records: Iterable[Kept],
    at: datetime,
    *,
    excused: bool = False,
    members: Members | None = None,
) -> Compliance:
    """Return what became of an occurrence for one of the posts that owe it.

    Args:
        records: those of that post; of other days and forms too.
        at: as of when; what was entered later is not looked at.
        excused: a named person accepted a reason.
        members: households or the like with their class, where it is owed for each of them; None: nobody knows.
    """
    known = in_force(records, at)
    counted = tuple(record for record in known if _counts(duty, occurrence, record))
    wanted = _wanted(pack, duty)
    minutes = sum(record.minutes for record in counted)
    if (state := _unjudged(duty, occurrence, members)) is not None:
        return Compliance(state, len(counted), wanted, minutes)
    base = [
        record
        for record in known
        if duty.owes and record.form == duty.owes.of and _in_span(occurrence, record)
    ]
    left = _left(pack, duty, counted, base, members or _NOBODY)
    met_at = _met_at(pack, duty, counted, base, members or _NOBODY) if left == NOTHING else None
    return Compliance(
        _state(occurrence, met_at, at, left, excused), len(counted), wanted, minutes, left, met_at
    )


def _unjudged(duty: Duty, occurrence: Occurrence, members: Members | None) -> State | None:
    if occurrence.replaced_by:
        return State.REPLACED
    owes = duty.owes
    asks_members = owes is not None and (owes.for_each or owes.cover_all or owes.share)
    unknown = occurrence.due_at is None or (asks_members and members is None)
    return State.UNJUDGED if unknown or not duty.is_judged else None


def _counts(duty: Duty, occurrence: Occurrence, record: Kept) -> bool:
    return (duty.owes is None or record.form == duty.owes.record) and _in_span(occurrence, record)


def _in_span(occurrence: Occurrence, record: Kept) -> bool:
    if occurrence.on is None or occurrence.since is None:
        return False
    return occurrence.since <= record.day <= occurrence.on


def _wanted(pack: Pack, duty: Duty) -> int | None:
    if duty.owes is None:
        return 1
    if duty.owes.at_least is None:
        return None
    return duty.owes.at_least * max(len(spans_of(pack, duty)), 1)


def _left(pack: Pack, duty: Duty, counted: Sequence[Kept], base: Sequence[Kept], members: Members) -> Wanting:
    if duty.owes is None:
        return NOTHING if counted else Wanting(records=1)
    return wanting(duty.owes, spans_of(pack, duty), counted, base, members)


def _met_at(
    pack: Pack, duty: Duty, counted: Sequence[Kept], base: Sequence[Kept], members: Members
) -> datetime | None:
    """Return when the record was entered after which nothing was wanting; None: nothing was asked for."""
    if _left(pack, duty, (), base, members) == NOTHING:
        return None
    enough = (
        end for end in range(1, len(counted) + 1) if not any(_left(pack, duty, counted[:end], base, members))
    )
    return counted[next(enough) - 1].at


def _state(
    occurrence: Occurrence, met_at: datetime | None, at: datetime, left: Wanting, excused: bool
) -> State:
    due_at = occurrence.due_at
    if due_at is None or occurrence.opens_at is None:
        return State.UNJUDGED
    if left == NOTHING:
        return State.LATE if met_at and met_at >= due_at else State.MET
    if excused:
        return State.EXCUSED
    if at >= due_at:
        return State.MISSING
    return State.OPEN if at >= occurrence.opens_at else State.AHEAD
