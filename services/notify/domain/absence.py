"""Who sits at a unit today: an absent person's substitute gets what that person would get.

Decides who is reached in an absent person's place: the substitute, that one's own substitute, or nobody but the
unit's other people. Must not know instants: who is away is asked by whoever knows the time.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace

from services.notify.domain.vacancy import Holder

Away = Mapping[str, str | None]  # absent person → substitute, None where none was given
Places = Callable[[str], tuple[Holder, ...]]  # person → that person as holder of one unit or several


@dataclass(frozen=True, slots=True)
class Attendance:
    """A unit's people: who is reached, and who is away (and reads it at the own desk afterwards)."""

    present: tuple[Holder, ...]
    absent: tuple[str, ...]


def attendance(holders: tuple[Holder, ...], away: Away, places_of: Places) -> Attendance:
    """Return who is reached for a unit's holders, each person once."""
    if not away:
        return Attendance(holders, ())
    absent = tuple(dict.fromkeys(holder.person for holder in holders if holder.person in away))
    present = [holder for holder in holders if holder.person not in away]
    for person in absent:
        present += _in_place_of(person, holders, away, places_of)
    return Attendance(tuple(present), absent)


def _in_place_of(person: str, holders: tuple[Holder, ...], away: Away, places_of: Places) -> Iterator[Holder]:
    """The substitute at this unit, or where that person sits else; one who has left stands in for nobody."""
    substitute = _substitute(person, away)
    if substitute is None:
        return
    here = tuple(holder for holder in holders if holder.person == substitute)
    found = here or places_of(substitute)[:1]
    yield from (replace(holder, stands_for=person) for holder in found[:1])


def _substitute(person: str, away: Away) -> str | None:
    """Follow substitutes who are away themselves; a circle of them leads to nobody."""
    seen = {person}
    substitute = away[person]
    while substitute is not None and substitute in away:
        if substitute in seen:
            return None
        seen.add(substitute)
        substitute = away[substitute]
    return substitute
