"""A grid worker's day: which of the town's cases are that person's, in what order, and what may be done next.

Decides what belongs to a grid: what its unit holds, and what lies in its own place. What may be done with a case the
services say.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from services.console.domain.sheets import CaseRow, NameBook, NamedKey, StepOffer

OPEN_STATES = ("reported", "assigned", "accepted", "settled", "reopened")
LATEST = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class DayCase:
    """A case of the day.

    Args:
        next: the steps that the reader may take now, what brings it to an end first.
    """

    row: CaseRow
    next: tuple[StepOffer, ...] = ()


@dataclass(frozen=True, slots=True)
class DayPlan:
    """What a day holds, each part by the time that remains.

    Args:
        verify: settled by others, to be looked at on the ground; act: to be worked on.
        rest: in the grid, for others to work on.
    """

    verify: tuple[DayCase, ...] = ()
    act: tuple[DayCase, ...] = ()
    rest: tuple[DayCase, ...] = ()


def own_cases(rows: Iterable[CaseRow], unit: str) -> list[CaseRow]:
    """Return what is a grid's own among the open cases of its town, what is due first before the rest.

    Args:
        unit: 'jurisdiction/unit' for which the reader works.
    """
    own = {row.id: row for row in rows if row.state in OPEN_STATES and _is_own(row, unit)}
    return sorted(own.values(), key=lambda row: (row.due_at or LATEST, row.reported_at))


def cases_of(rows: Iterable[CaseRow], post: str, book: NameBook) -> list[CaseRow]:
    """Return the cases that a post leads, and those that lie in its place or in one that is part of it."""
    place = post.partition("/")[0].partition(".")[2]
    here = places_within(place, book.places)
    return [row for row in rows if row.lead == post or not place or row.place.key in here]


def places_within(place: str, places: Iterable[NamedKey]) -> frozenset[str]:
    """Return the keys of a place and of all that are part of it."""
    found, known = {place}, tuple(places)
    while more := {each.key for each in known if each.part_of in found} - found:
        found |= more
    return frozenset(found)


def day_of(cases: Sequence[DayCase], unit: str) -> DayPlan:
    """Return cases in the parts of a day, in their order."""
    verify = tuple(case for case in cases if any(step.verifies for step in case.next))
    act = tuple(case for case in cases if case not in verify and (case.next or case.row.lead == unit))
    return DayPlan(verify, act, tuple(case for case in cases if case not in verify and case not in act))


def next_steps(steps: Iterable[StepOffer]) -> tuple[StepOffer, ...]:
    """Return the steps of a case's order that may be taken now, what settles or verifies before the rest."""
    allowed = [step for step in steps if step.allowed and not step.any_time]
    return tuple(sorted(allowed, key=lambda step: not (step.settles or step.verifies)))


def _is_own(row: CaseRow, unit: str) -> bool:
    jurisdiction = unit.partition("/")[0]
    # A whole town's unit has its own work orders alone: all of the town's cases lie in its place.
    is_place = "." in jurisdiction
    lies_within = row.place.jurisdiction == jurisdiction or row.place.jurisdiction.startswith(
        f"{jurisdiction}."
    )
    return row.lead == unit or (is_place and lies_within)
